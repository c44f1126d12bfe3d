package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.probe.Fault;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** An immutable copy of a scenario. */
record Plan<P>(
    Function<? super StateStore, ? extends P> process,
    Supplier<? extends StateStore> stores,
    Task<? super P> given,
    List<Role<P>> roles,
    List<Fault> faults,
    Course.Limits limits) {

  /** An actor's name and what it does. */
  record Role<P>(String name, Action<? super P> action, boolean hasResult) {}
}
