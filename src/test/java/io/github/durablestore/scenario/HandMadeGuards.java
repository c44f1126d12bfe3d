package io.github.durablestore.scenario;

import io.github.durablestore.scenario.LockServices.Guard;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Locks that are none of the JDK's, as connection pools and other libraries have them. */
enum HandMadeGuards implements Supplier<Guard> {
  FLAG {
    @Override
    public Guard get() {
      var flag = new Flag();
      return flag(flag::take, flag::giveBack);
    }
  },
  NOTIFIED_FLAG {
    @Override
    public Guard get() {
      var flag = new NotifiedFlag();
      return flag(flag::take, flag::giveBack);
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
      return work -> {
        mutex.acquire(1);
        try {
          work.run();
        } finally {
          mutex.release(1);
        }
      };
    }
  };

  private static Guard flag(Callable<?> take, Runnable giveBack) {
    return work -> {
      take.call();
      try {
        work.run();
      } finally {
        giveBack.run();
      }
    };
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

    Void take() throws InterruptedException {
      lock.lock();
      try {
        while (taken) {
          isFree.await();
        }
        taken = true;
        return null;
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

    synchronized Void take() throws InterruptedException {
      while (taken) {
        wait();
      }
      taken = true;
      return null;
    }

    synchronized void giveBack() {
      taken = false;
      notifyAll();
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
