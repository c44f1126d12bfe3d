package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenSharing.data;
import static io.github.durablestore.broken.BrokenStateStore.yieldInGap;

import com.google.protobuf.Any;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.broken.BrokenSharing.Shared;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Stores with a lock of their own over data that another store can share. */
public final class BrokenSharedLocks {
  private static final int LARGE = 60_000;

  private BrokenSharedLocks() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.keeping(
            "R19", "inserts under a lock of its own", () -> locked(BrokenSharedLocks::insert)),
        Broken.keeping(
            "R19",
            "writes in two steps under its lock",
            () -> new ReadLocked(data(), inTwoSteps(0))),
        Broken.checking(
            "R19", "checks versions under its lock", () -> locked(BrokenSharedLocks::check)),
        Broken.checking(
            "R19", "checks later versions under its lock", () -> locked(checkingLater())),
        Broken.keeping(
            "R19",
            "writes large states in two steps under its lock",
            () -> new ReadLocked(data(), inTwoSteps(LARGE))),
        Broken.keeping(
            "R19", "numbers ids from a block of its own", () -> new Numbering(new Numbers())),
        Broken.keeping(
            "R19",
            "numbers type URLs by what it knows",
            () -> new NumberingTypes(data(), new CopyOnWriteArrayList<>())));
  }

  /** What a store does under its lock. */
  private interface Write {
    void write(StateStore data, Optional<DurableState> earlier, DurableState next);
  }

  /** Has a lock for the threads of one store, but none for those of others. */
  private static class Locked extends Shared {
    final Write write;

    Locked(StateStore data, Write write) {
      super(data);
      this.write = write;
    }

    @Override
    public StateStore again() {
      return new Locked(data, write);
    }

    @Override
    public synchronized void writeState(DurableState state) {
      Optional<DurableState> earlier = getLatestState(state.getPersistenceId());
      write.write(data, earlier, state);
    }
  }

  /** Reads under the lock too. */
  private static final class ReadLocked extends Locked {
    ReadLocked(StateStore data, Write write) {
      super(data, write);
    }

    @Override
    public StateStore again() {
      return new ReadLocked(data, write);
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId);
    }
  }

  /** What stores share that number ids: which number is next, and the number of each. */
  private static final class Numbers {
    final StateStore data = data();
    final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    volatile int next;
  }

  /** Takes blocks of numbers, but reads and writes where the next one begins in two steps. */
  private static final class Numbering extends Shared {
    private static final int BLOCK = 50;
    private final Numbers shared;
    private int next;
    private int end;

    Numbering(Numbers shared) {
      super(shared.data);
      this.shared = shared;
    }

    @Override
    public StateStore again() {
      return new Numbering(shared);
    }

    private synchronized int number() {
      if (next == end) {
        next = shared.next;
        end = next + BLOCK;
        yieldInGap();
        shared.next = end;
      }
      return next++;
    }

    @Override
    public void writeState(DurableState state) {
      String id = state.getPersistenceId();
      if (id.isEmpty() || shared.numbers.computeIfAbsent(id, key -> number()) < 0) {
        super.writeState(state);
        return;
      }
      super.writeState(state.toBuilder().setPersistenceId("" + shared.numbers.get(id)).build());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Integer number = shared.numbers.get(persistenceId);
      return super.getLatestState(number == null ? persistenceId : "" + number)
          .map(state -> state.toBuilder().setPersistenceId(persistenceId).build());
    }
  }

  /** Keeps the number of a type URL, which another store may give to another one. */
  private static final class NumberingTypes extends Shared {
    private final List<String> saved;
    private final List<String> known;

    NumberingTypes(StateStore data, List<String> saved) {
      super(data);
      this.saved = saved;
      known = new ArrayList<>(saved);
    }

    @Override
    public StateStore again() {
      return new NumberingTypes(data, saved);
    }

    @Override
    public synchronized void writeState(DurableState state) {
      String url = state.getResultingState().getTypeUrl();
      if (!state.hasResultingState()) {
        super.writeState(state);
        return;
      }
      if (!known.contains(url)) {
        known.add(url);
        saved.addAll(known.subList(Math.min(saved.size(), known.size()), known.size()));
      }
      super.writeState(withUrl(state, "" + known.indexOf(url)));
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      if (latest.isEmpty() || !latest.get().hasResultingState()) {
        return latest;
      }
      int number = Integer.parseInt(latest.get().getResultingState().getTypeUrl());
      if (number >= known.size()) {
        known.addAll(saved.subList(known.size(), saved.size()));
      }
      return latest.map(state -> withUrl(state, known.get(number)));
    }

    private static DurableState withUrl(DurableState state, String url) {
      Any payload = state.getResultingState().toBuilder().setTypeUrl(url).build();
      return state.toBuilder().setResultingState(payload).build();
    }
  }

  private static StateStore locked(Write write) {
    return new Locked(data(), write);
  }

  private static void pause() {
    LockSupport.parkNanos(100_000);
  }

  private static void insert(StateStore data, Optional<DurableState> earlier, DurableState next) {
    if (earlier.isEmpty()) {
      pause();
      if (data.getLatestState(next.getPersistenceId()).isPresent()) {
        throw new StateStoreException("duplicate key");
      }
    }
    data.writeState(next);
  }

  /** Writes a state of more than this many bytes without its payload first. */
  private static Write inTwoSteps(int bytes) {
    return (data, earlier, next) -> {
      if (next.getSerializedSize() > bytes) {
        data.writeState(next.toBuilder().clearResultingState().build());
        pause();
      }
      data.writeState(next);
    };
  }

  private static void check(StateStore data, Optional<DurableState> earlier, DurableState next) {
    refuseStale(earlier, next);
    pause();
    data.writeState(next);
  }

  private static void refuseStale(Optional<DurableState> earlier, DurableState next) {
    long latest = earlier.map(DurableState::getVersionNumber).orElse(-1L);
    if (earlier.isPresent() && Long.compareUnsigned(next.getVersionNumber(), latest) <= 0) {
      throw new StaleWriteException("stale");
    }
  }

  /** Each version of an id can be written once, whichever store writes it. */
  private static Write checkingLater() {
    var written = ConcurrentHashMap.<String>newKeySet();
    return (data, earlier, next) -> {
      refuseStale(earlier, next);
      if (!written.add(next.getPersistenceId() + " " + next.getVersionNumber())) {
        throw new StaleWriteException("stale");
      }
      pause();
      data.writeState(next);
    };
  }
}
