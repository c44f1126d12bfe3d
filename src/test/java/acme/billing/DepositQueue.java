package acme.billing;

import io.github.durablestore.StateStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Makes deposits in the threads of a pool. With one thread, no two deposits run concurrently. */
public final class DepositQueue {
  private final AccountService accounts;
  private final ExecutorService pool;

  public DepositQueue(StateStore store, ExecutorService pool) {
    accounts = new AccountService(store);
    this.pool = pool;
  }

  public long balance(String accountId) {
    return accounts.balance(accountId);
  }

  /** Returns the new balance when the deposit has been written. */
  public Future<Long> deposit(String accountId, long cents) {
    return pool.submit(() -> accounts.deposit(accountId, cents));
  }
}
