/**
 * AssertJ assertions about stores, states, messages and probes. They need assertj-core. Start with
 * {@link io.github.durablestore.assertj.StateStoreAssertions}.
 */
@NullMarked
package io.github.durablestore.assertj;

import org.jspecify.annotations.NullMarked;
