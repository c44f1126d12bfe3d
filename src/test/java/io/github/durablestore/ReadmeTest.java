package io.github.durablestore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import acme.billing.Quickstart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what compiles and runs here. */
class ReadmeTest {
  private static final Path QUICKSTART = Path.of("src/test/java/acme/billing/Quickstart.java");

  private static final Path STORES = Path.of("src/it/stores/src");

  @Test
  void firstJavaBlocks_areTheQuickstart() throws IOException {
    String body =
        find("(?s)main\\(.*?\\) \\{\n(.*?)\n  \\}\n", Files.readString(QUICKSTART)).get(0);

    assertThat(String.join("\n\n", blocks("java").subList(0, 2))).isEqualTo(body.stripIndent());
  }

  @Test
  void otherJavaBlocks_areInTheWorkedExample() throws IOException {
    String example =
        Files.readString(Path.of("src/test/java/acme/billing/AccountServiceTest.java"))
            + Files.readString(
                STORES.resolve("test/java/acme/billing/PostgresStateStoreTest.java"));
    List<String> others = blocks("java").subList(2, blocks("java").size());

    assertThat(others).hasSizeGreaterThan(5);
    assertThat(withoutIndent(example))
        .contains(others.stream().map(ReadmeTest::withoutIndent).toList());
  }

  @Test
  void sqlBlocks_areThoseOfTheExample() throws IOException {
    String example =
        Files.readString(STORES.resolve("main/java/acme/billing/PostgresStateStore.java"));

    assertThat(withoutIndent(example))
        .contains(blocks("sql").stream().map(ReadmeTest::withoutIndent).toList());
  }

  @Test
  void textprotoBlock_isInTheFixture() throws IOException {
    assertThat(Files.readString(Path.of("src/test/resources/acme/billing/accounts.textproto")))
        .contains(blocks("textproto"));
  }

  @Test
  void textBlock_isWhatTheQuickstartPrints() throws IOException {
    var printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      Quickstart.main(new String[0]);
    } finally {
      System.setOut(out);
    }

    assertThat(blocks("text")).containsExactly(printed.toString(UTF_8).strip());
  }

  @Test
  void protoBlock_isInTheTestTree() throws IOException {
    String proto = Files.readString(Path.of("src/test/proto/acme/billing/account.proto"));

    assertThat(proto).contains(blocks("proto"));
  }

  @Test
  void dependency_isThisVersion() throws IOException {
    String version = "<version>(.*?)</version>";

    assertThat(find(version, blocks("xml").get(0)))
        .containsExactly(find(version, Files.readString(Path.of("pom.xml"))).get(0));
  }

  private static String withoutIndent(String code) {
    return code.replaceAll("(?m)^ +", "");
  }

  private static List<String> blocks(String language) throws IOException {
    return find("(?s)```" + language + "\n(.*?)\n```", Files.readString(Path.of("README.md")));
  }

  /** Returns the first group of each place where the pattern is found. */
  private static List<String> find(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }
}
