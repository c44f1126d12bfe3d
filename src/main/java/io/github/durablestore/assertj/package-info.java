/** Assertions about states, stores and probes. They need assertj-core. */
@NullMarked
package io.github.durablestore.assertj;

import org.jspecify.annotations.NullMarked;
