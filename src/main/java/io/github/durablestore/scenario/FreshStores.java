package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Requires that a supplier returns a new, empty store for each run. */
final class FreshStores implements Supplier<StateStore> {
  private final Supplier<? extends StateStore> stores;
  private @Nullable StateStore last;

  FreshStores(Supplier<? extends StateStore> stores) {
    this.stores = stores;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a store may say that it equals another
  public StateStore get() {
    StateStore store = stores.get();
    if (store == null) {
      throw new NullPointerException("over(...) returned null; return a new store");
    }
    if (store == last) {
      throw Failures.cannotExplore(
          "over(...) returned the same store twice;" + " return a new, empty store each time");
    }
    if (last == null && store instanceof MemoryStateStore memory) {
      memory.connect();
      if (!memory.states().isEmpty()) {
        throw Witness.notEmpty(memory.states().firstKey());
      }
    }
    last = store;
    return store;
  }
}
