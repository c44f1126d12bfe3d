/**
 * A probe that records the calls of a store, and fails or holds them on demand. Start with {@link
 * io.github.durablestore.probe.StateStoreProbe}.
 */
@NullMarked
package io.github.durablestore.probe;

import org.jspecify.annotations.NullMarked;
