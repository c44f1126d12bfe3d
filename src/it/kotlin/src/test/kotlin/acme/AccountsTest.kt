package acme

import com.google.protobuf.Any
import com.google.protobuf.Int64Value
import io.github.durablestore.StateStore
import io.github.durablestore.StateUnpacker
import io.github.durablestore.egopb.DurableState
import io.github.durablestore.scenario.Scenario
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.Test

class AccountsTest {
  @Test
  fun deposits_atTheSameTime_loseOne() {
    assertThatThrownBy { explore { null } }
        .isInstanceOf(AssertionError::class.java)
        .hasMessageStartingWith("no order of the operations, one by one, gives this:")
  }

  @Test
  fun deposits_underAMutex_areBothKept() {
    assertThat(explore { Mutex() }.orders()).isGreaterThan(1)
  }

  private fun explore(mutex: () -> Mutex?) =
      Scenario.withThreads { store, threads ->
            Accounts(store, threads.pool(2).asCoroutineDispatcher(), mutex())
          }
          .`when`("deposit 100") { runBlocking { it.deposit(100) } }
          .`when`("deposit 50") { runBlocking { it.deposit(50) } }
          .thenAsIfOneByOne { runBlocking { it.balance() } }

  @Test
  fun deposit_onTheDefaultDispatcher_isRefused() {
    assertThatThrownBy {
          Scenario.of { store -> Accounts(store, Dispatchers.Default, null) }
              .`when`("deposit 100") { runBlocking { it.deposit(100) } }
              .crashes()
              .thenAsIfOneByOne { runBlocking { it.balance() } }
        }
        .isInstanceOf(IllegalStateException::class.java)
        .hasMessageContaining("Scenario.withThreads(")
  }
}

/** A service of coroutines. */
class Accounts(
    private val store: StateStore,
    private val dispatcher: CoroutineDispatcher,
    private val mutex: Mutex?,
) {
  suspend fun balance(): Long =
      withContext(dispatcher) { balanceOf(store.getLatestState(ID).orElse(null)) }

  suspend fun deposit(cents: Long): Long =
      withContext(dispatcher) {
        if (mutex == null) add(cents) else mutex.withLock { add(cents) }
      }

  private suspend fun add(cents: Long): Long {
    val latest = store.getLatestState(ID).orElse(null)
    delay(1.seconds)
    val balance = balanceOf(latest) + cents
    store.writeState(
        DurableState.newBuilder()
            .setPersistenceId(ID)
            .setVersionNumber((latest?.versionNumber ?: 0) + 1)
            .setResultingState(Any.pack(Int64Value.of(balance)))
            .build())
    return balance
  }

  private fun balanceOf(state: DurableState?): Long =
      if (state == null) 0 else StateUnpacker.unpack(state, Int64Value::class.java).value

  private companion object {
    const val ID = "account-42"
  }
}
