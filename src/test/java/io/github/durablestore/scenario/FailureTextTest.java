package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Int64Value;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a failing scenario says, and the table that it draws: {@link Table}, {@link Trace}. */
class FailureTextTest {
  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder().add(Int64Value.getDescriptor()).build();

  private static String failureOf(Scenario<?> scenario) {
    return Failing.of(
        () ->
            scenario.then(
                (process, run) -> {
                  if (!run.undisturbed()) {
                    throw new AssertionError("balance is wrong:\n  expected 1\n  but was 0");
                  }
                }));
  }

  @Test
  void failure_fault_standsWhereItStruck() {
    assertThat(
            failureOf(
                Scenario.<StateStore>of(store -> store)
                    .when(
                        "write and read",
                        store -> {
                          Values.put(store, "x", 1, 5);
                          return Values.get(store, "x");
                        })
                    .over(() -> new MemoryStateStore(TYPES))
                    .faults()))
        .isEqualTo(
            """
            the check failed:
              balance is wrong:
                expected 1
                but was 0

            in run 2, which did this:

                 | write and read
                 | -----------------------------------------
              1  | write "x" version 1 {value: 5}: fails
                 | threw StateStoreException, because of the fault

            to see it in a debugger, put .replay("AA!A") before the check"""
                .replace("-----------------------------------------", "-".repeat(47)));
  }

  /** Makes calls of every kind, whether the store takes them or not. */
  @SuppressWarnings("NullAway") // on purpose
  private static void callEverything(StateStore store) {
    List<Runnable> calls =
        List.of(
            store::connect,
            store::ping,
            () -> Values.put(store, "", 1, 5),
            () -> store.writeState(null),
            () -> store.getLatestState(null),
            store::disconnect,
            () -> Values.get(store, "x"),
            store::close);
    for (Runnable call : calls) {
      try {
        call.run();
      } catch (RuntimeException e) {
        // the picture shows it
      }
    }
    throw new IllegalStateException();
  }

  @Test
  void failure_callsOfEveryKind_standWithWhatTheyThrew() {
    assertThat(
            failureOf(
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("call", FailureTextTest::callEverything)))
        .contains(
            "1  | connect",
            "2  | ping",
            "4  | write threw java.lang.NullPointerException: state",
            "5  | read threw java.lang.NullPointerException: persistenceId",
            "6  | disconnect",
            "7  | read \"x\": not connected",
            "8  | close")
        .containsSubsequence(
            "in full:",
            "3: write \"\" version 1 threw java.lang.IllegalArgumentException: cannot write state");
  }

  @Test
  void failure_payloadsThatTheStoreDoesNotKnow_areNotShown() {
    assertThat(
            failureOf(
                Scenario.<StateStore>of(store -> store)
                    .whenRunning(
                        "write",
                        store -> {
                          store.writeState(DurableState.newBuilder().setPersistenceId("a").build());
                          Values.put(store, "x", 1, 5);
                          throw new IllegalStateException();
                        })))
        .contains("1  | write \"a\" version 0\n", "2  | write \"x\" version 1\n");
  }

  @Test
  void failure_crash_standsWhereItStruck() {
    assertThat(
            failureOf(
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("write", store -> Values.put(store, "x", 1, 5))
                    .whenRunning("read", store -> Values.get(store, "x"))
                    .given(store -> Values.put(store, "y", 1, 5))
                    .crashes()
                    .replay("ABBA#")))
        .isEqualTo(
            """
            the check failed:
              balance is wrong:
                expected 1
                but was 0

            in the replayed run, which did this:

                 | write               | read
                 | ------------------- | -------------------
                 | starts              |
              1  |                     | read "x" empty
              2  | write "x" version 1 |
                 # the process dies here; the check sees a new one over the same store

            this was a replay; remove replay(...) when you have seen enough""");
  }

  @Test
  void failure_longTexts_areCutAndStandBelowInFull() {
    String id = "account-".repeat(20);
    String failure =
        failureOf(
            Scenario.<StateStore>of(store -> store)
                .whenRunning("n".repeat(120), store -> Values.put(store, id, 1, 5))
                .whenRunning("other", store -> {})
                .faults());

    assertThat(failure.lines().filter(line -> line.contains("|")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(105));
    assertThat(failure)
        .contains("accoun...: fails |")
        .contains("\n\nin full:\n  " + "n".repeat(120) + "\n  1: write \"" + id + "\" version 1: ");
  }

  @Test
  void failure_letterOfTwoCharactersAtTheCut_isCutBeforeOrBehindIt() {
    for (int length = 85; length < 95; length++) {
      String id = "a".repeat(length) + "\ud83d\ude00".repeat(10);
      String failure =
          failureOf(
              Scenario.<StateStore>of(store -> store)
                  .whenRunning("write", store -> Values.put(store, id, 1, 5))
                  .faults());

      assertThat(failure.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
      assertThat(failure).contains("aaa").contains("...");
    }
  }

  @Test
  void failure_longResult_standsBelowInFullByItsActor() {
    assertThat(
            failureOf(
                Scenario.<StateStore>of(store -> store)
                    .when(
                        "read",
                        store -> {
                          try {
                            store.getLatestState("x");
                          } catch (RuntimeException e) {
                            // goes on
                          }
                          return "a".repeat(150);
                        })
                    .faults()))
        .contains("\n\nin full:\n  read: returned \"" + "a".repeat(150) + "\"\n");
  }

  @Test
  void failure_switchesBetweenCalls_areShown() {
    assertThat(
            failureOf(
                Scenario.<StateStore>of(store -> store)
                    .whenRunning(
                        "write",
                        store -> {
                          Values.put(store, "x", 1, 5);
                          Values.put(store, "x", 2, 6);
                        })
                    .whenRunning("read", store -> Values.get(store, "x"))
                    .crashes()
                    .replay("AABAB#")))
        .contains(
            """
              1  | write "x" version 1 |
                 |                     | starts
                 | goes on             |
              2  |                     | read "x" version 1
                 # the process dies here; the check sees a new one over the same store
            """);
  }

  @Test
  void failure_hostileTexts_areEscaped() {
    String failure =
        failureOf(
            Scenario.<StateStore>of(store -> store)
                .when(
                    "evil\n\u202e name",
                    store -> {
                      Values.put(store, "id\n\u0007", 1, 5);
                      return "result\n";
                    })
                .faults());

    assertThat(failure)
        .contains("\"evil\\n\\u202e name\"")
        .contains("write \"id\\n\\u0007\" version 1")
        .doesNotContain("\u202e", "\u0007");
  }

  @Test
  void failure_resultsThatCannotBePrinted_arePrintedAsTheirClass() {
    var hostile =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException();
          }
        };

    assertThat(
            failureOf(
                Scenario.<StateStore>of(store -> store)
                    .when(
                        "return it",
                        store -> {
                          try {
                            store.getLatestState("x");
                          } catch (RuntimeException e) {
                            // goes on
                          }
                          return hostile;
                        })
                    .faults()))
        .contains("returned a \"" + hostile.getClass().getName() + "\"");
  }

  @Test
  void failure_cellThatIsCut_keepsWhatHappened() {
    String id = "account-".repeat(20);
    String failure =
        failureOf(
            Scenario.<StateStore>of(store -> store)
                .over(() -> new MemoryStateStore(TYPES, OnDisconnect.KEEP, OnStaleWrite.REFUSE))
                .whenRunning(
                    "write",
                    store -> {
                      Values.put(store, id, 2, 5);
                      catching(() -> Values.put(store, id, 1, 5));
                      store.disconnect();
                      catching(() -> Values.get(store, id));
                      store.connect();
                      throw new IllegalStateException();
                    })
                .whenRunning("other", store -> {}));

    assertThat(failure)
        .containsPattern("  2  \\| write \"account-[^|]*\\.\\.\\.: refused +\\|")
        .containsPattern("  4  \\| read \"account-[^|]*\\.\\.\\.: not connected +\\|");
  }

  private static void catching(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      // the picture shows it
    }
  }

  @Test
  void failure_exceptionFromTheStore_showsTheLineThatCalledIt() {
    assertThat(
            failureOf(
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("write", store -> Values.put(store, "", 1, 5))))
        .startsWith("write threw java.lang.IllegalArgumentException: ")
        .contains(
            "\n    at " + Values.class.getName() + ".put(Values.java:",
            "\n    at " + FailureTextTest.class.getName());
  }

  /** Counts how often it is shown. */
  private record Shown(AtomicInteger times) {
    @Override
    public String toString() {
      times.incrementAndGet();
      return "shown";
    }
  }

  @Test
  void exploration_thatPasses_showsNoResult() {
    var result = new Shown(new AtomicInteger());

    Exploration found =
        Scenario.of(Calls::new)
            .when(
                "one",
                calls -> {
                  calls.make(1);
                  return result;
                })
            .when("other", calls -> calls.make(1))
            .faults()
            .crashes()
            .thenAsIfOneByOne(calls -> 1);

    assertThat(found.complete()).isTrue();
    assertThat(result.times).hasValue(0);
  }

  @Test
  void exploration_oneOfEach_isInTheSingular() {
    assertThat(Calls.scenario(1, 0).then((process, run) -> {}))
        .hasToString("explored all 1 run: 1 order, 0 with a fault, 0 with a crash");
  }
}
