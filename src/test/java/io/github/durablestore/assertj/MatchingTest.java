package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.GarbageCollector;
import io.github.durablestore.kinds.Kinds;
import io.github.durablestore.kinds.RandomKinds;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs of elements, beside those that plain, slow searches find: {@link Matching}. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class MatchingTest {
  private static final int LISTS = 200;
  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder().add(Kinds.getDescriptor()).build();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void of_randomGraph_pairsAsManyAsPossible(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < LISTS; round++) {
      boolean[][] equal = graph(random);

      int[] partners =
          Matching.of(
              new int[equal.length], new int[equal[0].length], (i, j) -> equal[i][j], false);

      assertPairs(partners, equal);
      assertThat(pairs(partners)).isEqualTo(mostInAnyOrder(equal, 0, new HashSet<>()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void alignment_randomGraph_pairsAsManyAsPossibleInOrder(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < LISTS; round++) {
      boolean[][] equal = graph(random);

      int[] partners =
          Alignment.of(equal.length, equal[0].length, (i, j) -> equal[i][j], () -> true);

      assertPairs(partners, equal);
      assertThat(Arrays.stream(partners).filter(j -> j != -1).toArray()).isSorted();
      assertThat(pairs(partners)).isEqualTo(mostInOrder(equal));
    }
  }

  @Test
  void alignment_notAffordable_pairsBothEnds() {
    int[] partners = Alignment.of(4, 5, (i, j) -> i == j || i == j - 1, () -> false);

    assertThat(partners).containsExactly(0, 1, 2, 3);
    assertThat(Alignment.of(4, 4, (i, j) -> i == 0 || i == 3 || (i == 1 && j == 2), () -> false))
        .containsExactly(0, -1, -1, 3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void sketch_equalMessages_areTheSame(long seed) {
    var random = new RandomKinds(seed);
    int equals = 0;
    for (int round = 0; round < 6_000; round++) {
      MessageOptions options = options(round);
      Kinds actual = random.next();
      Kinds expected = random.alike(actual);
      Scope scope = options.scope(List.of(expected));
      try {
        scope.requireExpectedFields(options.reader(List.of(actual, expected)));
      } catch (IllegalArgumentException nothingIsCompared) {
        continue;
      }
      if (new MessageComparison(options, List.of(actual), List.of(expected))
          .ofMessages(new Differences())
          .isEmpty()) {
        var sketch = new Sketch(options, options.reader(List.of(actual, expected)));
        assertThat(sketch.of(actual, scope))
            .as("%s%n%s%n%s", options, actual, expected)
            .isEqualTo(sketch.of(expected, scope));
        equals++;
      }
    }
    assertThat(equals).isGreaterThan(1_500);
  }

  @Test
  void sketch_unknownEnumNumber_isTheSameAfterAGarbageCollection() throws Exception {
    var options = new MessageOptions();
    ByteString bytes = Kinds.newBuilder().addEnumsValue(1_234).build().toByteString();
    int before = sketch(Kinds.parseFrom(bytes), options);
    var constant =
        new WeakReference<>(Kinds.Colour.getDescriptor().findValueByNumberCreatingIfUnknown(1_234));
    assertThat(GarbageCollector.collects(constant)).isTrue();

    assertThat(sketch(Kinds.parseFrom(bytes), options)).isEqualTo(before);
  }

  private static int sketch(Kinds message, MessageOptions options) {
    return new Sketch(options, options.reader(List.of(message)))
        .of(message, options.scope(List.of(message)));
  }

  private static MessageOptions options(int bits) {
    var options = new MessageOptions();
    List<Runnable> alterations =
        List.of(
            options::ignoreOrder,
            options::compareExpectedOnly,
            () -> options.tolerateDouble(0.1),
            () -> options.tolerateFloat(0.1f),
            () -> options.unpackAny(TYPES, ExtensionRegistry.getEmptyRegistry()),
            () ->
                options.ignore(
                    List.of(Kinds.getDefaultInstance()), "messages.double", "old", "any.value"));
    for (int i = 0; i < alterations.size(); i++) {
      if ((bits >> i & 1) != 0) {
        alterations.get(i).run();
      }
    }
    return options;
  }

  private static boolean[][] graph(Random random) {
    boolean[][] equal = new boolean[1 + random.nextInt(6)][1 + random.nextInt(6)];
    int density = 2 + random.nextInt(3);
    for (boolean[] row : equal) {
      for (int j = 0; j < row.length; j++) {
        row[j] = random.nextInt(density) == 0;
      }
    }
    return equal;
  }

  private static void assertPairs(int[] partners, boolean[][] equal) {
    assertThat(partners).hasSameSizeAs(equal);
    assertThat(Arrays.stream(partners).filter(j -> j != -1).toArray()).doesNotHaveDuplicates();
    for (int i = 0; i < partners.length; i++) {
      assertThat(partners[i] == -1 || equal[i][partners[i]]).isTrue();
    }
  }

  private static long pairs(int[] partners) {
    return Arrays.stream(partners).filter(j -> j != -1).count();
  }

  private static long mostInAnyOrder(boolean[][] equal, int from, Set<Integer> taken) {
    if (from == equal.length) {
      return 0;
    }
    long most = mostInAnyOrder(equal, from + 1, taken);
    for (int j = 0; j < equal[from].length; j++) {
      if (equal[from][j] && taken.add(j)) {
        most = Math.max(most, 1 + mostInAnyOrder(equal, from + 1, taken));
        taken.remove(j);
      }
    }
    return most;
  }

  private static long mostInOrder(boolean[][] equal) {
    long[][] most = new long[equal.length + 1][equal[0].length + 1];
    for (int i = equal.length - 1; i >= 0; i--) {
      for (int j = equal[0].length - 1; j >= 0; j--) {
        long without = Math.max(most[i + 1][j], most[i][j + 1]);
        most[i][j] = equal[i][j] ? Math.max(without, 1 + most[i + 1][j + 1]) : without;
      }
    }
    return most[0][0];
  }
}
