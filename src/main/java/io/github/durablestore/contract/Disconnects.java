package io.github.durablestore.contract;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.fail;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** R17: one thread disconnects the store while another writes without pause. */
final class Disconnects {
  private static final int ROUNDS = 2_500;
  private static final int IDS = 3;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Trial trial;
  private final StateStore store;
  private final boolean purges;

  // Written by the thread that writes states.
  private long version;
  private final Map<String, Set<Optional<DurableState>>> possible = new HashMap<>();
  private volatile long acknowledgedVersion;
  // Written by the thread that disconnects.
  private volatile boolean done;

  Disconnects(Trial trial, boolean purges) {
    this.trial = trial;
    this.store = trial.store;
    this.purges = purges;
  }

  /** A write in flight is acknowledged, and was before the disconnect, or it is refused. */
  void duringWrites() throws Exception {
    try (var workers = new Workers()) {
      var limit = new RoundLimit(ROUNDS);
      for (int round = 0; limit.allows(round); round++) {
        store.connect();
        done = false;
        Future<?> writer = workers.start(this::writeUntilDisconnected);
        awaitAcknowledged(writer);
        store.disconnect();
        done = true;
        Workers.get(writer);

        store.connect();
        assertContents();
      }
    } finally {
      done = true;
    }
  }

  private void assertContents() {
    for (int i = 0; i < IDS; i++) {
      String what =
          "read after disconnect() and connect(), purgesOnDisconnect() is %s".formatted(purges);
      if (purges) {
        trial.assertEmpty(what, id(i));
        continue;
      }
      Optional<DurableState> latest = trial.read(what, id(i));
      Set<Optional<DurableState>> expected = possible(id(i));
      if (!expected.contains(latest)) {
        fail(
            "[%s] expected version %s, acknowledged or attempted, but it was %s",
            what,
            expected.stream().map(Disconnects::version).collect(joining(" or ")),
            version(latest));
      }
    }
  }

  private static String version(Optional<DurableState> state) {
    return state.map(DurableState::getVersionNumber).map(Long::toUnsignedString).orElse("none");
  }

  /** Returns what an id may have: what was acknowledged last, and what was attempted since. */
  private Set<Optional<DurableState>> possible(String id) {
    return possible.computeIfAbsent(id, key -> new LinkedHashSet<>(Set.of(Optional.empty())));
  }

  /** A connection made meanwhile is before the disconnect, and ends with it, or is whole. */
  void duringConnects() throws Exception {
    try (var workers = new Workers()) {
      done = false;
      Future<?> writer = workers.start(this::writeAndReconnect);
      var limit = new RoundLimit(ROUNDS);
      for (int round = 0; limit.allows(round) && !writer.isDone(); round++) {
        awaitAcknowledged(writer);
        store.disconnect();
      }
      done = true;
      Workers.get(writer);
    } finally {
      done = true;
    }
    store.connect();
  }

  private @Nullable Void writeUntilDisconnected() {
    try {
      while (!done) {
        write();
      }
    } catch (StateStoreException e) {
      // Refused, as it is disconnected. That nothing has changed then is rule R5.
    }
    return null;
  }

  private @Nullable Void writeAndReconnect() {
    while (!done) {
      try {
        store.connect();
        DurableState state = write();
        // Only this thread connects: if the state was lost, the read is refused.
        trial.assertRead("read in the connection in which the state was written", state);
      } catch (StateStoreException e) {
        // It was disconnected: once more.
      }
    }
    return null;
  }

  private DurableState write() {
    DurableState state = States.of(id((int) (++version % IDS)), version);
    Set<Optional<DurableState>> states = possible(state.getPersistenceId());
    states.add(Optional.of(state));
    store.writeState(state);
    states.retainAll(Set.of(Optional.of(state)));
    acknowledgedVersion = version;
    return state;
  }

  private String id(int number) {
    return trial.id + "-disconnects-" + number;
  }

  /** Waits without parking, which would keep the disconnect away from the write in flight. */
  @SuppressWarnings("ThreadPriorityCheck") // what is awaited does not depend on the scheduler
  private void awaitAcknowledged(Future<?> writer) {
    long before = acknowledgedVersion;
    long start = System.nanoTime();
    while (acknowledgedVersion == before && !writer.isDone()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        fail("no write was acknowledged within 10 s of connect()");
      }
      Thread.yield();
    }
  }
}
