package io.github.durablestore.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithUtf8Length;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class ParseFuzzTest {
  private final StateFixtures fixtures = new StateFixtures(Seeds.TYPES);

  static Stream<String> seeds() {
    var fixtures = new StateFixtures(Seeds.TYPES);
    return Stream.concat(
        Seeds.MESSAGES.stream().map(message -> fixtures.print(List.of(Seeds.state(message)))),
        Stream.of(
            "state < persistence_id: 'a' 'b'; shard: 0x1 > # comment",
            "state: [{persistence_id: \"\\u00e4\\x01\\7\"}, {persistence_id: 'b' timestamp: -1}]",
            "serialized_state: '\\n\\001a'"));
  }

  @MethodSource("seeds")
  @DictionaryEntries({
    "state {",
    "serialized_state:",
    "persistence_id:",
    "resulting_state {",
    "type_url:",
    "value:",
    "[t/acme.billing.Portfolio] {",
    "[t/google.protobuf.Value] {",
    "[t/google.protobuf.DescriptorProto] {",
    "[t/google.protobuf.UninterpretedOption.NamePart] {",
    "[t/google.protobuf.Any] {",
    "extra {",
    "by_flag {",
    "key:",
    "status:",
    "rate:",
    "list_value {",
    "options {",
    "18446744073709551615",
    "-nan",
    "1e999",
    "\\U0010ffff"
  })
  @FuzzTest
  void parse_anyText_readsBackOrNamesThePlace(@NotNull @WithUtf8Length(max = 4000) String text) {
    List<DurableState> states;
    try {
      states = fixtures.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("cannot read fixture \"text\", line \\d+, column \\d+: .+");
      return;
    }
    String printed = fixtures.print(states);
    assertThat(fixtures.print(fixtures.parse(printed))).isEqualTo(printed);
  }
}
