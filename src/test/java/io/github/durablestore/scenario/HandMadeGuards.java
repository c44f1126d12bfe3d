package io.github.durablestore.scenario;

import io.github.durablestore.scenario.LockServices.Guard;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Locks that are none of the JDK's, as connection pools and other libraries have them. */
enum HandMadeGuards implements Supplier<Guard> {
  FLAG {
    @Override
    public Guard get() {
      var flag = new Flag();
      return Guard.between(flag::take, flag::giveBack);
    }
  },
  NOTIFIED_FLAG {
    @Override
    public Guard get() {
      var flag = new NotifiedFlag();
      return Guard.between(flag::take, flag::giveBack);
    }
  },
  FUTURE {
    @Override
    public Guard get() {
      return held(CompletableFuture::new, CompletableFuture::get, future -> future.complete(null));
    }
  },
  LATCH {
    @Override
    public Guard get() {
      return held(() -> new CountDownLatch(1), CountDownLatch::await, CountDownLatch::countDown);
    }
  },
  PARKED {
    @Override
    public Guard get() {
      var parking = new Parking();
      return Guard.between(parking::take, parking::giveBack);
    }
  },
  LINKED_TOKEN {
    @Override
    public Guard get() {
      return token(new LinkedBlockingQueue<>(List.of("token")));
    }
  },
  ARRAY_TOKEN {
    @Override
    public Guard get() {
      return token(new ArrayBlockingQueue<>(1, false, List.of("token")));
    }
  },
  SYNCHRONIZER {
    @Override
    public Guard get() {
      var mutex = new Mutex();
      return Guard.between(() -> mutex.acquire(1), () -> mutex.release(1));
    }
  };

  /** Whoever has put something into a reference has the lock, until the thing is opened. */
  private static <T> Guard held(Supplier<T> closed, Waiting<T> waiting, Consumer<T> opening) {
    var holder = new AtomicReference<@Nullable T>();
    return work -> {
      T mine = closed.get();
      while (!holder.compareAndSet(null, mine)) {
        T other = holder.get();
        if (other != null) {
          waiting.await(other);
        }
      }
      try {
        work.run();
      } finally {
        holder.set(null);
        opening.accept(mine);
      }
    };
  }

  private interface Waiting<T> {
    void await(T closed) throws Exception;
  }

  private static Guard token(BlockingQueue<String> tokens) {
    return work -> {
      String token = tokens.take();
      try {
        work.run();
      } finally {
        tokens.add(token);
      }
    };
  }

  private static final class Flag {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isFree = lock.newCondition();
    private boolean taken;

    void take() throws InterruptedException {
      lock.lock();
      try {
        while (taken) {
          isFree.await();
        }
        taken = true;
      } finally {
        lock.unlock();
      }
    }

    void giveBack() {
      lock.lock();
      try {
        taken = false;
        isFree.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class NotifiedFlag {
    private boolean taken;

    synchronized void take() throws InterruptedException {
      while (taken) {
        wait();
      }
      taken = true;
    }

    synchronized void giveBack() {
      taken = false;
      notifyAll();
    }
  }

  private static final class Parking {
    private final AtomicBoolean taken = new AtomicBoolean();
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

    void take() {
      waiting.add(Thread.currentThread());
      while (!taken.compareAndSet(false, true)) {
        LockSupport.park(this);
      }
      waiting.remove(Thread.currentThread());
    }

    void giveBack() {
      taken.set(false);
      LockSupport.unpark(waiting.peek());
    }
  }

  private static final class Mutex extends AbstractQueuedSynchronizer {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean tryAcquire(int acquires) {
      return compareAndSetState(0, 1);
    }

    @Override
    protected boolean tryRelease(int releases) {
      setState(0);
      return true;
    }
  }
}
