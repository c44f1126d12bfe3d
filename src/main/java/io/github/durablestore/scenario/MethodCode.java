package io.github.durablestore.scenario;

import java.lang.StackWalker.StackFrame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;

/**
 * The code of a method: where it may go from one call to another, and whether it leaves a monitor
 * on the way.
 */
final class MethodCode {
  /** No code holds more; what was not compiled from code that is nested could seem to. */
  private static final int MAX_MONITORS = 100;

  private static final int SYNCHRONIZED = 0x20;
  private static final int IINC = 0x84;
  private static final int GOTO = 0xa7;
  private static final int TABLESWITCH = 0xaa;
  private static final int LOOKUPSWITCH = 0xab;
  private static final int MONITORENTER = 0xc2;
  private static final int MONITOREXIT = 0xc3;
  private static final int WIDE = 0xc4;
  private static final int GOTO_W = 0xc8;

  /** Where an exception is caught that is thrown from a place on, and before another. */
  record Handler(int from, int to, int place, boolean isForAll) {}

  /**
   * A call that it makes.
   *
   * @param called the name of the method that is called
   */
  record Call(StackFrame frame, String called) {}

  /** A place, how many monitors the method holds there, and whether it has left one before. */
  private record State(int place, int monitors, boolean hasLeft) {}

  private final ByteBuffer code;
  private final List<Handler> handlers;
  private final NavigableMap<Integer, Integer> lines;

  /** The names of the methods that it calls, by the places of the calls. */
  private final Map<Integer, String> calls = new TreeMap<>();

  private final int monitorsAtStart;

  /**
   * Creates the code of a method.
   *
   * @param lines the lines by the places where they start
   * @param nameOf returns the name of a method of the constant pool
   */
  MethodCode(
      int flags,
      byte[] code,
      List<Handler> handlers,
      NavigableMap<Integer, Integer> lines,
      IntFunction<String> nameOf) {
    this.code = ByteBuffer.wrap(code);
    this.handlers = handlers;
    this.lines = lines;
    monitorsAtStart = (flags & SYNCHRONIZED) == 0 ? 0 : 1;
    for (int place = 0; place < code.length; place += length(place)) {
      int op = op(place);
      if (op >= 0xb6 && op <= 0xba) {
        calls.put(place, nameOf.apply(unsignedShort(place + 1)));
      }
    }
  }

  /**
   * Returns whether the method may go from one call to another.
   *
   * @param monitor which of the monitors that it has entered it may not leave: 1 for the first; 0
   *     if it may leave all
   */
  boolean mayGo(Call from, Call to, int monitor) {
    return any(
        from, to, (start, end) -> leadTo(end, reached(after(start), monitor, false, List.of())));
  }

  /** Returns whether it may go from one call to another, and leave a monitor on the way. */
  boolean mayGoOutside(Call from, Call to, int monitor) {
    return any(
        from,
        to,
        (start, end) ->
            reached(after(start), monitor, true, List.of(start, end)).stream()
                .anyMatch(state -> state.place == end && state.hasLeft));
  }

  /** Returns whether it may begin with a call, and not make another one before. */
  boolean mayStart(Call with, Call before) {
    return any(
        before,
        with,
        (other, end) ->
            leadTo(
                end, reached(start(), 0, false, other.equals(end) ? List.of() : List.of(other))));
  }

  /** Asks for all places where the calls may be, in their order. */
  private boolean any(Call from, Call to, BiPredicate<Integer, Integer> areMeant) {
    int order = Integer.compare(from.frame.getByteCodeIndex(), to.frame.getByteCodeIndex());
    return places(from).stream()
        .anyMatch(
            start ->
                places(to).stream()
                    .anyMatch(end -> start.compareTo(end) == order && areMeant.test(start, end)));
  }

  private static boolean leadTo(int place, Set<State> reached) {
    return reached.stream().anyMatch(state -> state.place == place);
  }

  /**
   * Returns where a call may be. An agent that has added code of its own, such as that of JaCoCo,
   * has moved it, but changed neither its line nor its name.
   */
  private List<Integer> places(Call call) {
    List<Integer> places = new ArrayList<>();
    int line = call.frame.getLineNumber();
    calls.forEach(
        (place, name) -> {
          var start = lines.floorEntry(place);
          if (name.equals(call.called) && (start == null || start.getValue() == line)) {
            places.add(place);
          }
        });
    int place = call.frame.getByteCodeIndex();
    return places.contains(place) || (places.isEmpty() && calls.containsKey(place))
        ? List.of(place)
        : places;
  }

  private List<State> start() {
    return List.of(new State(0, monitorsAtStart, false));
  }

  private List<State> after(int place) {
    List<State> next = new ArrayList<>();
    for (State state : reached(start(), 0, false, List.of())) {
      if (state.place == place) {
        addNext(state, next);
      }
    }
    return next;
  }

  /**
   * Returns where the method may come from some places.
   *
   * @param monitor the monitor that it holds
   * @param mayLeave whether it may leave it
   * @param ends the places from which it does not go on
   */
  private Set<State> reached(List<State> from, int monitor, boolean mayLeave, List<Integer> ends) {
    Set<State> reached = new HashSet<>();
    Deque<State> left = new ArrayDeque<>(from);
    while (!left.isEmpty()) {
      State next = left.pop();
      boolean hasLeft = next.hasLeft || next.monitors < monitor;
      State state = new State(next.place, next.monitors, hasLeft);
      boolean isPossible = (mayLeave || !hasLeft) && state.monitors <= MAX_MONITORS;
      if (isPossible && reached.add(state) && !ends.contains(state.place)) {
        List<State> all = new ArrayList<>();
        addNext(state, all);
        left.addAll(all);
      }
    }
    return reached;
  }

  private void addNext(State state, List<State> next) {
    int place = state.place;
    int op = op(place);
    for (Handler handler : handlers) {
      if (handler.from <= place && place < handler.to) {
        next.add(new State(handler.place, state.monitors, state.hasLeft));
        if (handler.isForAll) { // those that follow get nothing from here
          break;
        }
      }
    }
    int monitors = state.monitors + (op == MONITORENTER ? 1 : 0) - (op == MONITOREXIT ? 1 : 0);
    targets(place, op).forEach(target -> next.add(new State(target, monitors, state.hasLeft)));
    boolean endsHere = (op >= TABLESWITCH && op <= 0xb1) || op == 0xbf; // returns, throws
    if (!endsHere && op != GOTO && op != GOTO_W) {
      next.add(new State(place + length(place), monitors, state.hasLeft));
    }
  }

  /** Returns where a jump goes to. */
  private List<Integer> targets(int place, int op) {
    if ((op >= 0x99 && op <= GOTO + 1) || op == 0xc6 || op == 0xc7) {
      return List.of(place + code.getShort(place + 1));
    }
    if (op == GOTO_W || op == GOTO_W + 1) {
      return List.of(place + code.getInt(place + 1));
    }
    List<Integer> targets = new ArrayList<>();
    if (op == TABLESWITCH || op == LOOKUPSWITCH) {
      int table = aligned(place);
      targets.add(place + code.getInt(table)); // the default
      boolean isTable = op == TABLESWITCH;
      int step = isTable ? 4 : 8;
      for (int at = table + 12; at < place + length(place); at += step) {
        targets.add(place + code.getInt(at));
      }
    }
    return targets;
  }

  /** Returns how many bytes an instruction has. */
  private int length(int place) {
    int op = op(place);
    return switch (op) {
      case 0x10, 0x12, 0xa9, 0xbc -> 2;
      case 0x11, 0x13, 0x14, IINC, 0xbb, 0xbd, 0xc0, 0xc1, 0xc6, 0xc7 -> 3;
      case 0xb9, 0xba, GOTO_W, GOTO_W + 1 -> 5;
      case 0xc5 -> 4;
      case WIDE -> op(place + 1) == IINC ? 6 : 4;
      case TABLESWITCH -> {
        int table = aligned(place);
        int targets = code.getInt(table + 8) - code.getInt(table + 4) + 1;
        yield table + 12 + 4 * targets - place;
      }
      case LOOKUPSWITCH -> aligned(place) + 8 + 8 * code.getInt(aligned(place) + 4) - place;
      default -> {
        boolean isJump = op >= 0x99 && op <= GOTO + 1;
        boolean isMember = op >= 0xb2 && op <= 0xb8;
        boolean isLocal = (op >= 0x15 && op <= 0x19) || (op >= 0x36 && op <= 0x3a);
        yield isJump || isMember ? 3 : isLocal ? 2 : 1;
      }
    };
  }

  private static int aligned(int place) {
    return (place + 4) / 4 * 4;
  }

  private int op(int place) {
    return code.get(place) & 0xff;
  }

  private int unsignedShort(int place) {
    return code.getShort(place) & 0xffff;
  }
}
