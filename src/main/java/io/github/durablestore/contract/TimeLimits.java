package io.github.durablestore.contract;

import java.time.Duration;

/**
 * The time limits of the contract.
 *
 * @param call how long a call may take before it counts as hung
 * @param race how long to look for a race; a slow store gets more time
 */
record TimeLimits(Duration call, Duration race) {}
