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

  /** A place, and how many monitors are held there that the method has entered. */
  private record State(int place, int monitors) {}

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
  boolean mayGo(StackFrame from, String called, StackFrame to, String calledThen, int monitor) {
    for (int start : places(from, called)) {
      for (int end : places(to, calledThen)) {
        if (mayGo(start, end, monitor)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns where a call is. An agent that has added code of its own, such as that of JaCoCo, has
   * moved it, but neither its line nor its name.
   */
  private List<Integer> places(StackFrame frame, String called) {
    List<Integer> places = new ArrayList<>();
    int line = frame.getLineNumber();
    calls.forEach(
        (place, name) -> {
          var start = lines.floorEntry(place);
          if (name.equals(called) && (start == null || start.getValue() == line)) {
            places.add(place);
          }
        });
    int place = frame.getByteCodeIndex();
    return places.contains(place) || (places.isEmpty() && calls.containsKey(place))
        ? List.of(place)
        : places;
  }

  private boolean mayGo(int from, int to, int monitor) {
    Set<State> atStart = reached(List.of(new State(0, monitorsAtStart)), 0);
    List<State> next = new ArrayList<>();
    for (State state : atStart) {
      if (state.place == from) {
        addNext(state, next);
      }
    }
    return reached(next, monitor).stream().anyMatch(state -> state.place == to);
  }

  /** Returns where the method may come from some places, without leaving a monitor. */
  private Set<State> reached(List<State> from, int monitor) {
    Set<State> reached = new HashSet<>();
    Deque<State> left = new ArrayDeque<>(from);
    while (!left.isEmpty()) {
      State state = left.pop();
      boolean isPossible = state.monitors >= monitor && state.monitors <= MAX_MONITORS;
      if (isPossible && reached.add(state)) {
        List<State> next = new ArrayList<>();
        addNext(state, next);
        left.addAll(next);
      }
    }
    return reached;
  }

  private void addNext(State state, List<State> next) {
    int place = state.place;
    int op = op(place);
    for (Handler handler : handlers) {
      if (handler.from <= place && place < handler.to) {
        next.add(new State(handler.place, state.monitors));
        if (handler.isForAll) { // those that follow get nothing from here
          break;
        }
      }
    }
    int monitors = state.monitors + (op == MONITORENTER ? 1 : 0) - (op == MONITOREXIT ? 1 : 0);
    targets(place, op).forEach(target -> next.add(new State(target, monitors)));
    boolean endsHere = (op >= TABLESWITCH && op <= 0xb1) || op == 0xbf; // returns, throws
    if (!endsHere && op != GOTO && op != GOTO_W) {
      next.add(new State(place + length(place), monitors));
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
