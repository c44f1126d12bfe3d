package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.ForwardingStateStore;
import io.github.durablestore.probe.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether an operation has left a monitor between two calls: {@link Holding}, {@link MethodCode}
 * and {@link ClassFile}.
 */
class MonitorsTest {
  /** Counts in each way in which code can be under a monitor. */
  record Counter(StateStore store, Object one, Object other) {
    private static final List<String> IDS = List.of("a", "b");

    Counter(StateStore store) {
      this(store, new Object(), new Object());
    }

    private void add(String id) {
      Values.put(store, id, 1, Values.get(store, id) + 1);
    }

    private synchronized void addAlone(String id) {
      add(id);
    }

    private synchronized long getAlone(String id) {
      return Values.get(store, id);
    }

    long total() {
      return Values.get(store, "a") + Values.get(store, "b");
    }

    // The monitor is held all the time.

    void block() {
      synchronized (one) {
        add("a");
        add("b");
      }
    }

    synchronized void method() {
      IDS.forEach(this::add);
    }

    void loopInBlock() {
      synchronized (one) {
        for (String id : IDS) {
          add(id);
        }
      }
    }

    void streamInBlock() {
      synchronized (one) {
        IntStream.range(0, 2).mapToObj(IDS::get).forEach(this::add);
      }
    }

    void blockInLoop() {
      while (true) {
        try {
          synchronized (one) {
            if (total() < 0) {
              continue;
            }
            add("a");
            return;
          }
        } catch (IllegalStateException e) {
          add("b");
        }
      }
    }

    void innerBlock() {
      synchronized (one) {
        synchronized (other) {
          add("a");
        }
        add("b");
      }
    }

    void innerBlocks() {
      synchronized (other) {
        synchronized (one) {
          add("a");
        }
        synchronized (one) {
          add("b");
        }
      }
    }

    void sameMonitorInside() {
      synchronized (this) {
        IDS.forEach(this::addAlone);
      }
    }

    void switchInBlock() {
      synchronized (one) {
        for (String id : IDS) {
          switch (id) {
            case "a" -> add("a");
            case "b" -> {
              switch (id.length()) {
                case 1, 2, 3 -> add("b");
                case 1_000 -> add("c");
                default -> throw new IllegalStateException(id);
              }
            }
            default -> throw new IllegalStateException(id);
          }
        }
      }
    }

    synchronized void methodInTurn() {
      add("a");
      add("b");
    }

    void methodInLoop() {
      for (int i = 0; i < 3; i++) {
        methodInTurn();
      }
    }

    void finallyInBlock() {
      synchronized (one) {
        try {
          add("a");
        } finally {
          add("b");
        }
      }
    }

    // It is left, and entered again.

    void twoBlocks() {
      synchronized (one) {
        add("a");
      }
      synchronized (one) {
        add("b");
      }
    }

    long twoReadsInALine() {
      return getAlone("a") + getAlone("b");
    }

    void loopAroundBlock() {
      for (String id : IDS) {
        synchronized (one) {
          add(id);
        }
      }
    }

    void loopAroundMethod() {
      for (String id : IDS) {
        addAlone(id);
      }
    }

    void streamAroundMethod() {
      IDS.stream().filter(id -> !id.isEmpty()).forEach(this::addAlone);
    }

    void loopInBlockInLoop() {
      for (int i = 0; i < 2; i++) {
        synchronized (one) {
          int done = 0;
          do {
            getAlone(IDS.get(i));
          } while (++done < 1);
        }
      }
    }

    private synchronized void runAll(List<Runnable> all) {
      for (Runnable each : all) {
        each.run();
      }
    }

    void loopInMethodInLoop() {
      for (String id : IDS) {
        runAll(List.of(() -> Values.get(store, id)));
      }
    }

    void streamInMethodInStream() {
      IDS.forEach(id -> runAll(List.of(() -> Values.get(store, id))));
    }

    void loopInBlockOfMethodInLoop() {
      for (String id : IDS) {
        readAll(id);
      }
    }

    private void readAll(String... ids) {
      synchronized (one) {
        for (String id : ids) {
          Values.get(store, id);
        }
      }
    }

    void blockAndMethod() {
      synchronized (this) {
        add("a");
      }
      addAlone("b");
    }

    void caught() {
      try {
        synchronized (one) {
          add("a");
          throw new IllegalStateException("retry");
        }
      } catch (IllegalStateException e) {
        synchronized (one) {
          add("b");
        }
      }
    }
  }

  private static Arguments task(
      String name, Function<Counter, Object> monitor, Task<Counter> task) {
    return arguments(named(name, task), monitor);
  }

  static Stream<Arguments> held() {
    Function<Counter, Object> itself = counter -> counter;
    return Stream.of(
        task("block", Counter::one, Counter::block),
        task("method", itself, Counter::method),
        task("method that calls in turn", itself, Counter::methodInTurn),
        task("loop in a block", Counter::one, Counter::loopInBlock),
        task("stream in a block", Counter::one, Counter::streamInBlock),
        task("block in a loop", Counter::one, Counter::blockInLoop),
        task("block with one of another monitor", Counter::one, Counter::innerBlock),
        task("block with two of another monitor", Counter::other, Counter::innerBlocks),
        task("block with methods of the same monitor", itself, Counter::sameMonitorInside),
        task("switch in a block", Counter::one, Counter::switchInBlock),
        task("finally in a block", Counter::one, Counter::finallyInBlock));
  }

  static Stream<Arguments> left() {
    Function<Counter, Object> itself = counter -> counter;
    return Stream.of(
        task("two blocks", Counter::one, Counter::twoBlocks),
        task("two blocks in one of another monitor", Counter::one, Counter::innerBlocks),
        task("two reads in a line", itself, Counter::twoReadsInALine),
        task("loop around a block", Counter::one, Counter::loopAroundBlock),
        task("loop around a method", itself, Counter::loopAroundMethod),
        task("stream around a method", itself, Counter::streamAroundMethod),
        task("loop in a block in a loop", Counter::one, Counter::loopInBlockInLoop),
        task("loop in a method in a loop", itself, Counter::loopInMethodInLoop),
        task("loop in a method in a forEach", itself, Counter::streamInMethodInStream),
        task(
            "loop in a block of a method in a loop",
            Counter::one,
            Counter::loopInBlockOfMethodInLoop),
        task("method that calls in turn in a loop", itself, Counter::methodInLoop),
        task("block and method", itself, Counter::blockAndMethod),
        task("block in a catch", Counter::one, Counter::caught));
  }

  /** Returns whether a task has left a monitor between two of its calls. */
  private static boolean isLeft(Task<Counter> task, Function<Counter, Object> monitor)
      throws Exception {
    Actor actor = Actor.of(0, "ann", me -> {});
    var counter = new AtomicReference<Counter>();
    List<Holding> calls = new ArrayList<>();
    var store =
        new ForwardingStateStore(new MemoryStateStore()) {
          @Override
          protected Optional<DurableState> call(
              Operation operation,
              @Nullable String persistenceId,
              @Nullable DurableState written,
              Supplier<Optional<DurableState>> call) {
            if (persistenceId != null) {
              actor.noteStack();
              int lock = System.identityHashCode(monitor.apply(counter.get()));
              calls.add(requireNonNull(Holding.of(actor, lock)));
            }
            return call.get();
          }
        };
    store.connect();
    counter.set(new Counter(store));

    var run =
        new FutureTask<>(
            () -> {
              actor.thread = Thread.currentThread();
              try {
                task.run(counter.get());
              } catch (Throwable e) {
                throw new AssertionError(e);
              }
              return calls;
            });
    new Thread(run).start(); // no loops of JUnit are in its stack
    run.get();

    assertThat(calls).hasSizeGreaterThan(1);
    return IntStream.range(1, calls.size())
        .anyMatch(i -> calls.get(i).mayBeEnteredAfter(calls.get(i - 1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("held")
  void mayBeEnteredAfter_monitorThatIsHeld_isFalse(
      Task<Counter> task, Function<Counter, Object> monitor) throws Exception {
    assertThat(isLeft(task, monitor)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("left")
  void mayBeEnteredAfter_monitorThatIsLeft_isTrue(
      Task<Counter> task, Function<Counter, Object> monitor) throws Exception {
    assertThat(isLeft(task, monitor)).isTrue();
  }

  private static Exploration explore(Task<Counter> task) {
    return Scenario.of(Counter::new)
        .whenRunning("ann", task)
        .whenRunning("bob", task)
        .thenAsIfOneByOne(Counter::total);
  }

  @Test
  void explore_monitorThatIsHeld_isComplete() {
    assertThat(explore(Counter::blockInLoop).complete()).isTrue();
    assertThat(explore(Counter::switchInBlock).complete()).isTrue();
  }

  @Test
  void explore_monitorThatIsLeft_saysThatOrdersMayBeMissing() {
    assertThat(explore(Counter::twoReadsInALine).toString()).contains("enter the same lock");
    assertThat(explore(Counter::loopAroundBlock).toString()).contains("enter the same lock");
  }
}
