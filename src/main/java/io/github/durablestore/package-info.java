/** The contract of a durable-state store, and what any store needs to unpack its states. */
@NullMarked
package io.github.durablestore;

import org.jspecify.annotations.NullMarked;
