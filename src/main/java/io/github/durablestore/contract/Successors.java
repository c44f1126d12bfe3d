package io.github.durablestore.contract;

import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The check of R9 for every kind of state that R8 and R11 to R14 are about: a store may keep what
 * is special about one in a place of its own, and must not find it there once another has replaced
 * that state.
 */
final class Successors {
  private final Trial trial;
  private final Queue<Sample> written = new ConcurrentLinkedQueue<>();

  /** One id for all states; if a slow store makes the check use many threads, one for each. */
  private final ThreadLocal<Successor> latest = ThreadLocal.withInitial(Successor::new);

  private Successors(Trial trial) {
    this.trial = trial;
  }

  /**
   * A state of some kind.
   *
   * @param keepsVersion whether its version matters, so that it does not change
   */
  private record Special(Sample sample, boolean keepsVersion) {}

  static void check(Trial trial) {
    var all = new ArrayList<Special>();
    Contents.ofUnsignedNumbers().forEach(sample -> all.add(new Special(sample, true)));
    Contents.ofEveryKind(trial).forEach(sample -> all.add(new Special(sample, false)));
    new Successors(trial).check(all);
  }

  private void check(List<Special> all) {
    trial.forEach(all, each -> check(each.sample(), each.keepsVersion()));
    Survival.readAgain(
        trial,
        List.copyOf(written),
        Sample::state,
        (reader, each, when) -> reader.reads("a state" + each.what() + when, each.state()));
  }

  /** The state before the first write is that of the sample before. */
  private void check(Sample sample, boolean keepsVersion) {
    DurableState small = States.of("", 1);
    DurableState large = trial.large("", 2, 0);
    String special = "a state " + sample.what() + ", in place of ";
    String of = " in place of one " + sample.what();
    Successor next = latest.get();
    next.replace(special + "another that is special too", sample.state(), keepsVersion);
    next.replace("a small state" + of, small, false);
    next.replace(special + "a small one", sample.state(), keepsVersion);
    next.replace("a large state" + of, large, false);
    next.replace(special + "a large one", sample.state(), keepsVersion);

    var last = new Successor(); // whose states are only read after reconnecting
    last.write(sample.state(), keepsVersion);
    last.write(small, false).ifPresent(state -> written.add(new Sample(of, state)));
  }

  /** The states of one id, one after the other. */
  private final class Successor {
    private String id = trial.newId();
    private long version;

    void replace(String what, DurableState state, boolean keepsVersion) {
      DurableState next = next(state, keepsVersion);
      try {
        trial.keeps(what, next);
      } catch (AssertionError e) {
        if (isKeptAlone(next)) {
          throw e;
        }
        id = trial.newId(); // another rule is about what the store does not keep at all
      }
    }

    /** Writes a state, and returns it, unless it is refused. */
    Optional<DurableState> write(DurableState state, boolean keepsVersion) {
      DurableState next = next(state, keepsVersion);
      try {
        trial.store.writeState(next);
        return Optional.of(next);
      } catch (RuntimeException e) {
        return Optional.empty(); // which is checked above
      }
    }

    /** Returns a state of this id, or of a new one if only its version keeps it from being next. */
    private DurableState next(DurableState state, boolean keepsVersion) {
      long next = state.getVersionNumber();
      if (trial.can.refusesStaleWrites()) {
        next = keepsVersion ? next : version + 1;
        if (next != version + 1 || next == 0) {
          id = trial.newId();
        }
      }
      version = next;
      return state.toBuilder().setPersistenceId(id).setVersionNumber(next).build();
    }

    private boolean isKeptAlone(DurableState state) {
      DurableState alone = state.toBuilder().setPersistenceId(trial.newId()).build();
      try {
        trial.store.writeState(alone);
        return trial.store.getLatestState(alone.getPersistenceId()).equals(Optional.of(alone));
      } catch (RuntimeException e) {
        return false;
      }
    }
  }
}
