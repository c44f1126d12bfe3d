package acme.billing;

import io.github.durablestore.StateStore;
import java.util.function.Consumer;

/** Sends a mail for each deposit. */
public final class MailedDeposits {
  private final AccountService accounts;
  private final Consumer<String> mails;

  public MailedDeposits(StateStore store, Consumer<String> mails) {
    accounts = new AccountService(store);
    this.mails = mails;
  }

  public long balance(String accountId) {
    return accounts.balance(accountId);
  }

  public long deposit(String accountId, long cents) {
    long balance = accounts.deposit(accountId, cents);
    mails.accept("the balance of %s is now %d".formatted(accountId, balance));
    return balance;
  }
}
