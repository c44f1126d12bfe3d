/** Scenarios, which run code over a store through every order, failing call and crash. */
@NullMarked
package io.github.durablestore.scenario;

import org.jspecify.annotations.NullMarked;
