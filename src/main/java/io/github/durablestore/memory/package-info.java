/**
 * The store that keeps states in memory. Start with {@link
 * io.github.durablestore.memory.MemoryStateStore}.
 */
@NullMarked
package io.github.durablestore.memory;

import org.jspecify.annotations.NullMarked;
