package io.github.durablestore.assertj;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;

/** Messages to compare. */
final class Portfolios {
  static final AccountState ACCOUNT =
      AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200).build();
  static final Portfolio PORTFOLIO =
      Portfolio.newBuilder()
          .setOwner("Ada")
          .addAccounts(account("a", 1))
          .addAccounts(account("b", 2))
          .addAccounts(account("c", 3))
          .putByName("x", ACCOUNT)
          .putNotes(7, "seven")
          .setMain(ACCOUNT)
          .setRank(0)
          .setRate(1.5)
          .addTags("one")
          .addTags("two")
          .build();

  private Portfolios() {}

  static AccountState account(String id, long balance) {
    return AccountState.newBuilder().setAccountId(id).setBalanceCents(balance).build();
  }

  static Portfolio tags(String... tags) {
    return Portfolio.newBuilder().addAllTags(List.of(tags)).build();
  }

  static Portfolio named(String owner, Portfolio other) {
    return other.toBuilder().setOwner(owner).build();
  }

  static Portfolio holding(Any extra) {
    return Portfolio.newBuilder().setExtra(extra).build();
  }

  static Portfolio unknown(int number, long value) {
    return unknown(number, UnknownFieldSet.Field.newBuilder().addVarint(value).build());
  }

  static Portfolio unknown(int number, UnknownFieldSet.Field field) {
    return Portfolio.newBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(number, field).build())
        .build();
  }
}
