/**
 * The contract of a durable-state store, and what any store needs to unpack its states. Start with
 * {@link io.github.durablestore.StateStore}.
 */
@NullMarked
package io.github.durablestore;

import org.jspecify.annotations.NullMarked;
