package io.github.durablestore.contract;

import io.github.durablestore.egopb.DurableState;

/** A state to write, and what is special about it, as text that follows "a state". */
record Sample(String what, DurableState state) {
  Sample(String what, DurableState.Builder state) {
    this(what, state.build());
  }
}
