package acme.billing;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract with one node down. */
@ExtendWith(TriedElsewhere.class)
class EtcdNodeDownTest extends EtcdContract {
  @BeforeAll
  void killOne() {
    cluster.killFollower();
  }
}
