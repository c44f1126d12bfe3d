package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, in order. Only whoever has the turn writes to it, so that it is the same
 * each time.
 */
final class Trace {
  /** What an actor did whose orders may be missing. */
  static final String WITH_TIMEOUT = "waited with a timeout";

  static final String POLLED = "polled without a call";

  final List<Event> events = new ArrayList<>();

  /** The calls that were no choices, for example those of the process's start. */
  private final List<Step> serialCalls = new ArrayList<>();

  /** Whether a lock was released and entered again while another waited for it. */
  boolean hasReentry;

  /** Whether an actor was woken, and may have entered a lock beside its waker. */
  boolean hasContention;

  /** Whether the JVM chose which of them got the lock. */
  boolean hasHandOver;

  /** Whether several actors waited for locks at a time. */
  boolean hasQueue;

  /** The choices after which an actor started to wait for a lock. */
  final Set<Integer> lockWaits = new HashSet<>();

  /** Whether an actor called the store. */
  boolean hasCalls;

  /** Whether an actor waited for another. */
  boolean hasWaits;

  boolean hasCrash;
  private boolean isClosed;

  final Set<String> omissions = new ConcurrentSkipListSet<>(); // found by several threads
  private final List<Injection> injected = new ArrayList<>();
  private int clock;
  final ProcessIds names;

  /**
   * A fault that was injected.
   *
   * @param during what made the call; {@code null} if it is neither an operation nor a task
   */
  private record Injection(Throwable fault, @Nullable Ending during) {
    /** Returns whether what began at a time overlapped it. */
    boolean overlaps(int began) {
      return during == null || began < during.ended;
    }
  }

  Trace(ProcessIds names) {
    this.names = names;
  }

  /** The tasks that threw out of {@code execute}. */
  final List<Ending> uncaught = new ArrayList<>();

  /** Returns a number that is greater than those before. */
  int tick() {
    return ++clock;
  }

  void add(Event.Kind kind, Actor actor) {
    add(new Event(kind, actor, null, null));
  }

  void add(Event event) {
    events.add(event);
    hasCalls |= event.kind == Event.Kind.CALL;
    hasWaits |= event.kind == Event.Kind.WAIT;
    hasCrash |= event.kind == Event.Kind.CRASH;
  }

  /** Records that an operation or a task has ended. */
  void addEnd(Ending ending) {
    ending.ended = tick();
    ending.byFault = isByFault(ending.thrown, ending.began);
    ending.threw = ending.thrown == null ? null : Thrown.of(ending.thrown, names);
    add(new Event(Event.Kind.END, ending.actor, null, ending));
  }

  /** Records a call that is no choice. */
  void addSerial(Step step) {
    if (!isClosed) {
      serialCalls.add(step);
    }
  }

  /** Returns whether the store was never called, not even when the process started. */
  boolean isWithoutCalls() {
    return !hasCalls && serialCalls.isEmpty();
  }

  /** Records no more such calls: the check follows, which not each run has. */
  void close() {
    isClosed = true;
  }

  /** Records that orders are missing because of an actor, as in {@code polled without a call}. */
  void addOmission(Actor actor, String what) {
    omissions.add(omission(actor, what));
  }

  /** Returns whether someone waited with a timeout, so that each run may take seconds. */
  boolean hasTimeout() {
    return omissions.stream().anyMatch(omission -> omission.endsWith(WITH_TIMEOUT));
  }

  boolean hasOmission(Actor actor, String what) {
    return omissions.contains(omission(actor, what));
  }

  private static String omission(Actor actor, String what) {
    return missing(Text.name(actor.root.name) + " " + what);
  }

  /** Says why an exploration is not complete. */
  static String missing(String why) {
    return "orders may be missing, as " + why;
  }

  void inject(Throwable fault, @Nullable Ending during) {
    injected.add(new Injection(fault, during));
  }

  boolean hasFault() {
    return !injected.isEmpty();
  }

  /** Returns whether the JVM may have chosen who got a lock. */
  boolean hasLockWaits() {
    return hasContention || !lockWaits.isEmpty();
  }

  /** Returns what is the same in two runs that did the same, whatever they returned. */
  String signature() {
    var text = new StringBuilder();
    for (Event event : comparable()) {
      text.append(event.actor.name).append(' ').append(describe(event)).append('\n');
    }
    return text.toString();
  }

  /** Returns the tasks that have ended. */
  List<Ending> tasks() {
    return events.stream()
        .map(event -> event.ending)
        .filter(ending -> ending != null && ending.op == null)
        .toList();
  }

  /** Returns what a task threw out of {@code execute}, where no one else sees it. */
  @Nullable Wrong thrownByTask() {
    for (Ending ending : uncaught) {
      boolean byFault = ending.died() ? isByFault(ending.thrown) : ending.byFault;
      if (ending.thrown != null && !byFault) {
        Actor task = ending.actor;
        return Wrong.thrown(
            "%s of %s threw ".formatted(task.name, Text.name(task.root.name)), ending.thrown);
      }
    }
    return null;
  }

  /** Returns whether an exception was thrown because of an injected fault. */
  boolean isByFault(@Nullable Throwable thrown) {
    return isByFault(thrown, 0);
  }

  /**
   * Returns whether an exception was thrown because of an injected fault. One that was kept from an
   * operation that had ended before is thrown because it was kept.
   */
  @SuppressWarnings("ReferenceEquality") // the very exception
  private boolean isByFault(@Nullable Throwable thrown, int began) {
    return hasFault()
        && Text.causes(thrown)
            .anyMatch(
                cause ->
                    injected.stream()
                        .anyMatch(each -> each.fault == cause && each.overlaps(began)));
  }

  /** Returns how another run of the same choices differs; {@code null} if it does not. */
  @Nullable String differenceFrom(Trace other) {
    List<Event> mine = comparable();
    List<Event> its = other.comparable();
    for (int i = 0; i < Math.max(mine.size(), its.size()); i++) {
      String before = i < mine.size() ? describe(mine.get(i)) : "the end";
      String now = i < its.size() ? describe(its.get(i)) : "the end";
      if (!before.equals(now)) {
        return "there is " + now + " instead of " + before;
      }
      if (differ(mine.get(i), its.get(i))) {
        return before + " has a different result" + whyDifferent(mine.get(i).ending);
      }
    }
    return serialCalls.equals(other.serialCalls)
        ? null
        : "calls one by one were %s, and now are %s".formatted(serialCalls, other.serialCalls);
  }

  private static String whyDifferent(@Nullable Ending ending) {
    return ending == null || ending.result == null ? "" : ending.result.whyDifferent();
  }

  private List<Event> comparable() {
    return events.stream().filter(event -> event.kind != Event.Kind.WAIT).toList();
  }

  private static boolean differ(Event one, Event other) {
    return one.ending != null && other.ending != null && !same(one.ending, other.ending);
  }

  /** Returns whether two operations ended in the same way. */
  static boolean same(Ending one, Ending other) {
    return (one.result == null) == (other.result == null)
        && (one.result == null
            || other.result == null
            || one.result.equalTo(other.result, one.name()))
        && Objects.equals(one.threw, other.threw);
  }

  private static String describe(Event event) {
    return switch (event.kind) {
      case CALL -> String.valueOf(event.step);
      case END ->
          "the end of " + Text.name(event.ending == null ? event.actor.name : event.ending.name());
      case CRASH -> "the crash";
      default -> "the turn of " + Text.name(event.actor.name);
    };
  }
}
