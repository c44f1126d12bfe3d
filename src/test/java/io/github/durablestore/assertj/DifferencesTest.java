package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Portfolios.account;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.Portfolios.tags;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.kinds.Extension;
import io.github.durablestore.kinds.Kinds;
import io.github.durablestore.kinds.OldKinds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a failure says of the differences, and prints below: {@link Differences}. */
class DifferencesTest {
  private static final ExtensionRegistry EXTENSIONS = ExtensionRegistry.newInstance();

  static {
    Extension.registerAllExtensions(EXTENSIONS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          abc  | cba   | tags[0]: expected "c" but was "a"; tags[2]: expected "a" but was "c"
          ab   | ba    | tags[0]: expected "b" but was "a"; tags[1]: expected "a" but was "b"
          abcd | bcda  | tags[0]: expected nothing but was "a"; tags: expected "a" at [3] but it is missing
          abcd | dabc  | tags: expected "d" at [0] but it is missing; tags[3]: expected nothing but was "d"
          abcd | axbcd | tags: expected "x" at [1] but it is missing
          ab   | abc   | tags[2]: expected "c" but was nothing
          """)
  void isEqualTo_elementsInAnotherPlace_saysNoMoreThanIsSo(
      String actual, String expected, String differences) {
    assertFailure(() -> assertThat(tags(actual.split(""))).isEqualTo(tags(expected.split(""))))
        .hasMessageContaining(
            ":%n  %s%nexpected:%n".formatted(differences.replace("; ", "%n  ".formatted())));
  }

  @Test
  void isEqualTo_messageOnlyExpected_saysWhere() {
    assertFailure(
            () ->
                assertThatMessages(List.of(account("b", 2), account("c", 3)))
                    .containsExactly(account("a", 1), account("b", 2), account("c", 3)))
        .hasMessageContaining(
            "1 field differs:%n  expected {account_id: \"a\" balance_cents: 1} at [0] but it is missing%n"
                .formatted());
  }

  @Test
  void isEqualTo_nullThatOnlyOneListHas_isADifference() {
    AccountState account = account("a", 1);

    assertFailure(() -> assertThatMessages(List.of(account)).containsExactly(account, null))
        .hasMessageContaining("  [1]: expected null but was nothing");
    assertFailure(() -> assertThatMessages(Arrays.asList(account, null)).containsExactly(account))
        .hasMessageContaining("  [1]: expected nothing but was null");
    assertFailure(() -> assertThatMessages(List.of(account)).containsExactly(null, account))
        .hasMessageContaining("  expected null at [0] but it is missing");
    assertFailure(
            () -> assertThatMessages(List.of(account)).containsExactlyInAnyOrder(account, null))
        .hasMessageContaining("1 field differs");
  }

  @Test
  void containsExactlyInAnyOrder_differenceFarBehind_showsItsSurroundings() {
    List<AccountState> many =
        new ArrayList<>(IntStream.range(0, 1_000).mapToObj(i -> account("a" + i, i)).toList());
    List<AccountState> others = new ArrayList<>(many);
    Collections.reverse(others);
    many.set(900, account("a900", 7));

    assertFailure(() -> assertThatMessages(many).containsExactlyInAnyOrderElementsOf(others))
        .hasMessageContainingAll(
            "1 field differs:%n  [900].balance_cents: expected 900 but was 7%n".formatted(),
            "  97 earlier ones%n".formatted(),
            "  [99] {account_id: \"a900\" balance_cents: 900}%n".formatted(),
            "  898 earlier ones%n".formatted(),
            "  [900] {account_id: \"a900\" balance_cents: 7}%n".formatted());
    assertFailure(
            () ->
                assertThatMessages(many)
                    .ignoringFields("balance_cents")
                    .isEqualTo(
                        Stream.concat(
                                many.stream().map(each -> account(each.getAccountId(), 7)),
                                Stream.of(account("z", 1)))
                            .toList()))
        .hasMessageContainingAll("  [1000] {account_id: \"z\" balance_cents: 1}", "  [999] {");
  }

  @Test
  void failure_extensionsThatOnlyARegistryKnows_areShownByName() throws Exception {
    OldKinds one = kinds(1);
    OldKinds other = kinds(2);
    List<OldKinds> list = List.of(one);

    for (ThrowingCallable assertion :
        List.<ThrowingCallable>of(
            () -> known(assertThat(one)).isNotEqualTo(kinds(1)),
            () -> known(assertThat(one)).isNotIn(other, kinds(1)),
            () -> known(assertThat(one)).isIn(other),
            () -> known(assertThat(one)).isEqualTo(other),
            () -> known(assertThat(one)).doesNotHaveField("required"),
            () -> known(assertThatMessages(list)).isNotEqualTo(list),
            () -> known(assertThatMessages(list)).contains(other),
            () -> known(assertThatMessages(list)).doesNotContain(one))) {
      assertFailure(assertion)
          .hasMessageContaining("[durablestore.kinds.scores]: ")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("102"));
    }
  }

  @Test
  void isEqualTo_extensionsInAnAny_areShownByName() throws Exception {
    Portfolio one = holding(Any.pack(kinds(1)));

    assertFailure(() -> known(assertThat(one)).isEqualTo(holding(Any.pack(kinds(2)))))
        .hasMessageContainingAll(
            "  extra.[durablestore.kinds.scores][0]: expected 2.0 but was 1.0",
            "    [durablestore.kinds.scores]: 1.0\n",
            "    [durablestore.kinds.scores]: 2.0\n");
    assertFailure(() -> known(assertThat(holding(Any.pack(tags())))).isEqualTo(one))
        .hasMessageContaining("# as bytes: its type is not in the TypeRegistry\n");
  }

  private static OldKinds kinds(double score) throws Exception {
    return OldKinds.parseFrom(
        OldKinds.newBuilder()
            .setRequired("a")
            .addExtension(Extension.scores, score)
            .build()
            .toByteString());
  }

  private static <S extends AbstractMessageAssert<S, ?>> S known(S assertion) {
    TypeRegistry types =
        TypeRegistry.newBuilder().add(OldKinds.getDescriptor()).add(Kinds.getDescriptor()).build();
    return assertion.unpackingAnyUsing(types, EXTENSIONS);
  }
}
