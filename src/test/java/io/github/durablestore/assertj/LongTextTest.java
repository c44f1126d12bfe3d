package io.github.durablestore.assertj;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Portfolios.ACCOUNT;
import static io.github.durablestore.assertj.Portfolios.PORTFOLIO;
import static io.github.durablestore.assertj.Portfolios.account;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.Portfolios.tags;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;

import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.text.Limits;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is too long to be shown as a whole is shown where it differs: {@link
 * io.github.durablestore.text.Lookalikes}.
 */
class LongTextTest {
  @Test
  void isEqualTo_longMapKeys_showsTheMapAndWhereTheyDiffer() {
    String key = "x".repeat(2_500);
    String end = "y".repeat(2_500);
    Portfolio one = Portfolio.newBuilder().putByName(key + "1" + end, ACCOUNT).build();
    Portfolio other = Portfolio.newBuilder().putByName(key + "2" + end, ACCOUNT).build();

    assertFailure(() -> assertThat(one).isEqualTo(other))
        .hasMessageContainingAll(
            "  by_name[...\"" + "x".repeat(50) + "2yyy",
            "  by_name[...\"" + "x".repeat(50) + "1yyy",
            "(differs at character 2501 of 5001)]: expected nothing but was {account_id:");
    assertFailure(
            () ->
                assertThat(one.toBuilder().mergeFrom(other).build())
                    .isEqualTo(one.toBuilder().putByName(key + "2" + end, account("a", 1)).build()))
        .hasMessageContaining("(differs at character 2501 of 5001)].account_id: expected \"a\"");
  }

  @Test
  void isIn_longTexts_showsWhereTheyDiffer() {
    String text = "x".repeat(5_000);

    assertFailure(
            () ->
                assertThat(account(text + "1", 1))
                    .isIn(tags("z"), account(text + "2", 1), account("a", 1)))
        .hasMessage(
            """
            expected one of these messages:
              tags: "z"
              account_id: ...\"%1$s2\" (differs at character 5001 of 5001) balance_cents: 1
              account_id: "a" balance_cents: 1
            but was:
            account_id: ...\"%1$s1\" (differs at character 5001 of 5001)
            balance_cents: 1
            """
                .formatted("x".repeat(50)));
  }

  @Test
  void unpackingAnyUsing_deepPayload_isUnpacked() {
    Portfolio deep = PORTFOLIO;
    for (int i = 0; i < 200; i++) {
      deep = Portfolio.newBuilder().setHead(deep).build();
    }
    Portfolio expected = deep;
    Portfolio other = deep.toBuilder().setOwner("Bob").build();

    assertFailure(
            () ->
                assertThat(holding(Any.pack(other)))
                    .unpackingAnyUsing(
                        TypeRegistry.newBuilder().add(Portfolio.getDescriptor()).build())
                    .isEqualTo(holding(Any.pack(expected))))
        .hasMessageContaining("  extra.owner: expected \"\" but was \"Bob\"")
        .hasMessageNotContaining("as bytes");
  }

  @Test
  void contains_longTexts_showsWhereTheyDiffer() {
    String text = "x".repeat(5_000);

    assertFailure(() -> assertThatMessages(List.of(tags(text + "1"))).contains(tags(text + "2")))
        .hasMessageContainingAll(
            "x1\" (differs at character 5001 of 5001)", "x2\" (differs at character 5001 of 5001)");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 290, 400, 6_000})
  void contains_longTextAmongOthers_namesTheFieldAndTheTruePosition(int size) {
    Portfolio actual = tags("y".repeat(250), "z".repeat(size) + "1");
    Portfolio other = tags("y".repeat(250), "z".repeat(size) + "2");
    String position =
        size < Limits.TEXT ? "" : " (differs at character %1$d of %1$d)".formatted(size + 1);

    assertFailure(() -> assertThatMessages(List.of(actual)).contains(other))
        .hasMessageContainingAll(
            "  [0] {... tags: ", "z2\"" + position + "}\n", "z1\"" + position + "}\n");
    assertFailure(() -> assertThat(actual).isIn(other))
        .hasMessageContaining("  ... tags: ")
        .hasMessageContaining("z2\"" + position + "\n");
  }

  @Test
  void state_longIds_showsWhereTheyDiffer() {
    String id = "x".repeat(300);
    var store = new MemoryStateStore();
    store.connect();
    store.writeState(state(id + "1", 1));
    String missing = "...\"" + "x".repeat(50) + "2\" (differs at character 301 of 301)";
    String other = "...\"" + "x".repeat(50) + "1\" (differs at character 301 of 301)";

    assertFailure(() -> assertThat(store).state(id + "2"))
        .hasMessage("expected a state of %s but there is none; the store has %s", missing, other);
    assertFailure(() -> assertThat(store).hasOnlyStates(id + "2"))
        .hasMessage(
            "expected only states of [%s] but there are none of [%s] and there are states of [%s]",
            missing, missing, other);
  }

  @Test
  void everyText_manyMessages_isBounded() {
    List<Portfolio> many = Collections.nCopies(200, tags("x".repeat(290), "y".repeat(290)));
    List<Portfolio> others = Collections.nCopies(200, tags("x".repeat(290)));
    Object[] values = Collections.nCopies(100, List.of(tags("z"))).toArray();

    List<ThrowingCallable> assertions =
        List.of(
            () -> assertThatMessages(many).isSameAs(List.of()),
            () -> assertThatMessages(many).isIn(values),
            () -> assertThatMessages(many).isIn(others, others, List.of("z")),
            () -> assertThatMessages(many).isEqualTo(List.of("z")),
            () -> assertThatMessages(many).isInstanceOf(String.class),
            () -> assertThat(tags("z")).isIn(many),
            () ->
                assertThat(tags("z"))
                    .usingComparator(Comparator.comparingInt(Portfolio::getTagsCount))
                    .isIn(many));
    for (ThrowingCallable assertion : assertions) {
      assertFailure(assertion).satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(20_000));
    }
  }

  @Test
  void ignoringFields_manyPaths_areBoundedInTheFailure() {
    String[] paths =
        Stream.iterate("head", path -> path + ".head")
            .limit(100)
            .map(path -> path + ".owner")
            .toArray(String[]::new);

    assertFailure(() -> assertThat(PORTFOLIO).ignoringFields(paths).isEqualTo(tags("x")))
        .message()
        .startsWith("expected the message to be equal to another, ignoring head.owner, head.head.")
        .contains(" and 80 more, but ");
  }
}
