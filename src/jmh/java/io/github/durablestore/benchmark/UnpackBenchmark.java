package io.github.durablestore.benchmark;

import acme.billing.AccountState;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures unpacking, and parsing the same bytes with protobuf alone when the type is known. */
@State(Scope.Benchmark)
// The JIT takes several seconds to settle on a parse.
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 3, time = 1)
public class UnpackBenchmark {
  private final DurableState[] states =
      Accounts.shuffled(Cursor.ACCOUNTS).stream().map(Accounts::state).toArray(DurableState[]::new);
  private final MemoryStateStore store =
      new MemoryStateStore(TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build());

  @Benchmark
  public Message parseTyped(Cursor cursor) throws InvalidProtocolBufferException {
    return AccountState.parseFrom(payload(cursor));
  }

  @Benchmark
  public Message unpackToClass(Cursor cursor) {
    return store.unpack(states[cursor.next()], AccountState.class);
  }

  @Benchmark
  public Message parseDynamic(Cursor cursor) throws InvalidProtocolBufferException {
    return DynamicMessage.parseFrom(AccountState.getDescriptor(), payload(cursor));
  }

  @Benchmark
  public Message unpackByRegistry(Cursor cursor) {
    return store.unpack(states[cursor.next()]);
  }

  private ByteString payload(Cursor cursor) {
    return states[cursor.next()].getResultingState().getValue();
  }
}
