package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.LockServices.Deposits;
import io.github.durablestore.scenario.LockServices.Guards;
import io.github.durablestore.scenario.Services.Pairs;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations that wait for locks and for each other: {@link Locks}, {@link Deadlock}. */
@Tag("same-on-any-protobuf")
class LocksTest {

  private static Scenario<Deposits> scenario(Guards guard) {
    return Scenario.of(store -> new Deposits(store, guard.get()))
        .when("deposit 100", process -> process.depositAlone(100))
        .when("deposit 50", process -> process.depositAlone(50));
  }

  @ParameterizedTest
  @EnumSource(
      value = Guards.class,
      names = {"SEMAPHORE", "STAMPED_LOCK"},
      mode = EnumSource.Mode.EXCLUDE)
  void explore_lockWithOwner_isComplete(Guards guard) {
    Exploration found = scenario(guard).thenAsIfOneByOne(Deposits::balance);

    assertThat(found.complete()).isTrue();
    assertThat(scenario(guard).thenAsIfOneByOne(Deposits::balance)).isEqualTo(found);
  }

  @ParameterizedTest
  @EnumSource(
      value = Guards.class,
      names = {"SEMAPHORE", "STAMPED_LOCK"},
      mode = EnumSource.Mode.EXCLUDE)
  void explore_lockWithOwnerAndDisturbances_isComplete(Guards guard) {
    Exploration found = scenario(guard).faults().crashes().thenAsIfOneByOne(Deposits::balance);

    assertThat(found.complete()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Guards.class,
      names = {"SEMAPHORE", "STAMPED_LOCK"})
  void explore_lockWithoutOwner_isComplete(Guards guard) {
    Exploration found = scenario(guard).thenAsIfOneByOne(Deposits::balance);

    assertThat(found.complete()).isTrue();
    assertThat(scenario(guard).thenAsIfOneByOne(Deposits::balance)).isEqualTo(found);
  }

  @Test
  void explore_threeActorsAtOneMonitor_isComplete() {
    Exploration found =
        scenario(Guards.MONITOR)
            .when("deposit 7", process -> process.depositAlone(7))
            .switches(2)
            .thenAsIfOneByOne(Deposits::balance);

    assertThat(found.orders()).isGreaterThan(6);
  }

  /** Of two that wait for the monitor, the next one is not always the same. */
  @Test
  void explore_threeActorsAtOneMonitorWithDisturbances_areTheSameRunsEachTime() {
    Task<Deposits> read = process -> process.guard().run(process::balance);

    assertThat(
            Stream.generate(
                    () ->
                        Scenario.of(store -> new Deposits(store, Guards.MONITOR.get()))
                            .whenRunning("ann", read)
                            .whenRunning("bob", read)
                            .whenRunning("cid", read)
                            .faults()
                            .crashes()
                            .thenAsIfOneByOne(Deposits::balance))
                .limit(2)
                .distinct())
        .singleElement()
        .satisfies(found -> assertThat(found.complete()).isTrue());
  }

  private static final String ENTERED_AGAIN =
      "orders may be missing, as two operations are about to enter the same lock, and the JVM chooses who gets it";

  @ParameterizedTest
  @EnumSource
  void explore_lockEnteredTwice_passesInPart(Guards guard) {
    Exploration found =
        Scenario.of(store -> new Deposits(store, guard.get()))
            .whenRunning("deposit 100", process -> process.depositAndCount(100))
            .whenRunning("deposit 50", process -> process.depositAndCount(50))
            .switches(1)
            .thenAsIfOneByOne(Deposits::balance);

    assertThat(found.omissions()).contains(ENTERED_AGAIN);
  }

  /** Who gets the lock is the JVM's choice, so a single exploration may miss it. */
  @ParameterizedTest
  @EnumSource(names = {"MONITOR", "LOCK", "WRITE_LOCK", "MAP"})
  void explore_lockEnteredTwiceThatLosesAnUpdate_isFound(Guards guard) {
    assertThat(Stream.generate(() -> lostUpdate(guard)).limit(20))
        .anyMatch(failure -> failure.startsWith("no order of the operations, one by one"));
  }

  private static String lostUpdate(Guards guard) {
    try {
      Exploration found =
          LockVerdicts.guarded(guard, Deposits::depositInTwoSteps)
              .thenAsIfOneByOne(Deposits::balance);
      assertThat(found.omissions()).contains(ENTERED_AGAIN);
      return "missed";
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Both go for the second monitor, when the first is left. */
  @Test
  void explore_twoMonitorsThatAReaderHoldsAtOnce_isNeverComplete() {
    assertThat(Stream.generate(LocksTest::torn).limit(10))
        .allMatch(outcome -> outcome.equals("the check failed") || outcome.equals(ENTERED_AGAIN));
  }

  private static String torn() {
    var one = new Object();
    var other = new Object();
    try {
      Exploration found =
          Scenario.<StateStore>of(store -> store)
              .whenRunning(
                  "write",
                  store -> {
                    synchronized (one) {
                      Values.put(store, "x", 1, 1);
                    }
                    synchronized (other) {
                      Values.put(store, "y", 1, 1);
                    }
                  })
              .when(
                  "read",
                  store -> {
                    synchronized (one) {
                      synchronized (other) {
                        return Values.get(store, "x") + Values.get(store, "y");
                      }
                    }
                  })
              .then((store, run) -> assertThat(run.result("read")).isNotEqualTo(Optional.of(1L)));
      return String.join("; ", found.omissions());
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage()).split(":", 2)[0];
    }
  }

  /** Wakes another one, and then enters a lock that the other enters too. */
  private static final class Wakes {
    private final StateStore store;
    private final CountDownLatch latch = new CountDownLatch(1);
    private boolean isReady;

    Wakes(StateStore store) {
      this.store = store;
    }

    long add() {
      Values.put(store, "x", 1, Values.get(store, "x") + 1);
      return Values.get(store, "x");
    }

    long waitAndAdd() throws InterruptedException {
      latch.await();
      synchronized (this) {
        return add();
      }
    }

    long wakeAndAdd() {
      latch.countDown();
      synchronized (this) {
        return add();
      }
    }

    synchronized long waitAndRead() throws InterruptedException {
      while (!isReady) {
        wait();
      }
      return Values.get(store, "x");
    }

    /** Says that it is ready before it is. */
    long wakeAndWrite() {
      synchronized (this) {
        isReady = true;
        notifyAll();
      }
      synchronized (this) {
        return add();
      }
    }
  }

  @Test
  void explore_lockBehindAWake_isNeverRefused() {
    for (int i = 0; i < 10; i++) {
      Exploration found =
          Scenario.of(Wakes::new)
              .when("wait", Wakes::waitAndAdd)
              .when("wake", Wakes::wakeAndAdd)
              .then((wakes, run) -> {});

      assertThat(found.omissions()).isSubsetOf(ENTERED_AGAIN);
    }
  }

  /** Who gets the lock is the JVM's choice, so a single exploration may miss it. */
  @Test
  void explore_lockBehindAWakeThatIsTooEarly_isFound() {
    assertThat(Stream.generate(LocksTest::isMissed).limit(20)).contains(false);
  }

  private static boolean isMissed() {
    try {
      Scenario.of(Wakes::new)
          .when("wait", Wakes::waitAndRead)
          .when("wake", Wakes::wakeAndWrite)
          .then((wakes, run) -> assertThat(run.result("wait")).hasValue(1L));
      return true;
    } catch (AssertionError e) {
      assertThat(e).hasMessageContaining("Optional").hasMessageContaining("which did this:");
      return false;
    }
  }

  @Test
  void replay_lostUpdateOfALockEnteredTwice_isShownAgain() {
    String found =
        Stream.generate(() -> lostUpdate(Guards.MONITOR))
            .limit(20)
            .filter(failure -> failure.startsWith("no order"))
            .findFirst()
            .orElseThrow();
    String schedule = found.replaceAll("(?s).*replay\\(\"(\\w+)\"\\).*", "$1");

    assertThat(
            Failing.of(
                () ->
                    LockVerdicts.guarded(Guards.MONITOR, Deposits::depositInTwoSteps)
                        .replay(schedule)
                        .thenAsIfOneByOne(Deposits::balance)))
        .contains("in the replayed run, which did this:");
  }

  @Test
  void explore_deadlock_showsLocksAndLines() {
    String failure =
        Failing.of(
            () ->
                Scenario.of(Pairs::new)
                    .whenRunning("to bob", pairs -> pairs.move("ann", "bob"))
                    .whenRunning("to ann", pairs -> pairs.move("bob", "ann"))
                    .then((pairs, run) -> {}));

    assertThat(
            failure.replaceAll("java:\\d+", "java:#").replaceAll("lambda\\$\\w+\\$\\d+", "lambda"))
        .isEqualTo(
            """
                        deadlock: no actor can go on
                          to bob:
                            holds lock 1, a java.util.concurrent.locks.ReentrantLock
                            waits for lock 2, a java.util.concurrent.locks.ReentrantLock, which to ann holds
                              at java.util.concurrent.locks.ReentrantLock.lockInterruptibly(ReentrantLock.java:#)
                              at io.github.durablestore.scenario.Services$Pairs.move(Services.java:#)
                              at io.github.durablestore.scenario.LocksTest.lambda(LocksTest.java:#)
                          to ann:
                            holds lock 2, a java.util.concurrent.locks.ReentrantLock
                            waits for lock 1, a java.util.concurrent.locks.ReentrantLock, which to bob holds
                              at java.util.concurrent.locks.ReentrantLock.lockInterruptibly(ReentrantLock.java:#)
                              at io.github.durablestore.scenario.Services$Pairs.move(Services.java:#)
                              at io.github.durablestore.scenario.LocksTest.lambda(LocksTest.java:#)

                        in run 3, which did this:

                             | to bob                | to ann
                             | --------------------- | ---------------------
                             | starts                |
                          1  |                       | read "bob" empty
                          2  |                       | write "bob" version 1
                             |                       | waits
                          3  | read "ann" empty      |
                          4  | write "ann" version 1 |
                             | waits                 |

                        to see it in a debugger, put .replay("ABBBBBAAAA") before the check""");
  }

  /** An actor that waits for what another does in the end. */
  record Handover(StateStore store, CountDownLatch latch) {
    void await() throws InterruptedException {
      latch.await();
      Values.put(store, "x", 1, 1);
    }

    void release() {
      Values.put(store, "x", 1, 2);
      latch.countDown();
    }
  }

  @Test
  void explore_actorWaitsForTheOther_goesOn() {
    Exploration found =
        Scenario.of(store -> new Handover(store, new CountDownLatch(1)))
            .whenRunning("await", Handover::await)
            .whenRunning("release", Handover::release)
            .then((process, run) -> assertThat(Values.get(process.store(), "x")).isEqualTo(1));

    assertThat(found.complete()).isTrue();
  }

  @Test
  void explore_actorsWaitForNothing_isADeadlock() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.of(store -> new Handover(store, new CountDownLatch(1)))
                        .whenRunning("await", Handover::await)
                        .whenRunning("await too", Handover::await)
                        .then((process, run) -> {})))
        .startsWith("deadlock: no actor can go on\n  await:\n")
        .contains("which has no owner", "LocksTest$Handover.await(LocksTest.java:");
  }

  @Test
  void explore_lockNeverReleased_isADeadlock() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.of(store -> new ReentrantLock())
                        .whenRunning("lock", ReentrantLock::lockInterruptibly)
                        .whenRunning("lock too", ReentrantLock::lockInterruptibly)
                        .then((lock, run) -> {})))
        .contains("which lock did not release");
  }

  @Test
  void explore_lockOfAnEarlierRun_isADeadlockThatSaysSo() throws InterruptedException {
    var lock = new ReentrantLock();
    var earlier = new Thread(lock::lock);
    earlier.start();
    earlier.join();

    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning("lock", store -> lock.lockInterruptibly())
                        .then((store, run) -> {})))
        .contains(
            "ReentrantLock, which a thread outside this run holds; static fields survive a crash,"
                + " so create it in the process");
  }

  /** Two monitors, locked in either order; a deadlock leaves two threads, which nothing ends. */
  record Monitors(StateStore store, Object one, Object other) {
    int inOrder(Object first, Object second) {
      synchronized (first) {
        store.getLatestState("x");
        synchronized (second) {
          return 1;
        }
      }
    }
  }

  @Test
  void explore_deadlockOfMonitors_isShown() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.of(store -> new Monitors(store, new Object(), new Object()))
                        .when("up", pair -> pair.inOrder(pair.one, pair.other))
                        .when("down", pair -> pair.inOrder(pair.other, pair.one))
                        .then((pair, run) -> {})))
        .startsWith(
            "deadlock: no actor can go on\n  up:\n    holds lock 1, a java.lang.Object, locked at ")
        .contains("\n    waits for lock 2, a java.lang.Object, which down holds\n");
  }

  /** Two locks, locked in either order; the second one only if it is free within a while. */
  record TimedLocks(StateStore store, ReentrantLock one, ReentrantLock other) {
    String inOrder(ReentrantLock first, ReentrantLock second) throws InterruptedException {
      first.lock();
      try {
        store.getLatestState("x");
        if (!second.tryLock(20, TimeUnit.MILLISECONDS)) {
          return "busy";
        }
        second.unlock();
        return "done";
      } finally {
        first.unlock();
      }
    }
  }

  @Test
  void explore_locksWithATimeoutInEitherOrder_isNoDeadlock() {
    Set<Object> results = new TreeSet<>();
    Exploration found =
        Scenario.of(store -> new TimedLocks(store, new ReentrantLock(), new ReentrantLock()))
            .when("up", pair -> pair.inOrder(pair.one, pair.other))
            .when("down", pair -> pair.inOrder(pair.other, pair.one))
            .then((pair, run) -> results.add(run.result("up").orElseThrow()));

    assertThat(results).containsExactly("busy", "done");
    assertThat(found.omissions()).contains("orders may be missing, as up waited with a timeout");
  }
}
