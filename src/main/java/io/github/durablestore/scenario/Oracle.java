package io.github.durablestore.scenario;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a run gave what its operations could have given one by one: strict
 * serializability. The model is the code itself, run one operation at a time.
 */
final class Oracle<P> {
  private static final int MAX_OUTCOMES = 8;

  /** In an order, the time in which the tasks run that the start of the process has scheduled. */
  private static final int LATER = -1;

  private final BiFunction<Boolean, List<Plan.Op<P>>, Serial> runOneByOne;
  private final Map<List<Integer>, @Nullable Serial> known = new HashMap<>();
  private final Map<Integer, Plan.Op<P>> ops = new HashMap<>();

  /** Why some orders are not possible. */
  private final Map<List<Integer>, String> troubles = new HashMap<>();

  /**
   * What operations gave one by one, and what was seen after them.
   *
   * @param hasTasks whether the start of the process has scheduled tasks for later
   */
  record Serial(boolean hasTasks, List<Ending> endings, Object seen, Trace trace) {
    String describe() {
      return describe(this);
    }

    String describe(Serial other) {
      return Oracle.describe(endings, seen, other.endings, other.seen);
    }
  }

  /** Thrown by operations that cannot run in an order, as one waits for what a later one does. */
  static final class Stuck extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    Stuck(String trouble) {
      super(trouble);
    }
  }

  /**
   * Creates an oracle.
   *
   * @param runOneByOne runs operations one by one, perhaps later than what the start has scheduled
   */
  Oracle(BiFunction<Boolean, List<Plan.Op<P>>, Serial> runOneByOne) {
    this.runOneByOne = runOneByOne;
  }

  /** Returns what an observation returned, or threw. */
  static <P> Object observe(Action<? super P> observation, P process, ProcessIds names) {
    Object seen;
    try {
      seen = observation.run(process);
    } catch (Throwable e) { // compared like a result
      return Thrown.of(e, names);
    }
    try {
      return Result.of(seen, names);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "cannot take what the observation returned: " + Text.messageOf(e), e);
    }
  }

  /**
   * Requires that the observation shows something, before or after the operations of a program.
   *
   * @throws IllegalStateException if it always throws
   */
  void requireObservable(List<Program<P>> programs) {
    programs.forEach(program -> learn(program.plan));
    Serial before = possible(List.of());
    if (before.seen instanceof Thrown && programs.stream().allMatch(this::isBlindTo)) {
      throw Failures.cannotExplore(
          "the observation throws whatever the operations do: %s; correct it"
              .formatted(before.describe()));
    }
  }

  /** Returns whether the observation throws after each operation of a program, and after all. */
  private boolean isBlindTo(Program<P> program) {
    List<Integer> all = learn(program.plan);
    return isBlindAfter(all) && all.stream().allMatch(id -> isBlindAfter(List.of(id)));
  }

  private boolean isBlindAfter(List<Integer> order) {
    Serial serial = serial(order);
    return serial != null && serial.seen instanceof Thrown;
  }

  /** Takes in the operations of a plan, and returns their ids. */
  private List<Integer> learn(Plan<P> plan) {
    List<Integer> ids = new ArrayList<>();
    for (Plan.Role<P> role : plan.roles()) {
      for (Plan.Op<P> op : role.ops()) {
        ops.put(op.id(), op);
        ids.add(op.id());
      }
    }
    return ids;
  }

  /**
   * Returns why no order of the operations gives what a run gave; {@code null} if one does.
   *
   * @param trace the run
   */
  @Nullable String refute(List<Ending> endings, Object seen, Trace trace, Plan<P> plan) {
    learn(plan);
    var search = new Search(endings, trace.tasks(), seen, plan);
    if (search.isPossible(true, true)) {
      return null;
    }
    Set<String> possible = search.possible();
    search.requireRepeatable();
    boolean isByRestart =
        trace.hasCrash
            && endings.stream().noneMatch(Ending::died)
            && search.isPossible(false, true);
    boolean isByMessage = !isByRestart && search.isPossible(true, false);
    return "%sno order of the operations, one by one, gives this:\n  %s\nbut one of:%s%s"
        .formatted(
            isByRestart
                ? "a restart changes the answer: "
                : isByMessage ? "the message of an exception differs: " : "",
            search.describe(),
            Entries.firstLines(List.copyOf(possible), MAX_OUTCOMES, line -> "\n  " + line),
            adviceOnExceptions(endings, seen, trace, plan));
  }

  private String adviceOnExceptions(List<Ending> endings, Object seen, Trace trace, Plan<P> plan) {
    for (Ending ending : endings) {
      if (ending.hidesFault() && !plan.isRefusal(ending.thrown)) {
        return "\n%s: %s".formatted(Text.name(ending.name()), Wrong.MAKE_FAULT_THE_CAUSE);
      }
    }
    return adviceOnRefusals(endings, seen, trace, plan);
  }

  /** Returns what to write if the run is right as soon as exceptions are taken for refusals. */
  private String adviceOnRefusals(List<Ending> endings, Object seen, Trace trace, Plan<P> plan) {
    List<Class<? extends Throwable>> types = new ArrayList<>();
    for (Ending ending : endings) {
      Throwable thrown = Plan.refusalIn(ending.thrown);
      if (thrown != null
          && !ending.hadFault
          && !plan.isRefusal(thrown)
          && !thrown.getClass().getName().startsWith("java.")) { // says more than that
        types.add(thrown.getClass());
      }
    }
    boolean isRefusal =
        !types.isEmpty()
            && new Search(endings, trace.tasks(), seen, plan.refusing(types))
                .isPossible(true, true);
    return isRefusal
        ? "\nif an operation that throws %1$s has done nothing, write .refusing(%1$s.class)"
            .formatted(types.get(0).getSimpleName())
        : "";
  }

  /**
   * Describes what operations gave; of a long result, where it differs from another.
   *
   * @param endings those that are described; {@code null} for one that did not run
   * @param others those of the same operations
   */
  private static String describe(
      List<? extends @Nullable Ending> endings,
      Object seen,
      List<? extends @Nullable Ending> others,
      Object otherSeen) {
    var text = new StringBuilder();
    for (int i = 0; i < endings.size(); i++) {
      Ending ending = endings.get(i);
      Ending other = others.get(i);
      Ending known = requireNonNull(ending == null ? other : ending, "ending");
      text.append(Text.name(requireNonNull(known.op, "op").name()))
          .append(' ')
          .append(ending == null ? "did not run" : ending.describe(other == null ? ending : other))
          .append("; ");
    }
    return text + "then " + describe(seen, otherSeen);
  }

  private static String describe(Object seen, Object other) {
    return seen instanceof Thrown thrown
        ? "threw " + thrown.describe(other instanceof Thrown its ? its : null)
        : ((Result) seen).describe(other instanceof Result its ? its : null);
  }

  static boolean same(Object one, Object other) {
    return (one instanceof Result a && other instanceof Result b)
        ? a.equalTo(b, "the observation")
        : one.equals(other);
  }

  /** Returns what operations give in an order in which they can run. */
  private Serial possible(List<Integer> order) {
    Serial serial = serial(order);
    if (serial == null) {
      throw Deadlock.oneByOne(troubleOf(order));
    }
    return serial;
  }

  private String troubleOf(List<Integer> order) {
    return requireNonNull(troubles.get(order), "trouble");
  }

  /**
   * Returns what operations give one by one; {@code null} if they cannot run in this order. They
   * run twice, and must give the same.
   */
  private @Nullable Serial serial(List<Integer> order) {
    if (!known.containsKey(order)) {
      known.put(List.copyOf(order), runTwice(order));
    }
    return known.get(order);
  }

  private @Nullable Serial runTwice(List<Integer> order) {
    Serial serial;
    try {
      serial = run(order);
    } catch (Stuck e) {
      troubles.put(List.copyOf(order), String.valueOf(e.getMessage()));
      return null;
    }
    requireSame(serial, run(order));
    return serial;
  }

  private Serial run(List<Integer> order) {
    List<Plan.Op<P>> chosen = new ArrayList<>();
    for (int id : order) {
      if (id != LATER) {
        chosen.add(requireNonNull(ops.get(id), "op"));
      }
    }
    return runOneByOne.apply(order.contains(LATER), chosen);
  }

  private void requireSame(Serial serial, Serial again) {
    String difference =
        same(serial.seen, again.seen)
            ? serial.trace.differenceFrom(again.trace)
            : "the observation has a different result"
                + (serial.seen instanceof Result result ? result.whyDifferent() : "");
    if (difference != null
        && serial.trace.isWithoutCalls()
        && run(List.copyOf(ops.keySet())).trace.isWithoutCalls()) {
      throw Failures.noCalls();
    }
    if (difference != null && serial.describe(again).equals(again.describe(serial))) {
      throw Failures.notDeterministic(difference, "", null);
    }
    if (difference != null) {
      throw Failures.notDeterministic(
          "one by one, it gives\n  %s\nand then\n  %s\n%s"
              .formatted(serial.describe(again), again.describe(serial), difference),
          "",
          null);
    }
  }

  /** A depth-first search for an order. */
  private final class Search {
    private final List<Ending> endings;
    private final List<Ending> tasks;
    private final Object seen;
    private final Plan<P> plan;
    private final boolean[] placed;

    /** In which order the operations ended: what one waits for has often ended before it. */
    private final List<Integer> byEnd;

    private boolean isAll;
    private boolean hasMessages;

    /** Places in the run, as two calls of one operation are two. */
    private final List<Integer> order = new ArrayList<>();

    private final Set<List<Integer>> complete = new LinkedHashSet<>();
    private final Set<List<Integer>> impossible = new LinkedHashSet<>();

    Search(List<Ending> endings, List<Ending> tasks, Object seen, Plan<P> plan) {
      this.endings = endings;
      this.tasks = tasks;
      this.seen = seen;
      this.plan = plan;
      placed = new boolean[endings.size()];
      byEnd =
          IntStream.range(0, placed.length)
              .boxed()
              .sorted(comparingInt(place -> endings.get(place).ended))
              .toList();
    }

    /**
     * Returns whether an order gives what the run gave.
     *
     * @param isAll whether what operations gave after a restart counts, and what is seen at the end
     * @param hasMessages whether the messages of exceptions count
     */
    boolean isPossible(boolean isAll, boolean hasMessages) {
      this.isAll = isAll;
      this.hasMessages = hasMessages;
      return searchAll(true);
    }

    private boolean searchAll(boolean agreeing) {
      Arrays.fill(placed, false);
      order.clear();
      boolean found = search(agreeing);
      if (!found && Oracle.this.possible(List.of()).hasTasks) {
        order.add(LATER);
        found = search(agreeing);
      }
      return found;
    }

    /** Describes what the run gave, beside the first outcome that is possible. */
    String describe() {
      List<Integer> first = complete.iterator().next();
      return Oracle.describe(endings, seen, inOrderOfRun(first), serialOf(first).seen);
    }

    /**
     * Returns the outcomes that are possible, in words.
     *
     * @throws IllegalStateException if there are none
     */
    Set<String> possible() {
      searchAll(false);
      if (complete.isEmpty()) {
        throw Deadlock.oneByOne(troubleOf(ids(impossible.iterator().next())));
      }
      Set<String> outcomes = new LinkedHashSet<>();
      for (List<Integer> each : complete) {
        outcomes.add(Oracle.describe(inOrderOfRun(each), serialOf(each).seen, endings, seen));
      }
      return outcomes;
    }

    /** Returns what an order gives, by the places of the operations in the run. */
    private List<@Nullable Ending> inOrderOfRun(List<Integer> order) {
      List<Integer> places = order.stream().filter(place -> place != LATER).toList();
      List<Ending> serial = serialOf(order).endings;
      List<@Nullable Ending> sorted = new ArrayList<>();
      for (int place = 0; place < endings.size(); place++) {
        int index = places.indexOf(place);
        sorted.add(index < 0 ? null : serial.get(index));
      }
      return sorted;
    }

    /** Fails if the orders that the run is held against give something else by now. */
    void requireRepeatable() {
      complete.forEach(each -> requireSame(serialOf(each), run(ids(each))));
    }

    private Serial serialOf(List<Integer> order) {
      return Oracle.this.possible(ids(order));
    }

    /** Returns the operations at some places of the run. */
    private List<Integer> ids(List<Integer> order) {
      return order.stream()
          .map(place -> place == LATER ? LATER : requireNonNull(endings.get(place).op, "op").id())
          .toList();
    }

    private boolean search(boolean agreeing) {
      boolean isComplete = isComplete();
      Serial serial = isComplete ? serial(ids(order)) : null;
      if (agreeing) {
        if (serial != null && (!isAll || isSame(serial.seen, seen))) {
          return true;
        }
      } else if (isComplete) {
        (serial == null ? impossible : complete).add(List.copyOf(order));
      }
      for (int i = 0; i < placed.length; i++) {
        int next = agreeing ? byEnd.get(i) : i;
        if (!placed[next] && mayBeNext(next) && searchBehind(next, agreeing)) {
          return true;
        }
      }
      return false;
    }

    private boolean searchBehind(int next, boolean agreeing) {
      Ending ending = endings.get(next);
      order.add(next);
      placed[next] = true;
      boolean counts = agreeing && !isOptional(ending) && (isAll || !ending.afterRestart);
      boolean agrees = !counts || agrees(ending);
      boolean found = agrees && search(agreeing);
      if (!found) {
        placed[next] = false;
        order.subList(order.size() - 1, order.size()).clear();
      }
      return found;
    }

    private boolean agrees(Ending ending) {
      Serial serial = serial(ids(order));
      if (serial == null) {
        return false;
      }
      Ending alone = serial.endings.get(serial.endings.size() - 1);
      return Trace.same(alone, ending)
          || (alone.threw != null && ending.threw != null && isSame(alone.threw, ending.threw));
    }

    private boolean isSame(Object one, Object other) {
      boolean areOfOneClass =
          one instanceof Thrown a && other instanceof Thrown b && a.type() == b.type();
      return (areOfOneClass && !hasMessages) || same(one, other);
    }

    private boolean isComplete() {
      for (int i = 0; i < placed.length; i++) {
        if (!placed[i] && !mayBeOut(endings.get(i))) {
          return false;
        }
      }
      return true;
    }

    /**
     * An operation that died or failed because of the fault may have taken effect or not, and so
     * may one that had the fault and was refused, perhaps because of what it did before.
     */
    private boolean isOptional(Ending ending) {
      return ending.died() || ending.byFault || (ending.hadFault && plan.isRefusal(ending.thrown));
    }

    /** An operation that was refused did nothing, if it overlapped another, or a task of one. */
    private boolean mayBeOut(Ending ending) {
      return isOptional(ending) || (plan.isRefusal(ending.thrown) && overlaps(ending));
    }

    private boolean overlaps(Ending ending) {
      return Stream.concat(endings.stream(), tasks.stream())
          .anyMatch(other -> !other.belongsTo(ending) && other.overlaps(ending));
    }

    private boolean mayBeNext(int next) {
      Ending ending = endings.get(next);
      for (int i = 0; i < placed.length; i++) {
        Ending other = endings.get(i);
        boolean isBefore = other.ended < ending.began;
        boolean isTooLate =
            isOptional(ending)
                && ((ending.role == other.role && ending.place < other.place)
                    || (ending.died() && other.afterRestart));
        if (i != next && (placed[i] ? isTooLate : isBefore && !mayBeOut(other))) {
          return false;
        }
      }
      return true;
    }
  }
}
