package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Failures.passes;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;

import acme.billing.AccountState;
import com.google.common.truth.extensions.proto.ProtoFluentAssertion;
import com.google.common.truth.extensions.proto.ProtoTruth;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.kinds.Extension;
import io.github.durablestore.kinds.Kinds;
import io.github.durablestore.kinds.OldKinds;
import io.github.durablestore.kinds.OldKindsOuterClass;
import io.github.durablestore.kinds.RandomKinds;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link MessageAssert} finds messages equal or not as ProtoTruth does, under every combination of
 * the options. There are two exceptions here: within a tolerance, what is not a number or infinite
 * still equals itself, and a message that sets nothing cannot be compared in its expected fields.
 */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class ProtoTruthTest {
  private static final int OPTIONS = 7;
  private static final int PAIRS = 10;
  private static final Set<String> IGNORED = Set.of("string", "int32s", "bytes_map");
  private static final double TOLERANCE = 0.1;
  private static final List<FieldDescriptor> EXTENSIONS =
      Stream.of(OldKindsOuterClass.getDescriptor(), Extension.getDescriptor())
          .flatMap(file -> file.getExtensions().stream())
          .toList();
  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder()
          .add(Kinds.getDescriptor())
          .add(AccountState.getDescriptor())
          .build();

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void isEqualTo_generatedPairs_agreesWithProtoTruth(long seed) {
    var random = new RandomKinds(seed, EXTENSIONS);
    Set<Integer> equal = new TreeSet<>();
    Set<Integer> unequal = new TreeSet<>();
    for (int options = 0; options < 1 << OPTIONS; options++) {
      for (int pair = 0; pair < PAIRS; pair++) {
        Kinds actual = random.next();
        Kinds expected = random.alike(actual);
        if ((options & 4) != 0 && setsNothingThatIsCompared(expected, options)) {
          continue;
        }
        boolean isEqual = isEqualToByTruth(actual, expected, options);
        assertThat(isEqualToByOurs(actual, expected, options))
            .as("options %d%nactual:%n%s%nexpected:%n%s", options, actual, expected)
            .isEqualTo(isEqual);
        (isEqual ? equal : unequal).add(options);
      }
    }
    assertThat(equal).hasSizeGreaterThan(120);
    assertThat(unequal).hasSizeGreaterThan(120);
  }

  /** Returns whether we refuse to compare the expected fields only, as none is left. */
  private static boolean setsNothingThatIsCompared(Kinds expected, int options) {
    Set<String> ignored = (options & 1) != 0 ? IGNORED : Set.of();
    return expected.getUnknownFields().asMap().isEmpty()
        && expected.getAllFields().keySet().stream()
            .allMatch(field -> ignored.contains(field.getName()));
  }

  private static boolean isEqualToByOurs(Kinds actual, Kinds expected, int options) {
    MessageAssert<Kinds> comparison = assertThat(actual);
    if ((options & 1) != 0) {
      comparison.ignoringFields(
          "string", "int32s", "bytes_map", "old.one", "olds.one", "old.many.b", "olds.many.b");
    }
    if ((options & 2) != 0) {
      comparison.ignoringRepeatedFieldOrder();
    }
    if ((options & 4) != 0) {
      comparison.comparingExpectedFieldsOnly();
    }
    if ((options & 8) != 0) {
      comparison.usingDoubleTolerance(TOLERANCE);
    }
    if ((options & 16) != 0) {
      comparison.usingFloatTolerance((float) TOLERANCE);
    }
    if ((options & 34) == 32) { // of some fields is refused if it is of all
      comparison.ignoringRepeatedFieldOrderOfFields("strings", "doubles", "messages");
    }
    if ((options & 64) != 0) {
      comparison.unpackingAnyUsing(TYPES);
    }
    return passes(() -> comparison.isEqualTo(expected));
  }

  private static boolean isEqualToByTruth(Kinds actual, Kinds expected, int options) {
    ProtoFluentAssertion comparison = ProtoTruth.assertThat(actual).reportingMismatchesOnly();
    return passes(
        () -> {
          ProtoFluentAssertion altered = alter(comparison, options);
          altered.isEqualTo(expected);
        });
  }

  private static ProtoFluentAssertion alter(ProtoFluentAssertion comparison, int options) {
    ProtoFluentAssertion altered = comparison;
    if ((options & 1) != 0) {
      altered =
          altered
              .ignoringFields(
                  Kinds.STRING_FIELD_NUMBER,
                  Kinds.INT32S_FIELD_NUMBER,
                  Kinds.BYTES_MAP_FIELD_NUMBER)
              .ignoringFieldDescriptors(
                  OldKinds.getDescriptor().findFieldByNumber(OldKinds.ONE_FIELD_NUMBER),
                  OldKinds.Many.getDescriptor().findFieldByNumber(OldKinds.Many.B_FIELD_NUMBER));
    }
    if ((options & 2) != 0) {
      altered = altered.ignoringRepeatedFieldOrder();
    }
    if ((options & 4) != 0) {
      altered = altered.comparingExpectedFieldsOnly();
    }
    if ((options & 8) != 0) {
      altered = altered.usingDoubleTolerance(TOLERANCE);
    }
    if ((options & 16) != 0) {
      altered = altered.usingFloatTolerance((float) TOLERANCE);
    }
    if ((options & 32) != 0) {
      altered =
          altered.ignoringRepeatedFieldOrderOfFields(
              Kinds.STRINGS_FIELD_NUMBER, Kinds.DOUBLES_FIELD_NUMBER, Kinds.MESSAGES_FIELD_NUMBER);
    }
    if ((options & 64) != 0) {
      altered = altered.unpackingAnyUsing(TYPES, ExtensionRegistry.getEmptyRegistry());
    }
    return altered;
  }
}
