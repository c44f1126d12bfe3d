package io.github.durablestore.memory;

import acme.billing.AccountState;
import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Threads that use one store in every way, and keep account of it. Each id has one writer, so that
 * what was acknowledged last is known. Connections are numbered by the disconnects before them.
 */
final class Soak {
  private static final int WRITERS = 6;
  private static final int IDS_PER_WRITER = 100;
  private static final int HEAP_SAMPLES = 30;

  private final StateStore store;
  private final boolean keeps;
  private final StateUnpacker unpacker =
      new StateUnpacker(TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build());

  private final AtomicReferenceArray<Write> writes =
      new AtomicReferenceArray<>(WRITERS * IDS_PER_WRITER);
  private final AtomicLong connectsBegun = new AtomicLong();
  private final AtomicLong connectsEnded = new AtomicLong();
  // Written by the thread that disconnects.
  private volatile long disconnectsBegun;
  private volatile long disconnectsEnded;
  private volatile Disconnect lastDisconnect = new Disconnect(0, -1);
  private volatile boolean done;

  private final LongAdder operations = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final List<Long> heap = new ArrayList<>();

  Soak(StateStore store, boolean keeps) {
    this.store = store;
    this.keeps = keeps;
  }

  void run(Duration duration) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
    var futures = new ArrayList<Future<?>>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int firstId = writer * IDS_PER_WRITER;
      futures.add(threads.submit(() -> writeAndRead(firstId)));
    }
    futures.add(threads.submit(this::cutAndConnect));
    threads.shutdown();
    for (int sample = 0; sample < HEAP_SAMPLES; sample++) {
      threads.awaitTermination(duration.toNanos() / HEAP_SAMPLES, TimeUnit.NANOSECONDS);
      heap.add(usedHeap());
    }
    done = true;
    for (Future<?> future : futures) {
      future.get();
    }
    connect();
    for (int id = 0; id < writes.length(); id++) {
      read(id);
      checkRefused(id);
    }
  }

  /** What was lost, seen after a disconnect, stored though refused, or torn. */
  Queue<String> problems() {
    return problems;
  }

  /** The heap in use after a collection, in MiB, in one third of the run. */
  double heap(int third) {
    int samples = HEAP_SAMPLES / 3;
    return heap.subList(third * samples, (third + 1) * samples).stream()
            .mapToLong(Long::longValue)
            .average()
            .orElseThrow()
        / (1 << 20);
  }

  @Override
  public String toString() {
    return ("%,d operations, %,d writes acknowledged, %,d disconnects; %d lost, torn or seen after a disconnect;"
            + " heap %.1f MiB in the first third and %.1f in the last")
        .formatted(
            operations.sum(),
            acknowledged.sum(),
            disconnectsEnded,
            problems.size(),
            heap(0),
            heap(2));
  }

  private void writeAndRead(int firstId) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (long version = 1; goesOn(); version++) {
      write(firstId + random.nextInt(IDS_PER_WRITER), version);
      read(random.nextInt(writes.length()));
      switch (random.nextInt(2_000)) {
        case 0 -> connect();
        case 1 -> ping();
        default -> {}
      }
    }
  }

  private boolean goesOn() {
    return !done && problems.isEmpty();
  }

  private void cutAndConnect() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    while (goesOn()) {
      disconnect();
      readSome(random.nextInt(100));
      connect();
      readSome(random.nextInt(1_000));
    }
  }

  private void readSome(int times) {
    for (int time = 0; time < times; time++) {
      read(ThreadLocalRandom.current().nextInt(writes.length()));
    }
  }

  private void disconnect() {
    long connects = connectsEnded.get();
    disconnectsBegun = disconnectsEnded + 1;
    store.disconnect();
    lastDisconnect = new Disconnect(disconnectsBegun, connects);
    disconnectsEnded = disconnectsBegun;
    operations.increment();
  }

  private void connect() {
    connectsBegun.incrementAndGet();
    store.connect();
    connectsEnded.incrementAndGet();
    operations.increment();
  }

  private void ping() {
    connectsBegun.incrementAndGet();
    store.ping();
    connectsEnded.incrementAndGet();
    operations.increment();
  }

  private void write(int id, long version) {
    operations.increment();
    long connects = connectsEnded.get();
    long disconnects = disconnectsEnded;
    try {
      store.writeState(state(id, version));
    } catch (NotConnectedException e) {
      return;
    }
    writes.set(id, new Write(version, connects, disconnects, newestConnection()));
    acknowledged.increment();
  }

  /** The last connection that what has returned just now can have used. */
  private long newestConnection() {
    Disconnect disconnect = lastDisconnect;
    boolean stillDisconnected = connectsBegun.get() == disconnect.connectsBefore;
    return stillDisconnected ? disconnect.number - 1 : disconnectsBegun;
  }

  private void read(int id) {
    operations.increment();
    Optional<Write> before = Optional.ofNullable(writes.get(id));
    long disconnects = disconnectsEnded;
    Optional<DurableState> read;
    try {
      read = store.getLatestState(id(id));
    } catch (NotConnectedException e) {
      return;
    }
    before.ifPresent(write -> checkThere(write, read));
    read.ifPresent(state -> checkWhole(id, state));
    if (!keeps) {
      Optional.ofNullable(writes.get(id))
          .ifPresent(write -> checkDisconnected(write, read, disconnects));
    }
  }

  /**
   * An acknowledged write, or a later one, is read unless there was a disconnect and a connect
   * since.
   */
  private void checkThere(Write write, Optional<DurableState> read) {
    boolean purged =
        !keeps
            && read.isEmpty()
            && write.disconnectsBefore < disconnectsBegun
            && write.connectsBefore < connectsBegun.get();
    if (!purged && version(read) < write.version) {
      problems.add("lost: " + write + ", but read was " + read);
    }
  }

  private void checkDisconnected(Write write, Optional<DurableState> read, long disconnectsBefore) {
    if (version(read) == write.version && write.newestConnection < disconnectsBefore) {
      problems.add(
          "seen after a disconnect: " + write + ", but read after disconnect " + disconnectsBefore);
    }
  }

  /** At rest, a version later than the one acknowledged last is one that was refused. */
  private void checkRefused(int id) {
    Optional<DurableState> read = store.getLatestState(id(id));
    long acknowledged = Optional.ofNullable(writes.get(id)).map(Write::version).orElse(0L);
    if (version(read) > acknowledged) {
      problems.add("refused, but stored: " + read + "; acknowledged was " + acknowledged);
    }
  }

  private void checkWhole(int id, DurableState read) {
    operations.add(2);
    AccountState account = account(id, read.getVersionNumber());
    if (!read.equals(state(id, read.getVersionNumber()))
        || !unpacker.unpack(read).equals(account)
        || !StateUnpacker.unpack(read, AccountState.class).equals(account)) {
      problems.add("torn: " + read);
    }
  }

  private static long version(Optional<DurableState> read) {
    return read.map(DurableState::getVersionNumber).orElse(0L);
  }

  /** Returns a state whose fields all follow from its version. */
  private static DurableState state(int id, long version) {
    return DurableState.newBuilder()
        .setPersistenceId(id(id))
        .setVersionNumber(version)
        .setResultingState(Any.pack(account(id, version)))
        .setTimestamp(version + 1)
        .setShard(version + 2)
        .build();
  }

  private static AccountState account(int id, long version) {
    return AccountState.newBuilder().setAccountId(id(id)).setBalanceCents(version).build();
  }

  private static String id(int id) {
    return "account-" + id;
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /**
   * An acknowledged write.
   *
   * @param connectsBefore how many had ended when it began
   * @param disconnectsBefore how many had ended when it began
   * @param newestConnection the last that it can have been in
   */
  private record Write(
      long version, long connectsBefore, long disconnectsBefore, long newestConnection) {}

  /**
   * A disconnect. When no more connects have begun than had ended before it, the store is still
   * disconnected.
   */
  private record Disconnect(long number, long connectsBefore) {}
}
