package io.github.durablestore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import acme.billing.Quickstart;
import io.github.durablestore.assertj.MessageAssert;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README and the recipes show is what compiles and runs here. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Path RECIPES = Path.of(".github/RECIPES.md");
  private static final Path EXAMPLE = Path.of("src/test/java/acme/billing");
  private static final Path STORES = Path.of("src/it/stores/src/test/java/acme/billing");
  private static final Path SPRING = Path.of("src/it/spring/src/test/java/acme");
  private static final Path KOTLIN = Path.of("src/it/kotlin/src/test/kotlin/acme");

  @Test
  void javaBlocks_areInTheExample() throws IOException {
    String example =
        read(EXAMPLE.resolve("DepositTest.java"))
            + read(EXAMPLE.resolve("AccountService.java"))
            + read(EXAMPLE.resolve("AccountServiceTest.java"))
            + read(EXAMPLE.resolve("CartTest.java"))
            + read(EXAMPLE.resolve("CheckedAccountService.java"))
            + read(EXAMPLE.resolve("ScenariosTest.java"))
            + read(STORES.resolve("PostgresAccountServiceTest.java"))
            + read(STORES.resolve("PostgresStateStoreTest.java"))
            + read(SPRING.resolve("SpringTest.java"))
            + read(SPRING.resolve("CountersApplicationTest.java"));

    assertThat(blocks("java")).hasSizeGreaterThan(16);
    requireIn(example, blocks("java"));
  }

  /** So that whoever copies one has not lost the end of a class. */
  @Test
  void codeBlocks_endWhatTheyBegin() throws IOException {
    for (String language : List.of("java", "kotlin", "groovy", "proto")) {
      assertThat(blocks(language))
          .allSatisfy(block -> assertThat(count(block, '{')).isEqualTo(count(block, '}')))
          .allSatisfy(block -> assertThat(count(block, '(')).isEqualTo(count(block, ')')));
    }
  }

  /**
   * A part that starts with a dot is shown only after the whole of a scenario in the same place.
   */
  @Test
  void scenarios_areShownWhole() throws IOException {
    assertThat(blocks("java"))
        .filteredOn(block -> block.startsWith("."))
        .singleElement(as(STRING))
        .startsWith(".faults()");
  }

  private static long count(String block, char wanted) {
    return block.chars().filter(each -> each == wanted).count();
  }

  @Test
  void kotlinBlocks_areInTheExample() throws IOException {
    assertThat(blocks("kotlin")).isNotEmpty();
    requireIn(read(KOTLIN.resolve("AccountsTest.kt")), blocks("kotlin"));
  }

  @Test
  void textBlocks_areWhatTheExampleGives() throws IOException {
    assertThat(blocks("text"))
        .containsExactly(resource("lost-deposit.txt"), resource("cart-difference.txt"));
  }

  @Test
  void quickstart_prints() {
    var printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      Quickstart.main(new String[0]);
    } finally {
      System.setOut(out);
    }

    assertThat(printed.toString(UTF_8).lines())
        .containsExactly(
            "version 1",
            "balance 4200 cents",
            "the same either way: true",
            "cannot read state of \"account-42\": store is not connected; call connect() first",
            "states after connecting again: 0");
  }

  /** Runs as it stands in the build, by the invoker. */
  @Test
  void completePom_isThatOfTheConsumer() throws IOException {
    String project = read(Path.of("src/it/complete-project/pom.xml")).strip();

    assertThat(blocks("xml")).contains(project);
    assertThat(project)
        .contains("<protobuf.version>" + property("protobuf.other.version") + "<")
        .contains("<version>" + property("junit.version") + "<");
  }

  @Test
  void completeGradleBuild_isThatOfTheConsumer() throws IOException {
    String build = read(Path.of("src/it/complete-project/build.gradle")).strip();

    assertThat(blocks("groovy")).containsExactly(build);
    assertThat(build)
        .contains("protobufVersion = '" + property("protobuf.other.version") + "'")
        .contains(":junit-jupiter:" + property("junit.version") + "'");
  }

  @Test
  void protoBlock_isTheMessageOfTheExample() throws IOException {
    assertThat(blocks("proto"))
        .containsExactly(read(Path.of("src/test/proto/acme/billing/account.proto")).strip());
  }

  @Test
  void gradleDependency_isThatOfTheConsumer() throws IOException {
    assertThat(read(README))
        .contains(find("(implementation\\(.*\\))", read(Path.of("src/it/gradle/build.gradle"))));
  }

  /** The workflow proves what a contributor who runs the same command sees. */
  @Test
  void longLincheck_isTheSameCommandInTheWorkflow() throws IOException {
    String command = "mvn (?:-B )?(test-compile surefire:test@lincheck [^`\n]*)";

    assertThat(find(command, read(Path.of(".github/workflows/build.yml"))))
        .hasSize(1)
        .isEqualTo(find(command, read(Path.of(".github/CONTRIBUTING.md"))));
  }

  @Test
  void textprotoBlock_isInTheFixture() throws IOException {
    assertThat(read(Path.of("src/test/resources/acme/billing/accounts.textproto")))
        .contains(blocks("textproto"));
  }

  @Test
  void readme_fitsOnAFewScreens() throws IOException {
    assertThat(read(README).lines()).hasSizeLessThanOrEqualTo(130);
  }

  /** In a block of another language, nothing would be checked. */
  @Test
  void blocks_areOfKnownLanguages() throws IOException {
    assertThat(find("(?m)^```(.+)$", read(README) + read(RECIPES)))
        .containsOnly("groovy", "java", "kotlin", "mermaid", "proto", "text", "textproto", "xml");
  }

  /** A reader copies them to run the scenarios. */
  @Test
  void services_thatExamplesUse_areLinked() throws IOException {
    String shown = String.join("\n", blocks("java"));
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(file -> shown.contains(file.replace(".java", "")) && !file.contains("Test"))
          .hasSizeGreaterThan(4)
          .allSatisfy(file -> assertThat(read(RECIPES)).contains("(../" + EXAMPLE + "/" + file));
    }
  }

  @Test
  void options_ofComparisons_areListed() throws IOException {
    List<String> options =
        Stream.of(MessageAssert.class.getMethods())
            .map(Method::getName)
            .filter(name -> name.matches("(ignoring|comparing|unpacking|using.*Tolerance).*"))
            .map(name -> "`" + name + "(")
            .distinct()
            .toList();

    assertThat(options).hasSize(8);
    assertThat(read(RECIPES)).contains(options);
  }

  @Test
  void links_toRecipes_findTheirHeadings() throws IOException {
    List<String> headings =
        find("(?m)^## (.*)$", read(RECIPES)).stream()
            .map(heading -> heading.toLowerCase(Locale.ROOT).replace(' ', '-'))
            .toList();

    assertThat(find("RECIPES\\.md#([^)]*)", read(README))).hasSameElementsAs(headings);
  }

  @Test
  void dependencies_areOfThisVersion() throws IOException {
    String version = property("version");

    assertThat(
            find(
                "durablestore-memory(?:</.*>\\s*<version>|:)([^<\"]+)",
                read(README) + read(RECIPES)))
        .hasSizeGreaterThan(2)
        .containsOnly(version);
  }

  private static String property(String name) throws IOException {
    return find("<" + name + ">(.*?)<", read(Path.of("pom.xml"))).get(0);
  }

  private static String resource(String name) throws IOException {
    return read(Path.of("src/test/resources/acme/billing", name)).strip();
  }

  private static void requireIn(String example, List<String> blocks) {
    assertThat(withoutIndent(example))
        .contains(blocks.stream().map(ReadmeTest::withoutIndent).map(ReadmeTest::begun).toList());
  }

  /** Leaves out the end of a class, before which the example may have more methods. */
  private static String begun(String code) {
    return code.contains("class ") ? code.replaceFirst("\n}$", "") : code;
  }

  private static String withoutIndent(String code) {
    return code.replaceAll("(?m)^ +", "");
  }

  private static List<String> blocks(String language) throws IOException {
    return find("(?s)```" + language + "\n(.*?)\n```", read(README) + read(RECIPES));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  /** Returns the first group of each place where the pattern is found. */
  private static List<String> find(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }
}
