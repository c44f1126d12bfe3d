package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether an operation has left a monitor between two calls: {@link Holding}, {@link MethodCode}
 * and {@link ClassFile}.
 */
class MonitorsTest {
  /** Counts in each way in which code can be under a monitor. */
  private record Counter(StateStore store, Object one, Object other) {
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

  private static Named<Task<Counter>> task(String name, Task<Counter> task) {
    return Named.of(name, task);
  }

  static Stream<Named<Task<Counter>>> held() {
    return Stream.of(
        task("block", Counter::block),
        task("method", Counter::method),
        task("loop in a block", Counter::loopInBlock),
        task("stream in a block", Counter::streamInBlock),
        task("block in a loop", Counter::blockInLoop),
        task("block with one of another monitor", Counter::innerBlock),
        task("block with two of another monitor", Counter::innerBlocks),
        task("block with methods of the same monitor", Counter::sameMonitorInside),
        task("switch in a block", Counter::switchInBlock),
        task("finally in a block", Counter::finallyInBlock));
  }

  static Stream<Named<Task<Counter>>> left() {
    return Stream.of(
        task("two blocks", Counter::twoBlocks),
        task("two reads in a line", Counter::twoReadsInALine),
        task("loop around a block", Counter::loopAroundBlock),
        task("loop around a method", Counter::loopAroundMethod),
        task("stream around a method", Counter::streamAroundMethod),
        task("block and method", Counter::blockAndMethod),
        task("block in a catch", Counter::caught));
  }

  private static Exploration explore(Task<Counter> task) {
    return Scenario.of(Counter::new)
        .whenRunning("ann", task)
        .whenRunning("bob", task)
        .thenAsIfOneByOne(Counter::total);
  }

  @ParameterizedTest
  @MethodSource("held")
  void explore_monitorIsHeld_isComplete(Task<Counter> task) {
    assertThat(explore(task).complete()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("left")
  void explore_monitorIsLeftBetweenCalls_saysThatOrdersMayBeMissing(Task<Counter> task) {
    assertThat(explore(task).toString()).contains("enter the same lock");
  }
}
