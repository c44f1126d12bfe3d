package io.github.durablestore.scenario;

import io.github.durablestore.egopb.DurableState;
import org.jspecify.annotations.Nullable;

/** A call that an actor is about to make, with the state that it writes. */
record Pending(Step step, @Nullable DurableState written) {}
