/** AssertJ assertions about stores, states, messages and probes; they need assertj-core. */
@NullMarked
package io.github.durablestore.assertj;

import org.jspecify.annotations.NullMarked;
