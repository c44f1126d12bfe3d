package io.github.durablestore.benchmark;

import com.typesafe.config.ConfigFactory;
import io.github.durablestore.egopb.DurableState;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.state.javadsl.DurableStateUpdateStore;
import org.apache.pekko.persistence.testkit.state.scaladsl.PersistenceTestKitDurableStateStore;
import scala.Option;

/** The in-memory durable state store of Pekko's test kit, through each of its two APIs. */
final class PekkoStore {
  private static final String NO_TAG = "";

  private PekkoStore() {}

  static Store scala() {
    return new ScalaApi(open());
  }

  static Store java() {
    return new JavaApi(
        new org.apache.pekko.persistence.testkit.state.javadsl
            .PersistenceTestKitDurableStateStore<>(open()));
  }

  private static PersistenceTestKitDurableStateStore<DurableState> open() {
    // Daemonic, since nothing terminates the actor system when the benchmark ends.
    var daemonic = ConfigFactory.parseString("pekko.daemonic = on");
    var system = ActorSystem.create("benchmark", daemonic.withFallback(ConfigFactory.load()));
    return new PersistenceTestKitDurableStateStore<>((ExtendedActorSystem) system);
  }

  private record ScalaApi(PersistenceTestKitDurableStateStore<DurableState> store)
      implements Store {
    @Override
    public void write(DurableState state) {
      // This future, like that of a read, is already complete when it is returned.
      store
          .upsertObject(state.getPersistenceId(), state.getVersionNumber(), state, NO_TAG)
          .value()
          .get()
          .get();
    }

    @Override
    public DurableState read(String persistenceId) {
      Option<DurableState> state = store.getObject(persistenceId).value().get().get().value();
      return state.isEmpty() ? null : state.get();
    }
  }

  private record JavaApi(DurableStateUpdateStore<DurableState> store) implements Store {
    @Override
    public void write(DurableState state) {
      store
          .upsertObject(state.getPersistenceId(), state.getVersionNumber(), state, NO_TAG)
          .toCompletableFuture()
          .join();
    }

    @Override
    public DurableState read(String persistenceId) {
      return store.getObject(persistenceId).toCompletableFuture().join().value().orElse(null);
    }
  }
}
