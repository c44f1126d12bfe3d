package acme.billing;

import org.junit.jupiter.api.BeforeAll;

/** With one node down, what is about connections, races and other stores. */
@Tries({2, 3, 4, 16, 17, 19})
class EtcdNodeDownTest extends EtcdContract {
  @BeforeAll
  void killOne() {
    cluster.killFollower();
  }
}
