/**
 * The rules of a durable-state store, as tests that any store can run. Start with {@link
 * io.github.durablestore.contract.StateStoreContract}.
 */
@NullMarked
package io.github.durablestore.contract;

import org.jspecify.annotations.NullMarked;
