package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.ForwardingStateStore;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tries a fault on a call that is about to be made, without an effect on the store. */
final class FaultTrial extends ForwardingStateStore {
  private FaultTrial(StateStore store) {
    super(store);
  }

  /** Returns whether the fault fires. */
  static boolean fires(Fault fault, Event call, StateStore store) {
    var probe = new StateStoreProbe(new FaultTrial(store));
    probe.inject(fault.times(1));
    Step step = requireNonNull(call.step, "step");
    String persistenceId = step.persistenceId();
    DurableState written = call.state;
    try {
      switch (step.operation()) {
        case CONNECT -> probe.connect();
        case DISCONNECT -> probe.disconnect();
        case PING -> probe.ping();
        case CLOSE -> probe.close();
        case WRITE_STATE -> {
          if (written != null) {
            probe.writeState(written);
          }
        }
        case GET_LATEST_STATE -> {
          if (persistenceId != null) {
            var unused = probe.getLatestState(persistenceId);
          }
        }
      }
    } catch (RuntimeException | Error e) {
      // it may be the fault
    }
    return probe.unusedFaults().isEmpty();
  }

  @Override
  protected Optional<DurableState> call(
      Operation operation,
      @Nullable String persistenceId,
      @Nullable DurableState written,
      Supplier<Optional<DurableState>> call) {
    return operation == Operation.GET_LATEST_STATE ? call.get() : Optional.empty();
  }
}
