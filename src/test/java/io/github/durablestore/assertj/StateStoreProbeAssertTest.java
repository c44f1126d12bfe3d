package io.github.durablestore.assertj;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatThrownBy;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.Hold;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Assertions about the calls of a probe: {@link StateStoreProbeAssert}. */
class StateStoreProbeAssertTest {
  private final MemoryStateStore store = new MemoryStateStore();
  private final StateStoreProbe probe = new StateStoreProbe(store);

  @BeforeEach
  void connect() {
    store.connect();
  }

  @Test
  void wrote_acknowledged_passes() {
    probe.writeState(state("account-42", 1));

    assertThat(probe).wrote("account-42").didNotWrite("account-7");
  }

  @Test
  void wrote_refused_showsTheCalls() {
    probe.inject(
        Fault.on(CallMatcher.writes()).throwing(() -> new IllegalStateException("no answer")));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> probe.writeState(state("account-42", 1)));

    String calls =
        "  write \"account-42\" version 1 threw java.lang.IllegalStateException: no answer";
    assertFailure(() -> assertThat(probe).wrote("account-42"))
        .hasMessage("expected a write of \"account-42\" but the calls were:%n%s%n", calls);
    assertThat(probe).didNotWrite("account-42").attemptedNoWrite("account-7");
    assertFailure(() -> assertThat(probe).attemptedNoWrite("account-42"))
        .hasMessage("expected no attempt to write \"account-42\" but the calls were:%n%s%n", calls);
    assertFailure(() -> assertThat(probe).attemptedNoWrites())
        .hasMessage("expected no attempt to write but the calls were:%n%s%n", calls);
  }

  @Test
  void didNotWrite_written_showsTheCalls() {
    writeVersions(1);

    assertFailure(() -> assertThat(probe).didNotWrite("account-42"))
        .hasMessage(
            "expected no write of \"account-42\" but the calls were:%n  write \"account-42\""
                + " version 1%n",
            new Object[0]);
  }

  @Test
  void wrote_replyLost_countsAsWritten() {
    writeVersions(1);
    probe.inject(Fault.on(CallMatcher.writes()).replyLost());
    assertThatThrownBy(() -> writeVersions(2));
    writeVersions(3);

    assertThat(probe)
        .wrote("account-42")
        .wroteVersions("account-42", 1, 2, 3)
        .wroteVersionsWithoutGap("account-42");
    assertFailure(() -> assertThat(probe).didNotWrite("account-42"));
    assertFailure(() -> assertThat(probe).wroteVersions("account-42", 1, 3))
        .hasMessage(
            "expected writes of \"account-42\" with the versions [1, 3] but they were"
                + " [1, 2 (reply lost), 3]");
    writeVersions(9);
    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessageEndingWith("but they were [1, 2 (reply lost), 3, 9]");
  }

  @Test
  void wroteVersionsWithoutGap_fromTheGreatestToZero_isAGap() {
    writeVersions(-1, 0);

    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessageEndingWith("but they were [18446744073709551615, 0]");
  }

  @Test
  void wroteVersions_manyWrites_showsTheFirstDifference() {
    for (int version = 0; version < 1_000; version++) {
      writeVersions(version);
    }
    long[] expected = LongStream.range(0, 1_000).toArray();
    assertThat(probe).wroteVersions("account-42", expected);

    expected[502] = 7;
    assertFailure(() -> assertThat(probe).wroteVersions("account-42", expected))
        .hasMessageContaining(" the versions [492 earlier ones, 492, 493, ")
        .hasMessageContaining(", 501, 7, 503, ")
        .hasMessageContaining(", 591, and 408 more] but they were [492 earlier ones, 492, 493, ")
        .hasMessageContaining(", 501, 502, 503, ")
        .hasMessageEndingWith(", 591, and 408 more], first different at write 503")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2_000));
    assertFailure(() -> assertThat(probe).wroteVersions("account-42", 0, 1))
        .hasMessageContaining("[0, 1] but they were [0, 1, 2, ")
        .hasMessageEndingWith(", and 900 more], first different at write 3");
    assertFailure(() -> assertThat(probe).wroteVersions("account-7", expected))
        .hasMessageContaining(", and 900 more] but they were [], first different at write 1; ");
  }

  @Test
  void wroteVersionsWithoutGap_gapAmongManyWrites_showsTheGap() {
    for (int version = 0; version < 1_000; version++) {
      writeVersions(version < 500 ? version : version + 1);
    }

    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessageEndingWith(", 499, 501]")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
  }

  @Test
  void attemptedNoWrites_none_passes() {
    assertThat(probe.getLatestState("account-42")).isEmpty();

    assertThat(probe).attemptedNoWrites().attemptedNoWrite("account-42");
  }

  @Test
  void wrote_manyCalls_showsTheLastOnes() {
    for (int i = 0; i < 1_000; i++) {
      writeVersions(i);
    }

    assertFailure(() -> assertThat(probe).wrote("account-7"))
        .hasMessageContaining("  900 earlier ones")
        .hasMessageEndingWith("version 999%n".formatted())
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(10_000));
  }

  @Test
  void wrote_longIdThatDiffersAtItsEnd_showsTheEnds() {
    String id = "x".repeat(300);
    probe.writeState(state(id + "1"));

    assertFailure(() -> assertThat(probe).wrote(id + "2"))
        .hasMessageContaining("xxx2\" (301 characters) but the calls were:")
        .hasMessageContaining("xxx1\" (301 characters) version 0");
    assertFailure(() -> assertThat(probe).hasOnlyStates(id + "2"))
        .hasMessageContaining("xxx2\" (differs at character 301 of 301)]")
        .hasMessageContaining("xxx1\" (differs at character 301 of 301)]");
  }

  @Test
  void wrote_noCall_saysSo() {
    assertFailure(() -> assertThat(probe).wrote("account-42"))
        .hasMessage("expected a write of \"account-42\" but there was no call");
  }

  @Test
  void wroteVersions_asExpected_passes() {
    writeVersions(1, 2, -1);

    assertThat(probe).wroteVersions("account-42", 1, 2, -1).wroteVersions("account-7");
  }

  @Test
  void wroteVersions_other_showsBothUnsigned() {
    writeVersions(1, 2);

    assertFailure(() -> assertThat(probe).wroteVersions("account-42", 2, 1, -1))
        .hasMessage(
            "expected writes of \"account-42\" with the versions [2, 1, 18446744073709551615] but"
                + " they were [1, 2]");
  }

  @Test
  void wroteVersions_otherId_namesThoseWritten() {
    writeVersions(1, 2);

    assertFailure(() -> assertThat(probe).wroteVersions("acount-42", 1))
        .hasMessage(
            "expected writes of \"acount-42\" with the versions [1] but they were []"
                + "; the ids written were \"account-42\"");
    assertThat(probe).wroteVersions("account-7");
  }

  @Test
  void wroteVersionsWithoutGap_none_passes() {
    writeVersions(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

    assertThat(probe).wroteVersionsWithoutGap("account-42");
  }

  @Test
  void wroteVersionsWithoutGap_gap_showsThem() {
    writeVersions(1, 2, 4);

    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessage(
            "expected writes of \"account-42\" with versions without a gap but they were"
                + " [1, 2, 4]");
  }

  @Test
  void wroteVersionsWithoutGap_backwards_fails() {
    writeVersions(2, 1);

    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"));
  }

  @Test
  void wroteVersionsWithoutGap_noWrite_fails() {
    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessageStartingWith("expected a write of \"account-42\"");
  }

  @Test
  void hasNoUnusedFaults_one_namesIt() {
    assertThat(probe).hasNoUnusedFaults();

    probe.inject(Fault.on(CallMatcher.reads().of("account-42")));

    assertFailure(() -> assertThat(probe).hasNoUnusedFaults())
        .hasMessage(
            "expected every fault to be used but these were not:%n  %s%n",
            "fail read \"account-42\", once");
  }

  @Test
  void hasNoUnusedFaults_oneOfAProbeInside_namesIt() {
    probe.inject(Fault.on(CallMatcher.writes()));
    var outer = new StateStoreProbe(probe);

    assertFailure(() -> assertThat(outer).hasNoUnusedFaults())
        .hasMessageEndingWith("not:%n  fail any write, once%n".formatted());
  }

  @Test
  void assertionsOfAProbe_makeNoCallThatItRecordsOrFails() {
    writeVersions(1);
    probe.inject(Fault.on(CallMatcher.anyCall()));

    assertThat(probe).wrote("account-42").didNotWrite("a").wroteVersionsWithoutGap("account-42");
    assertThat(probe).hasState("account-42").hasNoState("a").state("account-42").hasVersion(1);
    assertThat((StateStore) probe).hasState("account-42");
    assertThat(new StateStoreProbe(probe)).hasState("account-42");

    assertThat(probe.calls()).hasSize(1);
    assertThat(probe.unusedFaults()).hasSize(1);
  }

  @Test
  void wrote_emptyId_isRefused() {
    for (Consumer<StateStoreProbeAssert> assertion :
        List.<Consumer<StateStoreProbeAssert>>of(
            each -> each.wrote(""),
            each -> each.didNotWrite(""),
            each -> each.attemptedNoWrite(""),
            each -> each.wroteVersions(""),
            each -> each.wroteVersionsWithoutGap(""))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> assertion.accept(assertThat(probe)))
          .withMessage("cannot check writes of \"\": persistence id is empty; pass a non-empty id");
    }
  }

  @Test
  void wrote_heldReply_tookEffect() throws Exception {
    writeVersions(1);
    try (Hold hold = probe.holdReply(CallMatcher.writes())) {
      Thread writer = new Thread(() -> writeVersions(2));
      writer.start();
      hold.awaitHeld();

      assertThat(probe)
          .wrote("account-42")
          .wroteVersions("account-42", 1, 2)
          .wroteVersionsWithoutGap("account-42");
      assertFailure(() -> assertThat(probe).didNotWrite("account-42"))
          .hasMessage(
              "expected no write of \"account-42\" but the calls were:%n"
                  + "  write \"account-42\" version 1%n"
                  + "  write \"account-42\" version 2 (in flight, took effect)%n",
              new Object[0]);
      assertFailure(() -> assertThat(probe).wroteVersions("account-42", 1))
          .hasMessageEndingWith("the versions [1] but they were [1, 2 (in flight)]");
      assertFailure(() -> assertThat(probe).wroteVersions("account-7", 1))
          .hasMessageEndingWith("; the ids written were \"account-42\"");
      hold.release();
      writer.join();
    }

    assertThat(probe).wroteVersions("account-42", 1, 2);
  }

  @Test
  void attemptedNoWrite_heldBeforeTheStore_wasAttempted() throws Exception {
    try (Hold hold = probe.hold(CallMatcher.writes())) {
      Thread writer = new Thread(() -> writeVersions(1));
      writer.start();
      hold.awaitHeld();

      String calls = "but the calls were:%n  write \"account-42\" version 1 (in flight)%n";
      assertFailure(() -> assertThat(probe).attemptedNoWrite("account-42"))
          .hasMessage("expected no attempt to write \"account-42\" " + calls, new Object[0]);
      assertFailure(() -> assertThat(probe).attemptedNoWrites())
          .hasMessage("expected no attempt to write " + calls, new Object[0]);
      assertFailure(() -> assertThat(probe).wrote("account-42"))
          .hasMessage("expected a write of \"account-42\" " + calls, new Object[0]);
      assertThat(probe)
          .didNotWrite("account-42")
          .wroteVersions("account-42")
          .attemptedNoWrite("account-7");
      hold.release();
      writer.join();
    }

    assertThat(probe).wrote("account-42");
  }

  @Test
  void everyFailure_idThatLooksTheSame_isInAscii() {
    writeVersions(1);
    String cyrillic = "\u0430ccount-42";
    String escaped = "\"\\u0430ccount-42\"";

    for (Consumer<StateStoreProbeAssert> assertion :
        List.<Consumer<StateStoreProbeAssert>>of(
            each -> each.wrote(cyrillic),
            each -> each.wroteVersions(cyrillic, 1),
            each -> each.wroteVersionsWithoutGap(cyrillic))) {
      assertFailure(() -> assertion.accept(assertThat(probe)))
          .hasMessageContaining(" of " + escaped)
          .hasMessageContaining("\"account-42\"");
    }
    probe.writeState(state(cyrillic, 2));
    probe.writeState(state(cyrillic, 4));
    for (Consumer<StateStoreProbeAssert> assertion :
        List.<Consumer<StateStoreProbeAssert>>of(
            each -> each.didNotWrite("account-42"),
            each -> each.attemptedNoWrite("account-42"),
            each -> each.attemptedNoWrites(),
            each -> each.wrote("account-7"))) {
      assertFailure(() -> assertion.accept(assertThat(probe)))
          .hasMessageContaining("  write " + escaped + " version 2");
    }
    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap(cyrillic))
        .hasMessageContaining(escaped);
  }

  @Test
  void wroteVersions_manyWrites_givesBoundedTextsToTheComparison() {
    for (int version = 0; version < 1_000; version++) {
      writeVersions(version);
    }

    assertFailure(() -> assertThat(probe).wroteVersions("account-42", 0, 1))
        .isInstanceOfSatisfying(
            AssertionFailedError.class,
            e -> {
              assertThat(e.getExpected().getStringRepresentation()).contains("[0, 1]");
              assertThat(e.getActual().getStringRepresentation())
                  .contains("[0, 1, 2, ", ", and 900 more]")
                  .hasSizeLessThan(1_000);
            });
  }

  private void writeVersions(long... versions) {
    for (long version : versions) {
      probe.writeState(state("account-42", version));
    }
  }
}
