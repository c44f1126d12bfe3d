package acme.billing;

import org.junit.jupiter.api.BeforeAll;

/** The contract with one node down. */
class EtcdNodeDownTest extends EtcdContract {
  @BeforeAll
  void killOne() {
    cluster.killFollower();
  }
}
