package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.Portfolios.tags;
import static io.github.durablestore.assertj.Portfolios.unknown;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;

import acme.billing.AccountState;
import acme.billing.Legacy;
import acme.billing.LegacyAccount;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import com.google.protobuf.Option;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.kinds.Extension;
import io.github.durablestore.kinds.Kinds;
import io.github.durablestore.kinds.OldKinds;
import io.github.durablestore.kinds.OldKindsOuterClass;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Paths through all that a message can consist of: what they name is ignored, and nothing else, by
 * {@link FieldPath}.
 */
class FieldPathTest {
  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder()
          .add(Option.getDescriptor())
          .add(Portfolio.getDescriptor())
          .add(Kinds.getDescriptor())
          .add(Any.getDescriptor())
          .add(Int64Value.getDescriptor())
          .build();

  // A oneof

  @Test
  void ignoringFields_oneof_ignoresEachOfItsFields() {
    Kinds word = Kinds.newBuilder().setWord("a").build();
    Kinds number = Kinds.newBuilder().setNumber(1).build();
    Kinds nested = Kinds.newBuilder().setMessage(word).putMessageMap("k", word).build();
    Kinds otherNested = Kinds.newBuilder().setMessage(number).putMessageMap("k", number).build();

    assertThat(word).ignoringFields("choice").isEqualTo(number).isNotEqualTo(nested);
    assertThat(nested)
        .ignoringFields("message.choice", "message_map.choice")
        .isEqualTo(otherNested);
    assertThat(nested).ignoringFields("message.choice").isNotEqualTo(otherNested);
    assertThat(Kinds.newBuilder().setAny(Any.pack(word)).build())
        .unpackingAnyUsing(TYPES)
        .ignoringFields("any.choice")
        .isEqualTo(Kinds.newBuilder().setAny(Any.pack(number)).build());
    assertThat(word).hasField("choice").doesNotHaveField("message.choice");
    assertThat(nested).hasField("message.choice").doesNotHaveField("choice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          choice            | word              | "choice" is ignored
          word              | choice            | "choice" is ignored
          choice            | kinds.double      | "choice" is ignored
          messages.choice   | messages.kinds.double | "messages.choice" is ignored
          any.choice        | any.kinds.double  | "any.choice" is ignored
          any.value         | any.double        | "any.value" is ignored
          any.value         | any.messages.word | "any.value" is ignored
          messages          | messages.double   | "messages" is ignored
          """)
  void ignoringFields_pathThatAnotherMakesUseless_isRefused(
      String path, String other, String problem) {
    Kinds inner = Kinds.newBuilder().setDouble(1).build();
    Kinds kinds = Kinds.newBuilder().setAny(Any.pack(inner)).addMessages(inner).build();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(kinds)
                    .unpackingAnyUsing(TYPES)
                    .ignoringFields(path, other)
                    .isEqualTo(kinds))
        .withMessageEndingWith(": " + problem + "; leave out one of the two");
  }

  @ParameterizedTest
  @CsvSource({
    "choice, kinds.doubles",
    "any.choice, any.kinds.doubles",
    "any.value, any.doubles",
    "doubles, doubles",
    "messages, messages.doubles"
  })
  void ignoringRepeatedFieldOrder_pathThatAnotherMakesUseless_isRefused(String path, String other) {
    Kinds kinds = Kinds.newBuilder().setAny(Any.pack(Kinds.getDefaultInstance())).build();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(kinds)
                    .unpackingAnyUsing(TYPES)
                    .ignoringFields(path)
                    .ignoringRepeatedFieldOrderOfFields(other)
                    .isEqualTo(kinds))
        .withMessageContaining(": \"" + path + "\" is ignored; leave out one of the two");
  }

  @Test
  void ignoringFields_besideTheValueOfAMessageInAnAny_passes() {
    Portfolio holding = holding(any(option("Ada", Int64Value.of(1))));

    assertThat(holding)
        .unpackingAnyUsing(TYPES)
        .ignoringFields("extra.value", "extra.name")
        .isEqualTo(holding);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          choice.word      | "choice" is a oneof, which paths leave out; remove it
          _optional_int32  | "durablestore.kinds.Kinds" has no "_optional_int32" (perhaps "optional_int32"); its fields are
          17               | 17 is the number of "message"; name that
          messages[0].word | a path goes through all elements; remove "[...]"
          message_map["a.b"].word | a path goes through all elements; remove "[...]"
          old.             | "durablestore.kinds.OldKinds" has no ""; its fields are
          string.length    | "length" is not in a message; remove it
          string.          | there is no name after a dot; remove the dot
          []               | there is no name in the brackets; write that of an extension
          [durablestore.kinds.nickname] | "durablestore.kinds.nickname" extends "durablestore.kinds.OldKinds", and not "durablestore.kinds.Kinds"; name it in a message of that type
          """)
  void ignoringFields_noField_saysWhy(String path, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(Kinds.getDefaultInstance()).ignoringFields(path))
        .withMessageStartingWith(
            "cannot find field \"%s\" of message \"durablestore.kinds.Kinds\": %s",
            path.replace("\"", "\\\""), reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          string      | it is not repeated; name a repeated field
          message.any | it is not repeated; name a repeated field
          choice      | it is not repeated; name a repeated field
          message_map | it is a map, whose entries have no order; remove it
          old.[durablestore.kinds.nickname] | it is not repeated; name a repeated field
          """)
  void ignoringRepeatedFieldOrderOfFields_singular_isRefused(String path, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> assertThat(Kinds.getDefaultInstance()).ignoringRepeatedFieldOrderOfFields(path))
        .withMessage(
            "cannot ignore the order of field \"%s\" of message \"durablestore.kinds.Kinds\": %s",
            path, reason);
  }

  // Unknown fields

  @Test
  void ignoringUnknownFields_anyLevel_ignoresThem() {
    Portfolio one = unknown(1_000, 7).toBuilder().setHead(unknown(1_001, 8)).build();
    Portfolio other = Portfolio.newBuilder().setHead(Portfolio.getDefaultInstance()).build();

    assertThat(one).ignoringUnknownFields().isEqualTo(other).isNotEqualTo(unknown(1_000, 7));
    assertThat(one).ignoringFields("1000", "head.1001").isEqualTo(other);
    assertFailure(() -> assertThat(one).ignoringFields("1000").isEqualTo(other))
        .hasMessageContaining("1 field differs:%n  head.1001: expected ".formatted());
  }

  @Test
  void ignoringFields_inAnUnknownGroup_ignoresThem() {
    Portfolio one = group(unknown(1, 5), unknown(2, 6));
    Portfolio other = group(unknown(1, 5), unknown(2, 7));

    assertThat(one).ignoringFields("1000.2").isEqualTo(other);
    assertThat(one).ignoringFields("1000.1").isNotEqualTo(other);
    assertFailure(() -> assertThat(one).isEqualTo(other))
        .hasMessageContaining("  1000[1].2: expected {2: 7} but was {2: 6}");
    assertFailure(() -> assertThat(one).isEqualTo(group(unknown(1, 5))))
        .hasMessageContaining("  1000: expected {1000 { 1: 5 }} but was {1000 { 1: 5 } 1000 {");
    assertThat(group(unknown(1, 5), unknown(2, 6)))
        .comparingExpectedFieldsOnly()
        .isNotEqualTo(group(unknown(1, 5)))
        .isEqualTo(group(unknown(1, 5), Portfolio.getDefaultInstance()));
  }

  @Test
  void ignoringFields_numberThatNoMessageHas_isRefused() {
    Portfolio one = group(unknown(1, 5));
    OldKinds old =
        OldKinds.newBuilder()
            .setRequired("")
            .setExtension(OldKindsOuterClass.nickname, "nick")
            .build();

    assertRefused(one, "999", "no message has an unknown field 999; remove it");
    assertRefused(one, "1000.2", "no message has an unknown field 2; remove it");
    assertRefused(one, "1000.1.3", "1 is not an unknown group; remove the rest");
    assertRefused(old, "1", "1 is the number of \"required\"; name that");
    assertRefused(old, "100", "100 is the number of \"[durablestore.kinds.nickname]\"; name that");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> assertThat(one).ignoringFields("1000").ignoringUnknownFields().isEqualTo(one))
        .withMessageContaining("all unknown fields are ignored; leave out one of the two");
    assertThat(tags())
        .ignoringFields("1000")
        .isIn(tags("a"), one)
        .isNotIn(
            tags("a"),
            tags("b"),
            group(unknown(1, 5), unknown(2, 5)).toBuilder().addTags("c").build());
    assertThat(one).hasField("1000.1").doesNotHaveField("1000.2").doesNotHaveField("999");
  }

  private static void assertRefused(Message message, String path, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(message).ignoringFields(path).isEqualTo(message))
        .withMessageEndingWith(": " + reason);
  }

  private static Portfolio group(Portfolio... groups) {
    var field = UnknownFieldSet.Field.newBuilder();
    List.of(groups).forEach(group -> field.addGroup(group.getUnknownFields()));
    return Portfolio.newBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(1_000, field.build()).build())
        .build();
  }

  // Extensions

  @Test
  void isEqualTo_extension_isShownAndIgnoredByName() throws Exception {
    LegacyAccount rated =
        LegacyAccount.newBuilder().setAccountId("a").setExtension(Legacy.rating, 5).build();
    LegacyAccount unrated = rated.toBuilder().clearExtension(Legacy.rating).build();
    LegacyAccount read = LegacyAccount.parseFrom(rated.toByteString());

    for (LegacyAccount each : List.of(rated, read)) {
      assertThat(each).isEqualTo(rated).isEqualTo(read).hasField("[acme.billing.rating]");
      assertThat(each).ignoringFields("[acme.billing.rating]").isEqualTo(unrated);
      assertFailure(() -> assertThat(each).isEqualTo(unrated))
          .hasMessageContainingAll(
              "  [acme.billing.rating]: expected nothing but was 5",
              "account_id: \"a\"\n[acme.billing.rating]: 5\n");
    }
    assertThat(unrated).doesNotHaveField("[acme.billing.rating]");
    assertThat(unknown(1_000, 7)).hasField("1000").doesNotHaveField("1001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(rated).ignoringFields("[no.such]").isEqualTo(rated))
        .withMessage(
            "cannot find field \"[no.such]\" of message \"acme.billing.LegacyAccount\":"
                + " \"acme.billing.LegacyAccount\" has no such extension that is known; pass an"
                + " ExtensionRegistry to unpackingAnyUsing(types, extensions)");
  }

  @Test
  void isEqualTo_extensions_areComparedWithTheSameOptions() {
    OldKinds one = scored(more("a", 1.0), 1.0, 2.0);
    OldKinds near = scored(more("a", 1.05), 2.05, 1.05);
    OldKinds other = scored(more("b", 1.05), 2.05, 1.05);

    assertThat(one)
        .usingDoubleTolerance(0.1)
        .ignoringRepeatedFieldOrderOfFields("[durablestore.kinds.scores]")
        .isEqualTo(near)
        .isNotEqualTo(other);
    assertFailure(
            () ->
                assertThat(one)
                    .usingDoubleTolerance(0.1)
                    .ignoringRepeatedFieldOrder()
                    .isEqualTo(other))
        .hasMessageContaining(
            "1 field differs:%n  [durablestore.kinds.more].string: expected \"b\" but was \"a\""
                .formatted());
    assertThat(
            Kinds.newBuilder().putMessageMap("k", Kinds.newBuilder().setOld(one).build()).build())
        .usingDoubleTolerance(0.1)
        .ignoringRepeatedFieldOrder()
        .ignoringFields("message_map.old.[durablestore.kinds.more].string")
        .isEqualTo(
            Kinds.newBuilder()
                .putMessageMap("k", Kinds.newBuilder().setOld(other).build())
                .build());
  }

  @Test
  void comparingExpectedFieldsOnly_extensions_comparesThoseExpected() throws Exception {
    OldKinds one = scored(more("a", 1.0), 1.0);
    OldKinds partial =
        OldKinds.newBuilder()
            .setExtension(Extension.more, Kinds.newBuilder().setString("a").build())
            .buildPartial();

    assertThat(one).comparingExpectedFieldsOnly().isEqualTo(partial);
    assertThat(OldKinds.parseFrom(one.toByteString()))
        .comparingExpectedFieldsOnly()
        .isEqualTo(partial)
        .isNotEqualTo(scored(more("b", 1.0), 1.0));
  }

  @Test
  void ignoringFields_extensionThatOnlyARegistryKnows_isNamed() throws Exception {
    ExtensionRegistry extensions = ExtensionRegistry.newInstance();
    Extension.registerAllExtensions(extensions);
    OldKinds one = OldKinds.parseFrom(scored(more("a", 1.0)).toByteString());
    OldKinds other = OldKinds.parseFrom(scored(more("b", 1.0)).toByteString());

    assertThat(one)
        .unpackingAnyUsing(TYPES, extensions)
        .ignoringFields("[durablestore.kinds.more].string")
        .isEqualTo(other);
    assertFailure(() -> assertThat(one).unpackingAnyUsing(TYPES, extensions).isEqualTo(other))
        .hasMessageContaining("  [durablestore.kinds.more].string: expected \"b\" but was \"a\"");
    assertFailure(() -> assertThat(one).isEqualTo(other)).hasMessageContaining("  101: expected {");
  }

  private static Kinds more(String string, double number) {
    return Kinds.newBuilder().setString(string).setDouble(number).putDoubleMap(1, number).build();
  }

  private static OldKinds scored(Kinds more, double... scores) {
    OldKinds.Builder kinds =
        OldKinds.newBuilder()
            .setRequired("")
            .setExtension(OldKindsOuterClass.nickname, "nick")
            .setExtension(Extension.more, more);
    for (double score : scores) {
      kinds.addExtension(Extension.scores, score);
    }
    return kinds.build();
  }

  @Test
  void isEqualTo_mapOfAnExtensionInAnotherOrder_passes() {
    Kinds map = Kinds.newBuilder().putDoubleMap(1, 1).putDoubleMap(2, 2).build();
    Kinds otherMap = Kinds.newBuilder().putDoubleMap(2, 2).putDoubleMap(1, 1).build();
    OldKinds one = OldKinds.newBuilder().setRequired("").setExtension(Extension.more, map).build();
    OldKinds other = one.toBuilder().setExtension(Extension.more, otherMap).build();

    assertThat(one).isEqualTo(other);
    assertThat(one).isNotEqualTo(one.toBuilder().clearExtension(Extension.more).build());
  }

  // Any

  @Test
  void ignoringFields_inAnAny_ignoresThem() {
    Portfolio one = portfolio(Any.pack(owned("Ada", "x")), owned("Bob", "y"));
    Portfolio other = portfolio(Any.pack(owned("Eve", "x")), owned("Mallory", "y"));

    assertThat(one)
        .ignoringFields("extra.owner", "by_name.account_id", "parts.extra.owner")
        .unpackingAnyUsing(TYPES)
        .isEqualTo(other);
    assertThat(one)
        .unpackingAnyUsing(TYPES)
        .ignoringFields("extra.owner")
        .isNotEqualTo(other)
        .isNotEqualTo(portfolio(Any.pack(owned("Eve", "z")), owned("Bob", "y")));
    assertThat(Any.pack(owned("Ada")))
        .unpackingAnyUsing(TYPES)
        .ignoringFields("owner")
        .isEqualTo(Any.pack(owned("Bob")));
  }

  private static Portfolio portfolio(Any extra, Portfolio inPart) {
    return Portfolio.newBuilder()
        .setExtra(extra)
        .addParts(Portfolio.newBuilder().setExtra(Any.pack(inPart)))
        .addParts(Portfolio.newBuilder().setExtra(any(AccountState.getDefaultInstance())))
        .build();
  }

  @Test
  void ignoringFields_inAnAnyInAnAny_ignoresThem() {
    Portfolio one = holding(any(any(owned("Ada", "x"))));
    Portfolio other = holding(any(any(owned("Bob", "x"))));

    assertThat(one).unpackingAnyUsing(TYPES).ignoringFields("extra.owner").isEqualTo(other);
    assertThat(one).unpackingAnyUsing(TYPES).ignoringFields("extra.tags").isNotEqualTo(other);
    assertThat(one).unpackingAnyUsing(TYPES).hasField("extra.owner").doesNotHaveField("extra.rank");
  }

  @Test
  void ignoringFields_ofTheAnyItself_ignoresThem() {
    Any ada = any(owned("Ada"));
    Any otherPrefix = ada.toBuilder().setTypeUrl("acme/acme.billing.Portfolio").build();

    assertThat(holding(ada))
        .unpackingAnyUsing(TYPES)
        .ignoringFields("extra.type_url")
        .isEqualTo(holding(otherPrefix))
        .isNotEqualTo(holding(any(owned("Bob"))));
    assertThat(holding(ada))
        .unpackingAnyUsing(TYPES)
        .ignoringFields("extra.value")
        .isEqualTo(holding(any(owned("Bob"))))
        .isNotEqualTo(holding(otherPrefix));
    assertThat(holding(any(Int64Value.of(1))))
        .unpackingAnyUsing(TYPES)
        .ignoringFields("extra.value")
        .isEqualTo(holding(any(Int64Value.of(2))));
  }

  @Test
  void ignoringFields_nameOfTheAnyAndOfItsMessage_isThatOfTheMessage() {
    Any ada = any(option("Ada", Int64Value.of(1)));

    assertThat(holding(ada))
        .unpackingAnyUsing(TYPES)
        .ignoringFields("extra.value")
        .isEqualTo(holding(any(option("Ada", Int64Value.of(2)))))
        .isNotEqualTo(holding(any(option("Bob", Int64Value.of(1)))));
    assertThat(holding(any(ada)))
        .unpackingAnyUsing(TYPES)
        .ignoringFields("extra.value.value")
        .ignoringRepeatedFieldOrder()
        .isEqualTo(holding(any(any(option("Ada", Int64Value.of(2))))))
        .isNotEqualTo(holding(any(any(option("Bob", Int64Value.of(1))))));
    assertThat(holding(ada)).unpackingAnyUsing(TYPES).hasField("extra.name");
    assertThat(holding(any(Option.getDefaultInstance())))
        .unpackingAnyUsing(TYPES)
        .doesNotHaveField("extra.value");
  }

  private static Option option(String name, Message value) {
    return Option.newBuilder().setName(name).setValue(any(value)).build();
  }

  @Test
  void ignoringFields_inAnAnyThatHasNone_isRefusedByTheComparison() {
    Portfolio ada = holding(any(owned("Ada")));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(ada).ignoringFields("extra.owner").isEqualTo(ada))
        .withMessageEndingWith(": it is in an Any; call unpackingAnyUsing(types)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(ada)
                    .unpackingAnyUsing(TYPES)
                    .ignoringFields("extra.ownr")
                    .isEqualTo(Portfolio.getDefaultInstance()))
        .withMessageStartingWith(
            "cannot find field \"extra.ownr\" of message \"acme.billing.Portfolio\":"
                + " \"acme.billing.Portfolio\" has no \"ownr\" (perhaps \"owner\"); its fields are owner, accounts,");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(ada)
                    .unpackingAnyUsing(TYPES)
                    .ignoringRepeatedFieldOrderOfFields("extra.owner")
                    .isEqualTo(ada))
        .withMessageEndingWith(": it is not repeated; name a repeated field");
    Portfolio unpackable = holding(Any.newBuilder().setTypeUrl("x/no.Such").build());
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(unpackable)
                    .unpackingAnyUsing(TYPES)
                    .ignoringFields("extra.owner")
                    .isEqualTo(unpackable))
        .withMessageEndingWith(
            ": it is in an Any of type URL \"x/no.Such\", which cannot be unpacked; add its type to"
                + " the TypeRegistry");
    assertThat(tags()).unpackingAnyUsing(TYPES).ignoringFields("extra.owner").isEqualTo(tags());
  }

  @Test
  void of_longPath_isSplitAtOnce() {
    assertThat(FieldPath.of("head.".repeat(400_000) + "[acme.ext].owner").names())
        .hasSize(400_002)
        .endsWith("head", "[acme.ext]", "owner");
  }

  private static Any any(Message message) {
    return Any.pack(message);
  }

  private static Portfolio owned(String owner, String... tags) {
    return tags(tags).toBuilder().setOwner(owner).build();
  }
}
