package io.github.durablestore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The poms that stand alone say what the main one says. */
class PomTest {
  private static final String VERSION = "<artifactId>durablestore-[a-z]+</artifactId>\\s*<version>";

  @ParameterizedTest
  @ValueSource(strings = {"src/jmh/pom.xml", "src/fuzz/pom.xml"})
  void version_isThatOfTheMainPom(String pom) throws IOException {
    assertThat(first(VERSION, pom)).isEqualTo(first(VERSION, "pom.xml"));
  }

  @Test
  void protobufOfTheFuzzing_isTheFloor() throws IOException {
    assertThat(first("<protobuf.version>", "src/fuzz/pom.xml"))
        .isEqualTo(first("<protobuf.version>", "pom.xml"));
  }

  @Test
  void protobufOfTheBenchmarks_isTheOtherEnd() throws IOException {
    assertThat(first("<protobuf.version>", "src/jmh/pom.xml"))
        .isEqualTo(first("<protobuf.other.version>", "pom.xml"));
  }

  @Test
  void junitOfTheFuzzing_isThatOfTheMainPom() throws IOException {
    assertThat(first("<artifactId>junit-bom</artifactId>\\s*<version>", "src/fuzz/pom.xml"))
        .isEqualTo(first("<junit.version>", "pom.xml"));
  }

  private static String first(String before, String pom) throws IOException {
    Matcher text = Pattern.compile(before + "([^<]+)").matcher(Files.readString(Path.of(pom)));
    assertThat(text.find()).as("%s in %s", before, pom).isTrue();
    return text.group(1);
  }
}
