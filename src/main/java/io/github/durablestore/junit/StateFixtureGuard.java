package io.github.durablestore.junit;

import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that has a {@link StateFixture} but no store to load it into. */
final class StateFixtureGuard implements BeforeTestExecutionCallback {
  @Override
  public void beforeTestExecution(ExtensionContext context) {
    if (TestStores.find(context) == null) {
      throw new ExtensionConfigurationException(
          ("cannot load the fixtures of %s: no StateStoreExtension is registered; add"
                  + " @ExtendWith(StateStoreExtension.class)")
              .formatted(TestStores.nameOf(context)));
    }
  }
}
