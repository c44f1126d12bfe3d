package io.github.durablestore.assertj;

import com.google.protobuf.Message;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.StateStoreProbe;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * The entry point of the assertions about states, stores, probes and messages, and of all others,
 * as AssertJ's own are inherited. Import {@code assertThat} statically from here, instead of
 * AssertJ's or beside it.
 *
 * <pre>{@code
 * assertThat(store).hasNoState("account-7");
 * assertThat(store).state("account-42").hasVersion(3).hasPayload(account);
 * assertThat(probe).wroteVersions("account-42", 1, 2, 3).hasNoUnusedFaults();
 * }</pre>
 *
 * <p>With soft assertions, wrap each in {@code softly.check(() -> ...)}.
 *
 * <p>That the entry inherits AssertJ's is an idea of OpenTelemetry's.
 */
public final class StateStoreAssertions extends Assertions {
  private StateStoreAssertions() {}

  /**
   * Begins assertions about what a store holds.
   *
   * @param actual the store
   * @return the assertions
   */
  public static StateStoreAssert assertThat(@Nullable StateStore actual) {
    return new StateStoreAssert(actual);
  }

  /**
   * Begins assertions about a state.
   *
   * @param actual the state
   * @return the assertions
   */
  public static DurableStateAssert assertThat(@Nullable DurableState actual) {
    return new DurableStateAssert(actual);
  }

  /**
   * Begins assertions about a message.
   *
   * @param <T> the type of the message
   * @param actual the message
   * @return the assertions
   */
  public static <T extends Message> MessageAssert<T> assertThat(@Nullable T actual) {
    return new MessageAssert<>(actual);
  }

  /**
   * Begins assertions about what a probe has recorded.
   *
   * @param actual the probe
   * @return the assertions
   */
  public static StateStoreProbeAssert assertThat(@Nullable StateStoreProbe actual) {
    return new StateStoreProbeAssert(actual);
  }
}
