package io.github.durablestore;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;

/** The classes of the library, which ArchUnit reads once for all tests. */
final class LibraryClasses {
  static final Path FOLDER = Path.of("target/classes");
  static final JavaClasses ALL = new ClassFileImporter().importPath(FOLDER);

  private LibraryClasses() {}
}
