package io.github.durablestore.benchmark;

import acme.billing.AccountState;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Prints how long a fresh JVM takes to reach its first state, compared with protobuf alone. */
public final class ColdStart {
  private ColdStart() {}

  /**
   * Starts the programs in turn.
   *
   * @param args the number of rounds
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var programs =
        List.of(
            new Program("protobuf: packed and unpacked", PackAndUnpack.class),
            new Program("protobuf: the same, in a `DurableState`", PackIntoState.class),
            new Program("`MemoryStateStore`: written, read and unpacked", WriteAndRead.class));
    for (int round = 0; round < Integer.parseInt(args[0]); round++) {
      for (Program program : programs) {
        program.millis.add(FreshJvm.ask(program.main, List.of()).millis());
      }
    }

    System.out.println("| a message in a fresh JVM | median | ratio |");
    System.out.println("|---|---|---|");
    double bare = programs.get(0).millis.median();
    for (Program program : programs) {
      double median = program.millis.median();
      System.out.printf(
          Locale.ROOT, "| %s | %.0f ms | %.2f |%n", program.name, median, median / bare);
    }
  }

  private record Program(String name, Class<?> main, Samples millis) {
    Program(String name, Class<?> main) {
      this(name, main, new Samples());
    }
  }

  // These share no code and concatenate no strings, which would load classes that only one needs.

  static final class PackAndUnpack {
    public static void main(String[] args) throws InvalidProtocolBufferException {
      var account = AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200);
      Any packed = Any.pack(account.build());
      System.out.println(packed.unpack(AccountState.class).getBalanceCents());
    }
  }

  static final class PackIntoState {
    public static void main(String[] args) throws InvalidProtocolBufferException {
      var account = AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200);
      DurableState state =
          DurableState.newBuilder()
              .setPersistenceId("account-42")
              .setVersionNumber(1)
              .setResultingState(Any.pack(account.build()))
              .build();
      System.out.println(state.getResultingState().unpack(AccountState.class).getBalanceCents());
    }
  }

  static final class WriteAndRead {
    public static void main(String[] args) {
      var store = new MemoryStateStore();
      store.connect();
      var account = AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200);
      store.writeState(
          DurableState.newBuilder()
              .setPersistenceId("account-42")
              .setVersionNumber(1)
              .setResultingState(Any.pack(account.build()))
              .build());
      DurableState latest = store.getLatestState("account-42").orElseThrow();
      System.out.println(store.unpack(latest, AccountState.class).getBalanceCents());
    }
  }
}
