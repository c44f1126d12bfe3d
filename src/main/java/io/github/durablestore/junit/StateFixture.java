package io.github.durablestore.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Loads fixtures into the store that {@link StateStoreExtension} makes for a test, before anything
 * of the test runs. Without the extension the test fails.
 *
 * <p>On a class it stands for each of its tests, those of subclasses and of {@code @Nested} classes
 * too. Fixtures of an enclosing class come first, then those of a superclass, of the interfaces of
 * the class, of the class, and at last those of the test method. Of one element they come in the
 * order in which they stand, be it this annotation, several of it, or others that carry it. Of two
 * states with one id, the later one stays.
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
   * Names the resources, each in the form that {@link
   * io.github.durablestore.fixture.StateFixtures#read(java.net.URL)} reads.
   *
   * @return names as {@link Class#getResource} takes them of the class that is annotated, or whose
   *     method is: {@code "accounts.textproto"} lies in its package, {@code "/accounts.textproto"}
   *     at the root. An annotation or interface that carries this one stands for the class that has
   *     it.
   */
  String[] value();

  /** Contains several of the annotations; the compiler writes it. */
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
