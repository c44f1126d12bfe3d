package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Portfolios.PORTFOLIO;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;

import acme.billing.LegacyAccount;
import com.google.protobuf.Message;
import io.github.durablestore.kinds.Kinds;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a path may have meant: {@link FieldPath}. */
class FieldNamesTest {
  private static final LegacyAccount LEGACY = LegacyAccount.getDefaultInstance();

  static Stream<Arguments> names() {
    return Stream.of(
        Arguments.of(PORTFOLIO, "byName", "no \"byName\" (perhaps \"by_name\"); its fields are "),
        Arguments.of(PORTFOLIO, "main.accountid", "no \"accountid\" (perhaps \"account_id\"); its"),
        Arguments.of(PORTFOLIO, "nothing", "no \"nothing\"; its fields are "),
        Arguments.of(Kinds.getDefaultInstance(), "choise", "(perhaps \"choice\")"),
        Arguments.of(Kinds.getDefaultInstance(), "x", "; its oneofs are choice"),
        Arguments.of(LEGACY, "x", "; its extensions are [acme.billing.rating]"),
        Arguments.of(LEGACY, "acme.billing.rating", "(perhaps \"[acme.billing.rating]\"); its"),
        Arguments.of(LEGACY, "rating", "(perhaps \"[acme.billing.rating]\"); its"),
        Arguments.of(
            PORTFOLIO,
            "branches.value.owner",
            ": a path leads straight into the values of the map \"branches\"; write"
                + " \"branches.owner\""),
        Arguments.of(PORTFOLIO, "by_name.x.account_id", "; write \"by_name.account_id\""),
        Arguments.of(PORTFOLIO, "branches.by_name.value", "; write \"branches.by_name\""),
        Arguments.of(
            PORTFOLIO, "by_name.account", "no \"account\" (perhaps \"account_id\"); its fields"),
        Arguments.of(LEGACY, "[rating]", "(perhaps \"[acme.billing.rating]\"); write that, or"),
        Arguments.of(
            LEGACY,
            "[acme.billing.ratin]",
            "no such extension that is known (perhaps \"[acme.billing.rating]\"); write that, or"
                + " pass an ExtensionRegistry"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void path_unknownName_suggestsTheNearest(Message message, String path, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(message).ignoringFields(path).isEqualTo(message))
        .withMessageContaining(words);
  }
}
