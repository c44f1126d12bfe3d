/**
 * How ids, values, messages and exceptions read in every text that is shown, and how much of them.
 * Start with {@link io.github.durablestore.text.Text}. The module does not export this package.
 */
@NullMarked
package io.github.durablestore.text;

import org.jspecify.annotations.NullMarked;
