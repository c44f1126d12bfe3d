/** Scenarios: code over a store, run through every order, every failing call and every crash. */
@NullMarked
package io.github.durablestore.scenario;

import org.jspecify.annotations.NullMarked;
