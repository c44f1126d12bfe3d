package io.github.durablestore.assertj;

import com.google.protobuf.Message;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.stream.StreamSupport;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * Entry point for assertions about states, stores, probes and messages. It inherits all of
 * AssertJ's own, so a static import of {@code assertThat} from here replaces the import from
 * AssertJ.
 *
 * <pre>{@code
 * assertThat(store).hasNoState("account-7");
 * assertThat(store).state("account-42").hasVersion(3).hasPayload(account);
 * assertThat(probe).wroteVersions("account-42", 1, 2, 3).hasNoUnusedFaults();
 * }</pre>
 *
 * <p>With soft assertions, wrap each assertion in {@code softly.check(() -> ...)}.
 *
 * <p>The idea of inheriting AssertJ's entry point comes from OpenTelemetry.
 */
public final class StateStoreAssertions extends Assertions {
  private StateStoreAssertions() {}

  /**
   * Starts assertions about the contents of a store.
   *
   * @param actual the store
   * @return the assertions
   */
  public static StateStoreAssert assertThat(@Nullable StateStore actual) {
    return new StateStoreAssert(actual);
  }

  /**
   * Starts assertions about a state.
   *
   * @param actual the state
   * @return the assertions
   */
  public static DurableStateAssert assertThat(@Nullable DurableState actual) {
    return new DurableStateAssert(actual, null);
  }

  /**
   * Starts assertions about a message.
   *
   * @param <T> the type of the message
   * @param actual the message
   * @return the assertions
   */
  public static <T extends Message> MessageAssert<T> assertThat(@Nullable T actual) {
    return new MessageAssert<>(actual, new MessageOptions());
  }

  /**
   * Starts assertions about several messages, such as events.
   *
   * @param <T> the type of the messages
   * @param actual the messages
   * @return the assertions
   */
  public static <T extends Message> MessageListAssert<T> assertThatMessages(
      @Nullable Iterable<? extends T> actual) {
    return new MessageListAssert<>(
        actual == null
            ? null
            : StreamSupport.stream(actual.spliterator(), false).<T>map(each -> each).toList(),
        actual);
  }

  /**
   * Starts assertions about the calls that a probe has recorded.
   *
   * @param actual the probe
   * @return the assertions
   */
  public static StateStoreProbeAssert assertThat(@Nullable StateStoreProbe actual) {
    return new StateStoreProbeAssert(actual);
  }
}
