package io.github.durablestore;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import java.util.List;
import java.util.Map;

/**
 * Unpacks the message inside a {@link DurableState} from any store.
 *
 * <p>Unpacking never changes the state, and loads no class that the state names. Safe for use by
 * many threads. No parameter may be {@code null}, and no method returns {@code null}.
 *
 * <pre>{@code
 * var unpacker = new StateUnpacker(TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build());
 * Message dynamic = unpacker.unpack(state);
 * AccountState account = StateUnpacker.unpack(state, AccountState.class); // needs no registry
 * }</pre>
 */
public final class StateUnpacker {
  /**
   * The parser of each generated class, and the URL that {@code Any.pack} gives its type. A map
   * would keep the classes of a discarded class loader alive. So would a value of our own type, as
   * the generated class may outlive this one.
   */
  private static final ClassValue<Map.Entry<Parser<? extends Message>, String>> GENERATED_TYPES =
      new ClassValue<>() {
        @Override
        protected Map.Entry<Parser<? extends Message>, String> computeValue(Class<?> type) {
          return parserAndUrl(type);
        }
      };

  private static final String USUAL_PREFIX = "type.googleapis.com/";
  private static final int SLASH = USUAL_PREFIX.length() - 1;

  private final TypeRegistry types;

  /**
   * Creates an unpacker.
   *
   * @param types the types that {@link #unpack(DurableState)} knows
   */
  public StateUnpacker(TypeRegistry types) {
    this.types = requireNonNull(types, "types");
  }

  /**
   * Unpacks a state by the {@link TypeRegistry}.
   *
   * @param state the state
   * @return a {@link DynamicMessage}; it equals the generated message of the same descriptor
   * @throws StateUnpackException if the state has no {@code resulting_state}, its type URL names no
   *     type or one that the registry does not have, or its payload does not parse
   */
  public Message unpack(DurableState state) {
    String typeUrl = typeUrl(requireNonNull(state, "state"));
    Descriptor descriptor = types.find(typeName(state, typeUrl));
    if (descriptor == null) {
      throw failure(
          state,
          "type URL "
              + quote(typeUrl)
              + " is not in the TypeRegistry; add its descriptor, or that of any"
              + " message in its file or in a file that imports it, or unpack to the generated class");
    }
    return parse(state, DynamicMessage.getDefaultInstance(descriptor).getParserForType());
  }

  /**
   * Unpacks a state to a generated class, without a {@link TypeRegistry}.
   *
   * @param <T> the generated class
   * @param state the state
   * @param type the generated class; public, and in a package that this module can read
   * @return the message
   * @throws StateUnpackException if the state has no {@code resulting_state}, its type URL names no
   *     type or not that of the class, or its payload does not parse
   * @throws IllegalArgumentException if {@code type} is not a generated class
   */
  public static <T extends Message> T unpack(DurableState state, Class<T> type) {
    requireNonNull(state, "state");
    var generated = GENERATED_TYPES.get(requireNonNull(type, "type"));
    String typeUrl = typeUrl(state);
    String usualUrl = generated.getValue();
    // The second condition would suffice, but comparing whole strings is faster.
    if (!typeUrl.equals(usualUrl) && !typeUrl.endsWith(usualUrl.substring(SLASH))) {
      String name = usualUrl.substring(SLASH + 1);
      throw failure(
          state,
          "type URL %s is not of the type asked for, %s; ask for the class of %s"
              .formatted(quote(typeUrl), quote(name), quote(typeName(state, typeUrl))));
    }
    return type.cast(parse(state, generated.getKey()));
  }

  private static String typeUrl(DurableState state) {
    if (!state.hasResultingState()) {
      throw failure(state, "it has no resulting_state; check hasResultingState() first");
    }
    return state.getResultingState().getTypeUrl();
  }

  private static String typeName(DurableState state, String typeUrl) {
    int slash = typeUrl.lastIndexOf('/');
    if (slash < 0 || slash == typeUrl.length() - 1) {
      throw failure(
          state,
          "type URL %s does not end in \"/\" and the name of a type; pack it with Any.pack"
              .formatted(quote(typeUrl)));
    }
    return typeUrl.substring(slash + 1);
  }

  // Any.unpack would cache the message in the Any, and later unpacking to another class would fail.
  private static Message parse(DurableState state, Parser<? extends Message> parser) {
    Any packed = state.getResultingState();
    try {
      return parser.parseFrom(packed.getValue());
    } catch (InvalidProtocolBufferException e) {
      String problem =
          "its %d bytes do not parse as type URL %s%s; write and read it by the same definition"
              .formatted(
                  packed.getValue().size(),
                  quote(packed.getTypeUrl()),
                  missingFields(packed.getValue(), parser));
      throw new StateUnpackException(message(state, problem), e);
    }
  }

  private static String missingFields(ByteString value, Parser<? extends Message> parser) {
    try {
      List<String> fields = parser.parsePartialFrom(value).findInitializationErrors();
      return ": missing required fields: " + Entries.list(fields, Limits.MISSING_FIELDS);
    } catch (InvalidProtocolBufferException e) {
      return ""; // the error is not a missing field
    }
  }

  private static StateUnpackException failure(DurableState state, String problem) {
    return new StateUnpackException(message(state, problem));
  }

  private static String message(DurableState state, String problem) {
    return "cannot %s: %s".formatted(Text.action("unpack", state.getPersistenceId()), problem);
  }

  private static Map.Entry<Parser<? extends Message>, String> parserAndUrl(Class<?> type) {
    try {
      var prototype = (Message) type.getMethod("getDefaultInstance").invoke(null);
      if (prototype.getClass() != type) {
        throw new ClassCastException("getDefaultInstance() returned a " + prototype.getClass());
      }
      String url = USUAL_PREFIX + prototype.getDescriptorForType().getFullName();
      return Map.entry(prototype.getParserForType(), url);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      throw new IllegalArgumentException(
          "cannot unpack to "
              + type.getName()
              + ": it is not an accessible generated message class; pass a public one in an"
              + " exported package, or unpack by the TypeRegistry",
          e);
    }
  }
}
