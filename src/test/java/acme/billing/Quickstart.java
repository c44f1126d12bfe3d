package acme.billing;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;

/** Uses the store without a test framework, as a prototype would. */
public final class Quickstart {
  private Quickstart() {}

  /**
   * Writes a state, reads it back and unpacks it.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    var types = TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();
    var store = new MemoryStateStore(types);
    store.connect();

    var account = AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200);
    store.writeState(
        DurableState.newBuilder()
            .setPersistenceId("account-42")
            .setVersionNumber(1)
            .setResultingState(Any.pack(account.build()))
            .setTimestamp(System.currentTimeMillis())
            .build());

    DurableState latest = store.getLatestState("account-42").orElseThrow();
    Message dynamic = store.unpack(latest);
    AccountState typed = store.unpack(latest, AccountState.class);
    System.out.println("version " + Long.toUnsignedString(latest.getVersionNumber()));
    System.out.println("balance " + typed.getBalanceCents() + " cents");
    System.out.println("the same either way: " + typed.equals(dynamic));

    store.disconnect();
    try {
      store.getLatestState("account-42");
    } catch (NotConnectedException e) {
      System.out.println(e.getMessage());
    }
    store.connect();
    System.out.println("states after connecting again: " + store.states().size());
  }
}
