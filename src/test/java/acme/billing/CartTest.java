package acme.billing;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;

import com.google.protobuf.Any;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.junit.StateStoreExtension;
import io.github.durablestore.memory.MemoryStateStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Compares a state that contains a timestamp, in a {@link MemoryStateStore}. */
class CartTest {
  @RegisterExtension
  static final StateStoreExtension STORES = new StateStoreExtension(Cart.getDescriptor());

  @Test
  void payload_withoutItsTime_isEqual(MemoryStateStore store) {
    STORES.given(cart(3));

    Cart expected = cart("apple", 3).setUpdatedAt(0).build();
    assertThat(store)
        .state("cart-7")
        .payload(Cart.class)
        .ignoringFields("updated_at")
        .isEqualTo(expected);
  }

  @Test
  void payload_different_showsEveryDifference(MemoryStateStore store) {
    STORES.given(cart(3));

    Cart expected = cart("apple", 4).setOwner("Bob").build();
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                assertThat(store)
                    .state("cart-7")
                    .payload(Cart.class)
                    .ignoringFields("updated_at")
                    .isEqualTo(expected))
        .withMessageStartingWith(AccountServiceTest.text("cart-difference.txt"));
  }

  private static DurableState cart(int quantity) {
    Cart cart = cart("apple", quantity).setUpdatedAt(System.currentTimeMillis()).build();
    return DurableState.newBuilder()
        .setPersistenceId("cart-7")
        .setVersionNumber(1)
        .setResultingState(Any.pack(cart))
        .build();
  }

  private static Cart.Builder cart(String item, int quantity) {
    return Cart.newBuilder()
        .setOwner("Ada")
        .addLines(Cart.Line.newBuilder().setItem(item).setQuantity(quantity));
  }
}
