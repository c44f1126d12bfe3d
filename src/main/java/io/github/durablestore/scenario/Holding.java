package io.github.durablestore.scenario;

import java.lang.StackWalker.StackFrame;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A monitor that an actor holds at a stop.
 *
 * @param stack where the actor is, the outermost method first
 * @param depth the number of the outermost method that has entered the monitor
 * @param monitor which of the monitors of this method it is, 1 for the one entered first
 */
record Holding(Actor owner, int lock, List<StackFrame> stack, int depth, int monitor) {

  /** Returns how an actor holds a monitor; {@code null} if it does not, or if it is not known. */
  static @Nullable Holding of(Actor owner, int lock) {
    Thread thread = owner.thread;
    List<StackFrame> stack = owner.places;
    ThreadInfo info = thread == null ? null : Jvm.infoWithMonitors(thread);
    if (info == null) {
      return null;
    }
    int inner = -1;
    int monitor = 0;
    for (MonitorInfo each : info.getLockedMonitors()) { // the innermost ones first
      boolean isSame = each.getLockedStackDepth() == inner;
      if (each.getIdentityHashCode() == lock) {
        inner = each.getLockedStackDepth();
        monitor = 1;
      } else if (isSame) {
        monitor++;
      }
    }
    StackTraceElement[] frames = info.getStackTrace();
    int depth = frames.length - 1 - inner;
    boolean isKnown =
        inner >= 0
            && depth < stack.size()
            && stack.get(depth).getMethodName().equals(frames[inner].getMethodName());
    return isKnown ? new Holding(owner, lock, stack, depth, monitor) : null;
  }

  /**
   * Returns whether the owner may have left the monitor since, and entered it again. A loop in a
   * monitor, with another around it, does not show which of them has gone on.
   */
  @SuppressWarnings("ReferenceEquality") // the very stop
  boolean mayBeEnteredAfter(Holding before) {
    if (owner != before.owner || stack == before.stack) {
      return false;
    }
    int same = 0;
    int most = Math.min(stack.size(), before.stack.size());
    while (same < most && isSamePlace(before.stack.get(same), stack.get(same))) {
      same++;
    }
    return lock != before.lock
        || depth != before.depth
        || same < depth
        || new Moves(before, this, same).mayLeave();
  }

  /**
   * What has happened between two stops at which the monitor was held by calls of one method, or by
   * one call.
   *
   * @param same the number of the outermost methods that are at the same places
   */
  private record Moves(Holding before, Holding now, int same) {
    boolean mayLeave() {
      return !mayStay() || mayReturn();
    }

    /** Returns whether it may have gone on in a method that is called under the monitor. */
    private boolean mayStay() {
      int most = Math.min(before.stack.size(), now.stack.size());
      return IntStream.rangeClosed(now.depth, Math.min(same, most - 1))
          .anyMatch(method -> mayGo(method, method == now.depth ? before.monitor : 0));
    }

    /** Returns whether it may have left the monitor, and come to the same place once more. */
    private boolean mayReturn() {
      boolean mayStart = mayStart();
      MethodCode holding = code(now.depth);
      if (holding != null
          && (mayStart || same == now.depth)
          && holding.mayGoOutside(call(before, now.depth), call(now, now.depth), before.monitor)) {
        return true;
      }
      int first = mayStart ? firstOfUser() : now.depth;
      return IntStream.range(first, now.depth).anyMatch(method -> mayGo(method, 0));
    }

    /** Returns whether a new call of the method that has gone on may lead to where it is now. */
    private boolean mayStart() {
      MethodCode code = same < now.stack.size() && same < before.stack.size() ? code(same) : null;
      return code == null || code.mayStart(call(now, same), call(before, same));
    }

    private boolean mayGo(int method, int monitor) {
      MethodCode code = code(method);
      return code != null && code.mayGo(call(before, method), call(now, method), monitor);
    }

    /** Returns the number of the outermost method of an operation. */
    private int firstOfUser() {
      int method = now.depth;
      while (method > 0 && !Frames.isOwn(now.stack.get(method - 1).getClassName())) {
        method--;
      }
      return method;
    }

    /** Returns the code of a method; {@code null} if it is not known. */
    private @Nullable MethodCode code(int method) {
      StackFrame frame = now.stack.get(method);
      return isSameMethod(before.stack.get(method), frame)
          ? ClassFile.method(
              frame.getDeclaringClass(), frame.getMethodName(), frame.getDescriptor())
          : null;
    }

    private static MethodCode.Call call(Holding at, int method) {
      boolean calls = method + 1 < at.stack.size();
      String called = calls ? at.stack.get(method + 1).getMethodName() : "";
      return new MethodCode.Call(at.stack.get(method), called);
    }
  }

  private static boolean isSamePlace(StackFrame one, StackFrame other) {
    return isSameMethod(one, other) && one.getByteCodeIndex() == other.getByteCodeIndex();
  }

  private static boolean isSameMethod(StackFrame one, StackFrame other) {
    return one.getDeclaringClass() == other.getDeclaringClass()
        && one.getMethodName().equals(other.getMethodName())
        && one.getDescriptor().equals(other.getDescriptor());
  }
}
