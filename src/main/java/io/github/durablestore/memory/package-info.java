/** The store that keeps states in memory. */
@NullMarked
package io.github.durablestore.memory;

import org.jspecify.annotations.NullMarked;
