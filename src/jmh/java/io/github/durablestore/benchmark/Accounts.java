package io.github.durablestore.benchmark;

import acme.billing.AccountState;
import com.google.protobuf.Any;
import io.github.durablestore.egopb.DurableState;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The states that are written and read. */
final class Accounts {
  private Accounts() {}

  /** Returns an id: equal for equal numbers, but always a new object, as in a user's code. */
  static String id(int number) {
    return "account-" + number;
  }

  static DurableState state(int number) {
    var account = AccountState.newBuilder().setAccountId(id(number)).setBalanceCents(number);
    return DurableState.newBuilder()
        .setPersistenceId(id(number))
        .setVersionNumber(number)
        .setResultingState(Any.pack(account.build()))
        .setTimestamp(number)
        .build();
  }

  /** Returns the numbers from 0 in a fixed random order, which defeats prefetching. */
  static List<Integer> shuffled(int count) {
    var numbers = IntStream.range(0, count).boxed().collect(Collectors.toList());
    Collections.shuffle(numbers, new Random(42));
    return numbers;
  }
}
