package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Portfolios.account;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.Portfolios.tags;
import static io.github.durablestore.assertj.Portfolios.unknown;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.kinds.Kinds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long lists, of which comparing each pair would take minutes: {@link Sketch}. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
@Timeout(60)
class LongListTest {
  private static final int SIZE = 20_000;

  private static <T> List<T> messages(IntFunction<T> message) {
    return IntStream.range(0, SIZE).mapToObj(message).toList();
  }

  private static <T> List<T> reversed(List<T> messages) {
    return IntStream.range(0, SIZE).mapToObj(i -> messages.get(SIZE - 1 - i)).toList();
  }

  @Test
  void containsExactlyInAnyOrder_mapsOfSwappedValues_areTold() {
    List<Portfolio> maps =
        messages(
            i ->
                Portfolio.newBuilder()
                    .putByName("a", account("x", i))
                    .putByName("b", account("x", SIZE - i))
                    .build());

    assertThatMessages(maps).containsExactlyInAnyOrderElementsOf(reversed(maps));
  }

  @Test
  void containsExactlyInAnyOrder_listsOfTheSameSum_areTold() {
    List<Portfolio> lists =
        messages(
            i ->
                Portfolio.newBuilder()
                    .addAccounts(account("x", i))
                    .addAccounts(account("x", SIZE - i))
                    .build());

    assertThatMessages(lists)
        .ignoringRepeatedFieldOrderOfFields("accounts")
        .containsExactlyInAnyOrderElementsOf(reversed(lists));
  }

  @Test
  void containsExactlyInAnyOrder_unknownGroups_areTold() {
    List<Portfolio> groups = messages(i -> unknownGroup(i, 7));

    assertThatMessages(groups).containsExactlyInAnyOrderElementsOf(reversed(groups));
    assertThatMessages(groups)
        .ignoringFields("1000.2")
        .containsExactlyInAnyOrderElementsOf(reversed(messages(i -> unknownGroup(i, 8))));
  }

  private static Portfolio unknownGroup(int value, int other) {
    UnknownFieldSet group =
        UnknownFieldSet.newBuilder()
            .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(value).build())
            .addField(2, UnknownFieldSet.Field.newBuilder().addVarint(other).build())
            .build();
    return unknown(1_000, UnknownFieldSet.Field.newBuilder().addGroup(group).build());
  }

  @Test
  void containsExactlyInAnyOrder_anysOfAnyTypeUrl_areTold() {
    List<Portfolio> anys = messages(i -> holding(Any.pack(account("x", i))));
    List<Portfolio> others = messages(i -> holding(Any.pack(account("x", i), "other")));

    assertThatMessages(anys)
        .ignoringFields("extra.type_url")
        .containsExactlyInAnyOrderElementsOf(reversed(others));
  }

  @Test
  void contains_eachWithFieldsOfItsOwn_areTold() {
    List<AccountState> accounts = messages(i -> account("a" + i, 1 + i));
    Message[] wanted =
        messages(i -> i % 2 == 0 ? account("a" + i, 0) : account("", 1 + i))
            .toArray(Message[]::new);
    Message[] unwanted = messages(i -> account("b" + i, 0)).toArray(Message[]::new);

    assertThatMessages(accounts)
        .comparingExpectedFieldsOnly()
        .contains(wanted)
        .doesNotContain(unwanted);
  }

  @Test
  void contains_eachWithAnotherSetOfFields_saysThatTheyAreTooMany() {
    List<Portfolio> portfolios = messages(i -> tags("a" + i));
    Message[] unwanted =
        messages(
                i ->
                    Portfolio.newBuilder()
                        .setUnknownFields(unknown(1_000 + i, 7).getUnknownFields()))
            .stream()
            .map(Portfolio.Builder::build)
            .toArray(Message[]::new);

    assertFailure(
            () ->
                assertThatMessages(portfolios)
                    .comparingExpectedFieldsOnly()
                    .doesNotContain(unwanted))
        .hasMessageStartingWith("cannot compare 20000 elements in any order: ");
  }

  @Test
  void containsExactlyInAnyOrder_elementsOfManyValues_saysThatTheyAreTooMany() {
    assertFailure(
            () ->
                assertThatMessages(kinds(60, 3_000, 0))
                    .usingDoubleTolerance(1e-9)
                    .containsExactlyInAnyOrderElementsOf(kinds(60, 3_000, 0.5)))
        .hasMessageStartingWith("cannot compare 60 elements in any order: ");
  }

  @Test
  void isEqualTo_elementsOfManyValues_areComparedPositionByPosition() {
    List<Kinds> actual = new ArrayList<>(kinds(60, 3_000, 0));
    List<Kinds> expected = kinds(60, 3_000, 0.5);
    actual.set(20, expected.get(10));

    assertFailure(() -> assertThatMessages(actual).usingDoubleTolerance(1e-9).isEqualTo(expected))
        .hasMessageContaining("60 fields differ")
        .hasMessageContaining("  [10].doubles[2999]: expected 3009.5 but was 3009.0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 19_990})
  void isEqualTo_oneOfManyElementsDiffers_showsOnlyWhatSurroundsIt(int index) {
    Portfolio.Builder list = Portfolio.newBuilder().addAllTags(messages(i -> "tag" + i));
    Portfolio other = list.build();

    assertFailure(() -> assertThat(list.setTags(index, "x").build()).isEqualTo(other))
        .hasMessageContaining("but 1 field differs:\n  tags[%d]: expected".formatted(index))
        .hasMessageContaining("tags: \"x\"\n")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(4_500));
  }

  @Test
  void isEqualTo_manyElementsOfListsInAnyOrder_areComparedPositionByPosition() {
    assertFailure(
            () ->
                assertThatMessages(kinds(150, 60, 0))
                    .usingDoubleTolerance(1e-9)
                    .ignoringRepeatedFieldOrder()
                    .isEqualTo(kinds(150, 60, 0.5)))
        .hasMessageContaining("150 fields differ");
  }

  /** Returns messages with the same numbers except for the last one. */
  private static List<Kinds> kinds(int size, int numbers, double offset) {
    List<Double> first = IntStream.range(1, numbers).mapToObj(i -> (double) -i).toList();
    return IntStream.range(0, size)
        .mapToObj(i -> Kinds.newBuilder().addAllDoubles(first).addDoubles(numbers + i - 1 + offset))
        .map(Kinds.Builder::build)
        .toList();
  }

  @Test
  void payload_ofOneAny_isParsedOnce() {
    Any any = Any.pack(account("a", 1));
    var types = TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();
    var reader = new MessageReader(List.of(any), types, ExtensionRegistry.getEmptyRegistry());

    assertThat(reader.payload(any)).isEqualTo(account("a", 1));
    assertThat(reader.payload(any)).isSameAs(reader.payload(any));
  }

  @Test
  void isIn_longListsInManyMessages_stopsAtTheFirstDifference() {
    Portfolio actual = Portfolio.newBuilder().addAllTags(messages(i -> "a" + i)).build();
    Portfolio other = Portfolio.newBuilder().addAllTags(messages(i -> "b" + i)).build();

    assertFailure(() -> assertThat(actual).isIn(Collections.nCopies(40, other)));
    assertThat(actual).isNotIn(Collections.nCopies(40, other));
  }
}
