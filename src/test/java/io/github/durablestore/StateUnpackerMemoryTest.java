package io.github.durablestore;

import static io.github.durablestore.StateUnpackerTest.ACCOUNT;
import static io.github.durablestore.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import acme.billing.AccountState;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.github.durablestore.egopb.DurableState;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/** {@link StateUnpacker} keeps no class loader that nothing else uses. */
class StateUnpackerMemoryTest {
  @Test
  void unpack_classOfADiscardedLoader_doesNotKeepIt() throws Exception {
    WeakReference<ClassLoader> loader = unpackInLoaderOfItsOwn();

    assertThat(GarbageCollector.collects(loader)).as("class loader is collected").isTrue();
  }

  private WeakReference<ClassLoader> unpackInLoaderOfItsOwn() throws Exception {
    var loader = new ChildFirstClassLoader("acme.billing.");
    Class<? extends Message> type =
        loader.loadClass(AccountState.class.getName()).asSubclass(Message.class);
    assertThat(type).isNotEqualTo(AccountState.class);

    assertThat(StateUnpacker.unpack(state("account-42", ACCOUNT), type).toByteString())
        .isEqualTo(ACCOUNT.toByteString());
    return new WeakReference<>(loader);
  }

  @Test
  void unpack_libraryInADiscardedLoader_isNotKeptByTheMessageClass() throws Exception {
    WeakReference<ClassLoader> loader = unpackByLibraryOfItsOwn();

    assertThat(GarbageCollector.collects(loader)).as("class loader is collected").isTrue();
  }

  private static WeakReference<ClassLoader> unpackByLibraryOfItsOwn() throws Exception {
    var loader = new ChildFirstClassLoader("io.github.durablestore.");
    Class<?> stateClass = loader.loadClass(DurableState.class.getName());
    Class<?> library = loader.loadClass(StateUnpacker.class.getName());
    assertThat(library).isNotEqualTo(StateUnpacker.class);
    Object copy =
        stateClass
            .getMethod("parseFrom", byte[].class)
            .invoke(null, (Object) state("account-42", StringValue.of("parent")).toByteArray());

    assertThat(
            library
                .getMethod("unpack", stateClass, Class.class)
                .invoke(null, copy, StringValue.class))
        .isEqualTo(StringValue.of("parent"));
    return new WeakReference<>(loader);
  }

  /** Defines the classes of some packages once more. */
  private static final class ChildFirstClassLoader extends ClassLoader {
    private final String packages;

    ChildFirstClassLoader(String packages) {
      super(StateUnpackerMemoryTest.class.getClassLoader());
      this.packages = packages;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(packages)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
