package io.github.durablestore;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import io.github.durablestore.egopb.DurableState;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What users see is what {@link ApiListing} says, until someone means to change it. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class PublicApiTest {
  private static final Path FOUND = Path.of("target/public-api.txt");
  private static final Path LISTED =
      Path.of("src/test/resources/io/github/durablestore/public-api.txt");

  @Test
  void publicApi_isAsListed() throws IOException {
    Set<String> packages = exportedPackages();
    packages.remove(DurableState.class.getPackageName()); // generated

    Files.writeString(
        FOUND,
        LibraryClasses.ALL.stream()
            .filter(type -> packages.contains(type.getPackageName()))
            .map(JavaClass::reflect)
            .filter(ApiListing::isVisible)
            .sorted(comparing(Class::getName))
            .map(ApiListing::of)
            .collect(joining("\n")));

    assertThat(FOUND)
        .as("public API; if it is meant to change: cp %s %s", FOUND, LISTED)
        .hasSameTextualContentAs(LISTED);
  }

  private static Set<String> exportedPackages() throws IOException {
    try (InputStream descriptor =
        Files.newInputStream(LibraryClasses.FOLDER.resolve("module-info.class"))) {
      return ModuleDescriptor.read(descriptor).exports().stream()
          .map(Exports::source)
          .collect(toSet());
    }
  }
}
