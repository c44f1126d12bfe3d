package io.github.durablestore;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between packages run one way, and to no library that a user may not have. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class ArchitectureTest {
  private static final String CORE = "io.github.durablestore";
  private static final String EGOPB = CORE + ".egopb";
  private static final String TEXT = CORE + ".text";
  private static final String MEMORY = CORE + ".memory";
  private static final String FIXTURE = CORE + ".fixture";
  private static final String PROBE = CORE + ".probe";
  private static final String STANDIN = CORE + ".standin";
  private static final String SCENARIO = CORE + ".scenario";
  private static final String ASSERTJ = CORE + ".assertj";
  private static final String JUNIT = CORE + ".junit";
  private static final String CONTRACT = CORE + ".contract";

  /** Each package, and what it may use besides itself and what every package may use. */
  static Stream<Arguments> packages() {
    return Stream.of(
        mayUse(EGOPB),
        mayUse(TEXT, EGOPB),
        mayUse(CORE, EGOPB, TEXT),
        mayUse(MEMORY, CORE, EGOPB, TEXT),
        mayUse(FIXTURE, CORE, EGOPB, TEXT),
        mayUse(PROBE, CORE, EGOPB, TEXT),
        mayUse(STANDIN, CORE),
        mayUse(SCENARIO, CORE, EGOPB, TEXT, MEMORY, PROBE),
        mayUse(ASSERTJ, CORE, EGOPB, TEXT, MEMORY, PROBE, STANDIN, "org.assertj.."),
        mayUse(
            JUNIT,
            CORE,
            EGOPB,
            TEXT,
            MEMORY,
            FIXTURE,
            PROBE,
            STANDIN,
            "org.junit..",
            "org.opentest4j"),
        mayUse(CONTRACT, CORE, EGOPB, TEXT, "org.junit..", "org.assertj..", "org.opentest4j"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("packages")
  void package_usesOnlyWhatItMay(String name, String[] others) {
    classes()
        .that()
        .resideInAPackage(name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(others)
        .check(LibraryClasses.ALL);
  }

  @Test
  void everyPackage_hasItsRule() {
    Set<String> ruled = packages().map(arguments -> (String) arguments.get()[0]).collect(toSet());

    assertThat(LibraryClasses.ALL.stream().map(JavaClass::getPackageName).distinct())
        .isSubsetOf(ruled);
  }

  @Test
  void packages_haveNoCycle() {
    slices().matching("io.github.(**)").should().beFreeOfCycles().check(LibraryClasses.ALL);
  }

  private static Arguments mayUse(String name, String... others) {
    Stream<String> always = Stream.of("java..", "com.google.protobuf..", "org.jspecify..", name);
    return arguments(name, Stream.concat(always, Stream.of(others)).toArray(String[]::new));
  }
}
