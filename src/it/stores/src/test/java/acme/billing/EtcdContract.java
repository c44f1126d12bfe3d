package acme.billing;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contract on a cluster of three nodes. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(EtcdInstalled.class)
@TestInstance(Lifecycle.PER_CLASS)
abstract class EtcdContract extends StateStoreContract {
  EtcdCluster cluster;

  @BeforeAll
  void startCluster() throws IOException {
    cluster = new EtcdCluster();
  }

  @AfterAll
  void stopCluster() {
    cluster.close();
  }

  @Override
  protected StateStore createStore() {
    return new EtcdStateStore(cluster.client().getKVClient(), Duration.ofSeconds(10));
  }

  @Override
  protected StateStore createStoreOnSameData(StateStore store) {
    return createStore();
  }

  @Override
  protected long maximumStateSize() {
    return 1_500_000;
  }
}
