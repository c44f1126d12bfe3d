package io.github.durablestore.contract;

import java.time.Duration;

/**
 * The patience of the contract.
 *
 * @param call how long a call may take before it is taken to hang
 * @param race how long to look for a race, on top of the time that the store takes
 */
record Limits(Duration call, Duration race) {}
