/**
 * A JUnit Jupiter extension that gives each test a store. Start with {@link StateStoreExtension}.
 * It needs junit-jupiter-api 5.14 or later.
 */
@NullMarked
package io.github.durablestore.junit;

import org.jspecify.annotations.NullMarked;
