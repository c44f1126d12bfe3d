/**
 * Scenarios, which run code over a store through every order, failing call and crash. Start with
 * {@link io.github.durablestore.scenario.Scenario}.
 */
@NullMarked
package io.github.durablestore.scenario;

import org.jspecify.annotations.NullMarked;
