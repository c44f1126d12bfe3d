package acme.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to states and calls when nodes die. */
@ExtendWith(EtcdInstalled.class)
@Timeout(120)
class EtcdFailureTest {
  private static final String ID = "account-42";
  private static final int WRITES = 100;

  private EtcdCluster cluster;
  private EtcdStateStore store;

  @BeforeEach
  void startCluster() throws IOException {
    cluster = new EtcdCluster();
    store = new EtcdStateStore(cluster.client().getKVClient(), Duration.ofSeconds(5));
    store.connect();
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  @Test
  void acknowledgedWrite_leaderKilled_survives() {
    store.writeState(state(1));

    cluster.killLeader();

    assertThat(readWhenPossible()).isEqualTo(state(1));
  }

  @Test
  void writes_leaderKilledMeanwhile_loseNoneThatWasAcknowledged() throws Exception {
    var before = new CountDownLatch(WRITES);
    var after = new CountDownLatch(2 * WRITES);
    var acknowledged =
        CompletableFuture.supplyAsync(
            () -> {
              long latest = 0;
              for (long version = 1; after.getCount() > 0; version++) {
                try {
                  store.writeState(state(version));
                  latest = version;
                  before.countDown();
                  after.countDown();
                } catch (StateStoreException e) {
                  // no leader: it may or may not be written; the next try writes a later version
                }
              }
              return latest;
            });
    before.await();
    cluster.killLeader();

    long latest = acknowledged.get(100, TimeUnit.SECONDS);

    assertThat(readWhenPossible()).isEqualTo(state(latest));
  }

  @Test
  void calls_majorityDown_throw() {
    store.writeState(state(1));
    cluster.killFollower();
    cluster.killLeader();

    assertThatThrownBy(() -> store.writeState(state(2)))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessageStartingWith("cannot write state of \"account-42\": ");
    assertThatThrownBy(() -> store.getLatestState(ID))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessageStartingWith("cannot read state of \"account-42\": ");
    assertThatThrownBy(store::ping)
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessageStartingWith("cannot reach the cluster: ");
  }

  /** Returns the state as soon as the remaining nodes have a leader. */
  private DurableState readWhenPossible() {
    while (true) {
      try {
        return store.getLatestState(ID).orElseThrow();
      } catch (StateStoreException e) {
        // they are still electing one
      }
    }
  }

  private static DurableState state(long version) {
    return DurableState.newBuilder().setPersistenceId(ID).setVersionNumber(version).build();
  }
}
