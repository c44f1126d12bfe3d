package io.github.durablestore.contract;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.toCollection;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.github.durablestore.StateStore;
import io.github.durablestore.broken.Broken;
import io.github.durablestore.broken.BrokenSharing;
import io.github.durablestore.memory.MemoryStateStore;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs the contract on a store, and says which tests fail. */
final class ContractRuns {
  static final Duration LONGEST_CALL = Duration.ofSeconds(30);

  /** Races get little time: for tests of something else, or of what is found at once. */
  static final TimeLimits BRIEF = new TimeLimits(LONGEST_CALL, Duration.ofMillis(1));

  static final Capabilities KEEPING =
      new Capabilities(false, 255, Long.MAX_VALUE, 1, true, false, false);
  static final Capabilities PURGING = KEEPING.with("purgesOnDisconnect", 1);
  static final Capabilities CHECKING = KEEPING.with("refusesStaleWrites", 1);
  static final Capabilities ONLY_NEXT = KEEPING.with("acceptsOnlyNextVersion", 1);
  static final Capabilities COLUMNS = KEEPING.with("keepsUnknownFields", 0);

  /** Those that take the most time, in this order; all others come before them. */
  private static final List<String> SLOW =
      List.of(
          "r16_concurrentFirstWrites_oneWins",
          "r16_concurrentWrites_areKeptWhole",
          "r16_interruptedThread_harmsNoOther",
          "r9_laterWrite_replacesWhole",
          "r9_anySize_isReplacedWhole",
          "r16_manyThreads_useTheStore",
          "r10_generatedIds_areComparedExactly");

  private ContractRuns() {}

  static Events run(Broken broken, TimeLimits limits) {
    return run(broken.store(), capabilitiesOf(broken), limits);
  }

  /** Runs the tests of the rule that the store breaks, and no others. */
  static Events runRule(Broken broken, TimeLimits limits) {
    configure(broken.store(), capabilitiesOf(broken), limits);
    return runTests(method -> ruleOf(method).equals(broken.rule()));
  }

  /** Runs the tests of the rule that the store breaks until one fails. */
  static Optional<Event> firstFailure(Broken broken, TimeLimits limits) {
    configure(broken.store(), capabilitiesOf(broken), limits);
    return rules()
        .filter(method -> ruleOf(method).equals(broken.rule()))
        .sorted(comparingInt(method -> SLOW.indexOf(method.getName())))
        .flatMap(method -> runTests(method::equals).failed().stream())
        .findFirst();
  }

  static Events runTests(Predicate<Method> areMeant) {
    return execute(
        rules()
            .filter(areMeant)
            .map(method -> selectMethod(Binding.class, method))
            .toArray(DiscoverySelector[]::new));
  }

  static Capabilities capabilitiesOf(Broken broken) {
    return (broken.purges() ? PURGING : KEEPING)
        .with("refusesStaleWrites", broken.checks() ? 1 : 0);
  }

  static Events run(Supplier<StateStore> store, Capabilities can) {
    return run(store, can, BRIEF);
  }

  static Events run(Supplier<StateStore> store, Capabilities can, TimeLimits limits) {
    configure(store, can, limits);
    return execute(selectClass(Binding.class));
  }

  static void configure(Supplier<StateStore> store, Capabilities can, TimeLimits limits) {
    Binding.store = store;
    Binding.can = can;
    Binding.limits = limits;
  }

  static Events execute(DiscoverySelector... selectors) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectors).execute().testEvents();
  }

  static String ruleOf(Event event) {
    return ruleOf(event.getTestDescriptor().getDisplayName());
  }

  static String ruleOf(String displayName) {
    return displayName.split(" ", 2)[0];
  }

  static String messageOf(Event failure) {
    return String.valueOf(thrownBy(failure).getMessage());
  }

  static Throwable thrownBy(Event failure) {
    return failure.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
  }

  static String ruleOf(Method method) {
    return ruleOf(method.getAnnotation(DisplayName.class).value());
  }

  static Stream<Method> rules() {
    return Arrays.stream(StateStoreContract.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class));
  }

  static Set<String> rulesOfContract() {
    return rules().map(ContractRuns::ruleOf).collect(toCollection(TreeSet::new));
  }

  /** The contract, bound to the store of the running test. */
  static final class Binding extends StateStoreContract {
    static volatile Supplier<StateStore> store = MemoryStateStore::new;
    static volatile Capabilities can = PURGING;
    static volatile TimeLimits limits = BRIEF;

    @Override
    protected StateStore createStore() {
      return store.get();
    }

    @Override
    protected boolean purgesOnDisconnect() {
      return can.purgesOnDisconnect();
    }

    @Override
    protected int maximumIdLength() {
      return can.maximumIdLength();
    }

    @Override
    protected long maximumStateSize() {
      return can.maximumStateSize();
    }

    @Override
    protected boolean keepsUnknownFields() {
      return can.keepsUnknownFields();
    }

    @Override
    protected long timestampResolution() {
      return can.timestampResolution();
    }

    @Override
    protected boolean refusesStaleWrites() {
      return can.refusesStaleWrites() && !can.acceptsOnlyNextVersion();
    }

    @Override
    protected boolean acceptsOnlyNextVersion() {
      return can.acceptsOnlyNextVersion();
    }

    @Override
    protected @Nullable StateStore createStoreOnSameData(StateStore store) {
      return store instanceof BrokenSharing.Shared shared ? shared.again() : null;
    }

    @Override
    TimeLimits limits() {
      return limits;
    }
  }
}
