package io.github.durablestore.contract;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The checks of R16 for interrupts: a call of an interrupted thread, or of one that is interrupted
 * meanwhile, succeeds or is refused, and harms no other.
 */
final class Interrupts {
  private static final int ROUNDS = 200;
  private static final int FEW_ROUNDS = 10; // each call, before and during it

  /** More than a large pool has. */
  private static final int OFTEN = 120;

  private static final int SEVERAL = 12;

  /** Of two threads, once others were interrupted. */
  private static final int RACES = 5_000;

  private final Trial trial;
  private final ExecutorService lane;

  Interrupts(Trial trial) {
    this.trial = trial;
    lane = trial.threads.lane();
  }

  void check() {
    trial.store.connect();
    interruptOften();
    var written = new ArrayList<DurableState>();
    long delayNanos = trial.delayNanos();
    int rounds = trial.isSlow() ? FEW_ROUNDS : ROUNDS;
    for (int round = 0; round < rounds; round++) {
      written.add(interruptOnce(round, delayNanos));
    }
    if (!trial.can.purgesOnDisconnect()) {
      Samples.toReadAgain(trial, written)
          .forEach(state -> trial.reads("a state, in the end", state));
    }
    raceAgain();
  }

  /** Without a disconnect in between, which may give back what calls have used up. */
  private void interruptOften() {
    int calls = trial.isSlow() ? SEVERAL : OFTEN;
    var isOver = new AtomicBoolean();
    Future<?> bystander = trial.threads.startNew(() -> writeUntil(isOver));
    try {
      for (int call = 0; call < calls; call++) {
        DurableState state = States.of(trial.id("often-interrupted"), call + 1);
        interrupt(() -> trial.store.writeState(state), true, 0);
        interrupt(() -> trial.store.getLatestState(trial.id), true, 0);
      }
    } finally {
      isOver.set(true);
    }
    TrialThreads.get(bystander);
    trial.isConnected("after many calls of an interrupted thread");
  }

  private void writeUntil(AtomicBoolean isOver) {
    for (long version = 1; !isOver.get() && !trial.threads.isOver(); version++) {
      DurableState state = States.of(trial.id("bystander"), version);
      trial.succeeds(
          "write of a state, while another thread is interrupted",
          () -> trial.store.writeState(state));
      trial.reads("a state, while another thread is interrupted", state);
    }
  }

  /** What an interrupted thread calls: the connecting calls on a store that is not connected. */
  private enum Call {
    WRITE,
    READ,
    PING,
    CONNECT,
    DISCONNECT;

    boolean connects() {
      return this == PING || this == CONNECT;
    }

    void make(Trial trial, DurableState next, Optional<DurableState> earlier) {
      switch (this) {
        case WRITE -> trial.store.writeState(next);
        case READ ->
            trial.is(
                "read by an interrupted thread",
                trial.store.getLatestState(next.getPersistenceId()),
                earlier);
        case PING -> trial.store.ping();
        case CONNECT -> trial.store.connect();
        case DISCONNECT -> trial.store.disconnect();
      }
    }

    void checkConnection(Trial trial, boolean succeeded, String id) {
      if (this == WRITE || this == READ) { // no one connects: it was the call of one thread only
        trial.isConnected("after a write or read of an interrupted thread");
      } else if (succeeded && this == DISCONNECT) {
        trial.refuses(
            "read after disconnect() of an interrupted thread",
            () -> trial.store.getLatestState(id),
            NotConnectedException.class);
      } else if (succeeded) {
        String call = this == PING ? "ping()" : "connect()";
        trial.isConnected("after " + call + " of an interrupted thread");
      }
    }

    /** Returns what there is after the call, if it has had its effect. */
    Optional<DurableState> leaves(
        boolean purges, DurableState next, Optional<DurableState> earlier) {
      return switch (this) {
        case WRITE -> Optional.of(next);
        case READ -> earlier;
        case PING, CONNECT, DISCONNECT -> purges ? Optional.empty() : earlier;
      };
    }
  }

  /** Returns what was written last, to be read again. */
  private DurableState interruptOnce(int round, long delayNanos) {
    String id = trial.id("interrupted-" + round);
    DurableState before = trial.state(id, 1 + round % 4);
    Optional<DurableState> earlier = round % 3 > 0 ? Optional.of(before) : Optional.empty();
    earlier.ifPresent(this::writeBefore);
    DurableState next = trial.state(id, before.getVersionNumber() + 1);
    Call call = Call.values()[round % Call.values().length];
    if (call.connects()) {
      trial.store.disconnect();
    }
    boolean interruptsBefore = round / Call.values().length % 2 == 0;
    boolean succeeded =
        interrupt(() -> call.make(trial, next, earlier), interruptsBefore, delayNanos);
    call.checkConnection(trial, succeeded, id);
    trial.succeeds("connect() after a call of an interrupted thread", trial.store::connect);

    String what = "a state after a call of an interrupted thread";
    Optional<DurableState> then = call.leaves(trial.can.purgesOnDisconnect(), next, earlier);
    Optional<DurableState> latest = trial.read(what, id);
    boolean isCertain = succeeded || call.connects();
    trial.isOneOf("read of " + what, latest, then, isCertain ? then : earlier);
    trial.isConnected("after a call of an interrupted thread");
    long version = 1 + latest.map(DurableState::getVersionNumber).orElse(0L);
    DurableState last = trial.state(id, version);
    TrialThreads.get(lane.submit(() -> trial.keeps("a state in another thread", last)));
    return last;
  }

  private void writeBefore(DurableState before) {
    String what = "a state before a thread is interrupted";
    if (!trial.can.refusesStaleWrites()) {
      trial.write(what, trial.state(before.getPersistenceId(), 7));
    }
    trial.write(what, before);
  }

  /** An interrupted call may have given back what keeps threads apart, though it never had it. */
  private void raceAgain() {
    List<Trial> both = List.of(trial, trial);
    Sightings.writesAtOnce(both, RACES);
    if (trial.can.refusesStaleWrites()) {
      Versions.sameVersionAtOnce(both, RACES);
    }
  }

  /** Makes a call in a thread that is interrupted before it or during it; returns its success. */
  private boolean interrupt(Runnable call, boolean before, long delayNanos) {
    var started = new CompletableFuture<Thread>();
    Future<Boolean> work =
        lane.submit(
            () -> {
              if (before) {
                Thread.currentThread().interrupt();
              }
              started.complete(Thread.currentThread());
              try {
                call.run();
                return true;
              } catch (RuntimeException e) {
                trial.isRefusal("call of an interrupted thread", e);
                return false;
              } finally {
                Thread.interrupted();
              }
            });
    if (!before) {
      Thread thread = TrialThreads.get(started);
      TrialThreads.delay(delayNanos);
      thread.interrupt();
    }
    return TrialThreads.get(work);
  }
}
