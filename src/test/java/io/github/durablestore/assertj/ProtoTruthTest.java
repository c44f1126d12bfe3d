package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.common.truth.extensions.proto.ProtoFluentAssertion;
import com.google.common.truth.extensions.proto.ProtoTruth;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages are equal or not as ProtoTruth has it, under every combination of the options. There is
 * one exception: within a tolerance, what is not a number or infinite still equals itself here.
 */
class ProtoTruthTest {
  private static final int PAIRS = 200;
  private static final double TOLERANCE = 0.1;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void isEqualTo_generatedPairs_agreesWithProtoTruth(long seed) {
    var random = new Random(seed);
    int equal = 0;
    for (int pair = 0; pair < PAIRS; pair++) {
      Portfolio actual = portfolio(random, 1);
      Portfolio expected =
          random.nextBoolean() ? change(actual.toBuilder(), random).build() : portfolio(random, 1);
      for (int options = 0; options < 32; options++) {
        boolean truth = isEqualToByTruth(actual, expected, options);
        if (truth) {
          equal++;
        }
        assertThat(isEqualToByOurs(actual, expected, options))
            .as("options %d%nactual:%n%s%nexpected:%n%s", options, actual, expected)
            .isEqualTo(truth);
      }
    }
    assertThat(equal).isBetween(PAIRS, 31 * PAIRS);
  }

  private static boolean isEqualToByOurs(Portfolio actual, Portfolio expected, int options) {
    MessageAssert<Portfolio> comparison = assertThat(actual);
    if ((options & 1) != 0) {
      comparison.ignoringFields("owner", "accounts.balance_cents", "by_name.balance_cents");
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
      comparison.ignoringRepeatedFieldOrderOfFields("tags");
    }
    return passes(() -> comparison.isEqualTo(expected));
  }

  private static boolean isEqualToByTruth(Portfolio actual, Portfolio expected, int options) {
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
      FieldDescriptor balance = AccountState.getDescriptor().findFieldByName("balance_cents");
      altered =
          altered.ignoringFields(Portfolio.OWNER_FIELD_NUMBER).ignoringFieldDescriptors(balance);
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
      altered = altered.ignoringRepeatedFieldOrderOfFields(Portfolio.TAGS_FIELD_NUMBER);
    }
    return altered;
  }

  private static boolean passes(Runnable assertion) {
    try {
      assertion.run();
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  /** Returns a small message of few values, so that two of them are often alike. */
  private static Portfolio portfolio(Random random, int depth) {
    Portfolio.Builder portfolio = Portfolio.newBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      change(portfolio, random);
    }
    if (depth > 0 && random.nextInt(3) == 0) {
      portfolio.addParts(portfolio(random, depth - 1)).addParts(portfolio(random, depth - 1));
    }
    return portfolio.build();
  }

  private static Portfolio.Builder change(Portfolio.Builder portfolio, Random random) {
    List<Double> rates = List.of(0.0, -0.0, 0.05, 1.0, 1.05, 1.5);
    return switch (random.nextInt(12)) {
      case 0 -> portfolio.setOwner(random.nextBoolean() ? "a" : "b");
      case 1 -> portfolio.addAccounts(account(random));
      case 2 -> portfolio.putByName("k" + random.nextInt(2), account(random));
      case 3 -> portfolio.putNotes(random.nextInt(2), "n" + random.nextInt(2));
      case 4 -> portfolio.setRank(random.nextInt(2));
      case 5 -> portfolio.clearRank();
      case 6 -> portfolio.setRate(rates.get(random.nextInt(rates.size())));
      case 7 -> portfolio.addTags("t" + random.nextInt(2));
      case 8 -> portfolio.setStatusValue(random.nextInt(3));
      case 9 -> portfolio.clearTags().addTags("t1").addTags("t0");
      case 10 -> portfolio.clearAccounts();
      default -> portfolio.putByFlag(random.nextBoolean(), Portfolio.Status.CLOSED);
    };
  }

  private static AccountState account(Random random) {
    AccountState.Builder account = AccountState.newBuilder();
    if (random.nextBoolean()) {
      account.setAccountId("a" + random.nextInt(2));
    }
    if (random.nextBoolean()) {
      account.setBalanceCents(random.nextInt(2));
    }
    return account.build();
  }
}
