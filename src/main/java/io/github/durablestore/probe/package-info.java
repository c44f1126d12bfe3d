/** Shows what is asked of a store, and fails or holds it on demand. */
@NullMarked
package io.github.durablestore.probe;

import org.jspecify.annotations.NullMarked;
