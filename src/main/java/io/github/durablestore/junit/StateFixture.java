package io.github.durablestore.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Loads fixtures into the store that {@link StateStoreExtension} creates for a test, before the
 * test gets it. Without the extension, the test fails.
 *
 * <p>On a class, it applies to each of its tests, including those of subclasses and {@code @Nested}
 * classes. Fixtures are loaded in this order: those of the enclosing class, of superclasses, of
 * interfaces, of the class itself, and of the test method. Several annotations of one element,
 * direct or composed, are loaded from top to bottom. If two states have the same id, the later one
 * replaces the earlier one.
 *
 * <pre>{@code
 * @Test
 * @StateFixture("accounts.textproto")
 * void balance_knownAccount_isThatOfTheFixture(StateStore store) { ... }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(StateFixture.All.class)
@ExtendWith(StateFixtureGuard.class)
public @interface StateFixture {
  /**
   * Names the resources, each in the format that {@link
   * io.github.durablestore.fixture.StateFixtures#read(java.net.URL)} reads.
   *
   * @return names for {@link Class#getResource}, relative to the annotated class or to the class of
   *     the annotated method: {@code "accounts.textproto"} is in its package, {@code
   *     "/accounts.textproto"} at the root. For a composed annotation or an interface, it is the
   *     class that has it.
   */
  String[] value();

  /** Contains repeated annotations; the compiler creates it. */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @ExtendWith(StateFixtureGuard.class)
  @interface All {
    /**
     * Contains the annotations.
     *
     * @return the annotations, in order
     */
    StateFixture[] value();
  }
}
