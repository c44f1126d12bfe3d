package acme.billing;

import com.google.protobuf.Any;
import com.google.protobuf.Int64Value;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Issues invoices. Their ids and times come from outside. */
public final class Invoices {
  private final StateStore store;
  private final Supplier<String> ids;
  private final Clock clock;

  public Invoices(StateStore store, Supplier<String> ids, Clock clock) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
  }

  /** Makes a service whose callers choose the ids. */
  public Invoices(StateStore store, Clock clock) {
    this(store, () -> UUID.randomUUID().toString(), clock);
  }

  /** Writes a new invoice, and returns its id. */
  public String issue(long cents) {
    return issue(ids.get(), cents);
  }

  /** Writes an invoice, and returns its id. */
  public String issue(String id, long cents) {
    store.writeState(
        DurableState.newBuilder()
            .setPersistenceId(id)
            .setVersionNumber(1)
            .setResultingState(Any.pack(Int64Value.of(cents)))
            .setTimestamp(clock.millis())
            .build());
    return id;
  }

  /** Returns when the invoice was issued. */
  public Optional<Instant> issuedAt(String id) {
    return store.getLatestState(id).map(state -> Instant.ofEpochMilli(state.getTimestamp()));
  }
}
