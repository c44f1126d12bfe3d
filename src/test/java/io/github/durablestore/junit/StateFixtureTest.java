package io.github.durablestore.junit;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatNullPointerException;
import static io.github.durablestore.junit.TestRuns.assertAllPass;
import static io.github.durablestore.junit.TestRuns.failureOf;
import static io.github.durablestore.junit.TestRuns.run;

import acme.billing.AccountState;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.other.InheritedTest;
import io.github.durablestore.probe.StateStoreProbe;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs small test classes that begin with the states of a {@link StateFixture}. */
class StateFixtureTest {
  /** The stores that the small test classes were given. */
  private static final Queue<StateStore> STORES = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void forgetStores() {
    STORES.clear();
  }

  @Test
  void fixtures_ofSuperclassClassesAndMethod_areLoadedInThisOrder() {
    assertAllPass(run(WithFixtures.class), 2);
  }

  @StateFixture("class.textproto")
  interface WithInterfaceFixture {}

  static class WithSuperclassFixture implements WithInterfaceFixture {}

  @ExtendWith(StateStoreExtension.class)
  @StateFixture("nested.textproto")
  static class WithFixtures extends WithSuperclassFixture {
    @Test
    void test(StateStoreProbe probe, MemoryStateStore memory) {
      assertThat(memory.states()).hasSize(3);
      assertThat(memory).state("b").hasVersion(2);
      assertThat(probe.calls()).isEmpty();
    }

    @Nested
    class WithFixture {
      @Test
      @StateFixture({"method.textproto", "/io/github/durablestore/junit/method.textproto"})
      void test(MemoryStateStore memory) {
        assertThat(memory).state("a").hasVersion(1);
        assertThat(memory).state("b").hasVersion(2);
        assertThat(memory).state("c").hasVersion(3);
      }
    }
  }

  @Test
  void fixture_broken_failsTheTestWithItsPlace() {
    assertThat(failureOf(run(WithBrokenFixture.class)))
        .hasMessageContaining(
            "broken.textproto\", line 2, column 25: expected string but found \"}\"");
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithBrokenFixture {
    @Test
    @StateFixture("broken.textproto")
    void test() {}
  }

  @Test
  void fixture_missing_saysWhereToPutIt() {
    assertThat(failureOf(run(WithoutFixture.class)))
        .hasMessage(
            "cannot load fixture \"none.textproto\" of %s: there is no such resource; put it beside"
                + " the class in src/test/resources, and open its package if it is in a module",
            WithoutFixture.class.getName());
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithoutFixture {
    @Test
    @StateFixture("none.textproto")
    void test() {}
  }

  @Test
  void fixture_ofAnInheritedMethod_liesBesideIt() {
    assertAllPass(run(InheritsMethod.class), 1);
  }

  @ExtendWith(StateStoreExtension.class)
  static class InheritsMethod extends InheritedTest {}

  @Test
  void store_whoseFixtureCannotBeWritten_isClosed() {
    assertThat(failureOf(run(WithFailingStore.class))).hasMessage("the disk is full");

    assertThat(STORES).hasSize(1).allMatch(store -> ((FailingStore) store).closed);
  }

  static class WithFailingStore {
    @RegisterExtension
    final StateStoreExtension stores =
        new StateStoreExtension(TypeRegistry.getEmptyTypeRegistry(), FailingStore::new);

    @Test
    @StateFixture("method.textproto")
    void test() {}
  }

  private static final class FailingStore extends ForeignStateStore {
    private boolean closed;

    FailingStore() {
      STORES.add(this);
    }

    @Override
    public void disconnect() {
      closed = true;
    }

    @Override
    public void writeState(DurableState state) {
      throw new StateStoreException("the disk is full");
    }
  }

  @Test
  void fixture_withoutStatesOrWithoutAName_failsTheTest() {
    assertThat(failureOf(run(WithEmptyFixture.class)))
        .hasMessage(
            "cannot load fixture \"empty.textproto\": it has no states; add one, or remove the annotation");
    assertThat(failureOf(run(WithNoFixture.class)))
        .hasMessageEndingWith("@StateFixture names none; name one, or remove it");
    assertThat(failureOf(run(WithDirectory.class)))
        .hasMessageStartingWith("cannot read fixture \"file:")
        .hasMessageEndingWith(" of @StateFixture(\"\"): it is a directory; name a file in it");
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithDirectory {
    @Test
    @StateFixture("")
    void test() {}
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithEmptyFixture {
    @Test
    @StateFixture("empty.textproto")
    void test() {}
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithNoFixture {
    @Test
    @StateFixture({})
    void test() {}
  }

  @Test
  void supplier_ofNull_isRefused() {
    assertThat(failureOf(run(WithNullSupplier.class)))
        .hasMessage("the supplier of a StateStoreExtension returned null");
  }

  static class WithNullSupplier {
    @RegisterExtension
    @SuppressWarnings("NullAway") // on purpose
    final StateStoreExtension stores =
        new StateStoreExtension(TypeRegistry.getEmptyTypeRegistry(), () -> null);

    @Test
    void test() {}
  }

  @Test
  void given_null_namesTheParameter() {
    assertAllPass(run(WithNulls.class), 1);
  }

  static class WithNulls {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void test() {
      assertNull("state", () -> STORES.given((DurableState) null));
      assertNull("states", () -> STORES.given((DurableState[]) null));
      assertNull("state", () -> STORES.given(Collections.singleton(null)));
      assertNull("type", () -> new StateStoreExtension((Descriptor) null));
      assertNull("types", () -> new StateStoreExtension((Descriptor[]) null));
    }

    private static void assertNull(String parameter, ThrowingCallable call) {
      assertThatNullPointerException().isThrownBy(call).withMessage(parameter);
    }
  }

  @Test
  void twoExtensions_areRefused() {
    assertThat(failureOf(run(ExtendedTwice.class)))
        .hasMessage(
            "cannot make a store for ExtendedTwice.test, \"test()\": two StateStoreExtensions are"
                + " registered, and this one only after the constructor, which got a store of the"
                + " other; make its field static");
  }

  @ExtendWith(StateStoreExtension.class)
  static class ExtendedTwice {
    @RegisterExtension
    final StateStoreExtension another = new StateStoreExtension(AccountState.getDescriptor());

    ExtendedTwice(StateStore ofTheFirst) {
      ofTheFirst.ping();
    }

    @Test
    void test() {}
  }

  @Test
  void fixtures_annotatedInEveryWay_areAllLoadedInOrder() {
    assertAllPass(run(AnnotatedInEveryWay.class), 4);
  }

  @Retention(RetentionPolicy.RUNTIME)
  @StateFixture("class.textproto")
  @interface WithClass {}

  @Retention(RetentionPolicy.RUNTIME)
  @StateFixture("nested.textproto")
  @interface WithNested {}

  @Retention(RetentionPolicy.RUNTIME)
  @WithClass
  @WithNested
  @StateFixture("method.textproto")
  @interface WithAll {}

  @ExtendWith(StateStoreExtension.class)
  static class AnnotatedInEveryWay {
    @Test
    @WithClass
    @WithNested
    void twoThatCarryIt(MemoryStateStore memory) {
      assertThat(memory.states()).containsKeys("a", "b");
      assertThat(memory).state("b").hasVersion(2);
    }

    @Test
    @StateFixture("class.textproto")
    @StateFixture("nested.textproto")
    @StateFixture("method.textproto")
    void repeated(MemoryStateStore memory) {
      assertThat(memory.states()).containsKeys("a", "b", "c");
      assertThat(memory).state("b").hasVersion(2);
    }

    @Test
    @WithNested
    @WithClass
    void inTheOtherOrder(MemoryStateStore memory) {
      assertThat(memory).state("b").hasVersion(1);
    }

    @Test
    @WithAll
    void carriedTwice(MemoryStateStore memory) {
      assertThat(memory.states()).containsKeys("a", "b", "c");
    }
  }

  @Test
  void fixture_withoutTheExtension_failsTheTest() {
    for (Class<?> test :
        List.of(UnextendedMethod.class, UnextendedClass.class, UnextendedTwice.class)) {
      assertThat(failureOf(run(test)))
          .hasMessage(
              "cannot load the fixtures of %s.test, \"test()\": no StateStoreExtension is"
                  + " registered; add @ExtendWith(StateStoreExtension.class)",
              test.getSimpleName());
    }
  }

  static class UnextendedMethod {
    @Test
    @WithClass
    void test() {}
  }

  @StateFixture("class.textproto")
  static class UnextendedClass {
    @Test
    void test() {}
  }

  static class UnextendedTwice {
    @Test
    @StateFixture("class.textproto")
    @StateFixture("nested.textproto")
    void test() {}
  }

  @Test
  void fixture_ofAMethodThatIsNoTest_isRefused() {
    for (Class<?> test :
        List.of(
            WithFixtureBeforeEach.class, WithFixtureOfHelper.class, WithFixtureOfDefault.class)) {
      assertThat(failureOf(run(test)))
          .hasMessageStartingWith("cannot load the fixtures of ")
          .hasMessageEndingWith(": it is not a test; annotate the tests or the class");
    }
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithFixtureOfHelper {
    @Test
    void test() {
      help();
    }

    @StateFixture("class.textproto")
    @StateFixture("method.textproto")
    private static void help() {}
  }

  interface Helping {
    @StateFixture("class.textproto")
    default void help() {}
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithFixtureOfDefault implements Helping {
    @Test
    void test() {
      help();
    }
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithFixtureBeforeEach {
    @BeforeEach
    @StateFixture("class.textproto")
    void prepare() {}

    @Test
    void test() {}
  }

  @Test
  void fixture_ofUnknownType_saysWhereToPassIt() {
    assertThat(failureOf(run(WithUnknownType.class)))
        .hasMessageEndingWith(
            "type \"type.googleapis.com/acme.billing.AccountState\" is not in the TypeRegistry;"
                + " replace @ExtendWith(StateStoreExtension.class) by @RegisterExtension static"
                + " final StateStoreExtension STORES = new StateStoreExtension(types)");
    assertThat(failureOf(run(WithUnknownTypeInField.class)))
        .hasMessageEndingWith("; add its descriptor to the types of the StateStoreExtension");
  }

  static class WithUnknownTypeInField extends WithUnknownType {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithUnknownType {
    @Test
    @StateFixture("account.textproto")
    void test() {}
  }
}
