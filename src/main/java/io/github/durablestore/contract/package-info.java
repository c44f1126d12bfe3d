/** The rules of a durable-state store, as tests that any store can run. */
@NullMarked
package io.github.durablestore.contract;

import org.jspecify.annotations.NullMarked;
