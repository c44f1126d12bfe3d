package io.github.durablestore.scenario;

import java.lang.StackWalker.StackFrame;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.util.List;
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

  /** Returns whether the owner has left the monitor since, and has entered it again. */
  @SuppressWarnings("ReferenceEquality") // the very stop
  boolean isEnteredAfter(Holding before) {
    if (owner != before.owner || stack == before.stack) {
      return false;
    }
    int same = 0;
    int most = Math.min(stack.size(), before.stack.size());
    while (same < most && isSamePlace(before.stack.get(same), stack.get(same))) {
      same++;
    }
    if (lock != before.lock || depth != before.depth || same < depth) {
      return true;
    }
    // It has gone on in one of the methods from the one on that holds the monitor.
    for (int method = Math.min(same, most - 1); method >= depth; method--) {
      if (mayHaveGoneOn(before, method)) {
        return false;
      }
    }
    return true;
  }

  private boolean mayHaveGoneOn(Holding before, int method) {
    StackFrame from = before.stack.get(method);
    StackFrame to = stack.get(method);
    if (!isSameMethod(from, to)) {
      return false;
    }
    MethodCode code =
        ClassFile.method(from.getDeclaringClass(), from.getMethodName(), from.getDescriptor());
    return code == null
        ? from.getByteCodeIndex() < to.getByteCodeIndex()
        : code.mayGo(
            from,
            called(before.stack, method),
            to,
            called(stack, method),
            method == depth ? before.monitor : 0);
  }

  private static String called(List<StackFrame> stack, int method) {
    return method + 1 < stack.size() ? stack.get(method + 1).getMethodName() : "";
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
