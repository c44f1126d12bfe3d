package io.github.durablestore.assertj;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.text.Text;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.WritableAssertionInfo;
import org.assertj.core.presentation.StandardRepresentation;
import org.jspecify.annotations.Nullable;

/** Shows messages in failures as fields. Unlike {@code toString()}, it bounds the text. */
final class MessageRepresentation extends StandardRepresentation {
  private static final TypeRegistry NO_TYPES = TypeRegistry.getEmptyTypeRegistry();

  private final @Nullable StateStore store;

  private MessageRepresentation(@Nullable StateStore store) {
    this.store = store;
  }

  /**
   * Makes an assertion show messages in this way, unless the user has set a representation.
   *
   * @param store knows the types of payloads; may be {@code null}
   */
  static void use(WritableAssertionInfo info, @Nullable StateStore store) {
    Package ofAssertJ = StandardRepresentation.class.getPackage();
    if (info.representation().getClass().getPackage().equals(ofAssertJ)) {
      info.useRepresentation(new MessageRepresentation(store));
    }
  }

  /** Copies the description, message and representation from one assertion to the next. */
  static <S extends AbstractAssert<?, ?>> S carryOver(WritableAssertionInfo from, S to) {
    to.info.description(from.description());
    to.info.overridingErrorMessage(from.overridingErrorMessage());
    to.info.useRepresentation(from.representation());
    return to;
  }

  @Override
  protected String fallbackToStringOf(Object object) {
    return object instanceof Message message
        ? Text.excerpt(message, typesOf(message, store))
        : super.fallbackToStringOf(object);
  }

  /** Returns the types in the payload of a state, as far as its store knows them. */
  static TypeRegistry typesOf(@Nullable Message message, @Nullable StateStore store) {
    if (!(message instanceof DurableState state
            && store != null
            && AbstractStateStoreAssert.innermost(store) instanceof MemoryStateStore memory)
        || state.getResultingState().equals(Any.getDefaultInstance())) {
      return NO_TYPES;
    }
    try {
      return TypeRegistry.newBuilder().add(memory.unpack(state).getDescriptorForType()).build();
    } catch (StateUnpackException e) {
      return NO_TYPES; // so the payload is shown as bytes
    }
  }
}
