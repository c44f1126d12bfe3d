/**
 * How assertions recognize a store of the JUnit extension, without a need for JUnit. The module
 * does not export this package.
 */
@NullMarked
package io.github.durablestore.standin;

import org.jspecify.annotations.NullMarked;
