package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.BrokenStateStore.replacing;
import static io.github.durablestore.broken.BrokenStateStore.states;
import static io.github.durablestore.broken.FunctionalStateStore.keeping;
import static io.github.durablestore.broken.FunctionalStateStore.reading;

import com.google.protobuf.Any;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.StateStore;
import io.github.durablestore.broken.BrokenStateStore.VersionTest;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that read a state that was never written, or keep or replace one in part. */
public final class BrokenContents {
  static final UnknownFieldSet NO_FIELDS = UnknownFieldSet.getDefaultInstance();
  private static final Optional<DurableState> DEFAULT =
      Optional.of(DurableState.getDefaultInstance());

  private BrokenContents() {}

  public static Stream<Broken> stores() {
    return Stream.of(unknownIds(), fields(), replacements()).flatMap(List::stream);
  }

  private static List<Broken> unknownIds() {
    return List.of(
        read("reads a default state", (store, id) -> store.getLatestState(id).or(() -> DEFAULT)),
        read(
            "throws when there is none",
            (store, id) ->
                Optional.of(store.getLatestState(id).orElseThrow(BrokenStateStore::refused))),
        read("returns null when there is none", BrokenContents::returningNull),
        read("creates what is read", BrokenContents::creating),
        Broken.of("R7", "remembers that there was none", BrokenContents::rememberingNone),
        matching("reads by LIKE", id -> wild(id, "%", "_")),
        matching("reads by a shell's pattern", id -> wild(id, "*", "?")),
        matching("reads by a prefix", id -> Pattern.quote(id) + ".*"),
        matching("reads by a suffix", id -> ".*" + Pattern.quote(id)),
        read("reads the nearest", BrokenContents::nearest),
        matching("lets SQL in", id -> id.contains("' OR '1'='1") ? ".*" : Pattern.quote(id)));
  }

  private static List<Broken> fields() {
    return List.of(
        stored("drops unknown fields", s -> s.setUnknownFields(NO_FIELDS)),
        Broken.of("R8", "drops unknown fields of the Any", BrokenPayloads::withoutUnknownFields),
        unknown(
            "drops unknown groups",
            (number, field) -> field.getGroupList().isEmpty() ? field : null),
        unknown(
            "keeps one value of each unknown field",
            (number, field) -> field.getVarintList().size() > 1 ? firstOf(field) : field),
        unknown(
            "knows no field number above 2^28", (number, field) -> number > 1 << 28 ? null : field),
        unknown(
            "drops unknown fields of 32 bits",
            (number, field) -> field.getFixed32List().isEmpty() ? field : null),
        stored("drops the shard", s -> s.clearShard()),
        stored(
            "swaps version and shard",
            s -> s.clone().setVersionNumber(s.getShard()).setShard(s.getVersionNumber())),
        stored("counts versions itself", s -> s.setVersionNumber(s.getVersionNumber() + 1)),
        stored(
            "defaults the shard to that of its id",
            s -> s.getShard() == 0 ? s.setShard(s.getPersistenceId().hashCode()) : s),
        Broken.of("R8", "gives each state once", BrokenContents::consuming),
        Broken.keeping("R8", "caches whole what it stores in part", BrokenContents::cachingWhole));
  }

  private static List<Broken> replacements() {
    return List.of(
        replaced("merges", (old, next) -> old.toBuilder().mergeFrom(next.build())),
        replaced(
            "keeps absent payloads",
            (old, next) ->
                next.hasResultingState() ? next : next.setResultingState(old.getResultingState())),
        replaced(
            "keeps unknown fields", (old, next) -> next.mergeUnknownFields(old.getUnknownFields())),
        replaced(
            "keeps the first unknown fields",
            (old, next) ->
                next.getUnknownFields().asMap().isEmpty()
                        || old.getUnknownFields().asMap().isEmpty()
                    ? next
                    : next.setUnknownFields(old.getUnknownFields())),
        replaced(
            "keeps the value when another type has none",
            (old, next) -> {
              Any before = old.getResultingState();
              Any.Builder any = next.getResultingState().toBuilder();
              return any.getTypeUrl().equals(before.getTypeUrl())
                      || any.getTypeUrl().isEmpty()
                      || !any.getValue().isEmpty()
                  ? next
                  : next.setResultingState(any.setValue(before.getValue()));
            }),
        replaced("keeps the first", (old, next) -> old.toBuilder()),
        ignored("ignores lower versions", (old, next) -> Long.compareUnsigned(old, next) > 0),
        ignored("ignores lower versions, signed", (old, next) -> old > next),
        ignored("ignores the same version", (old, next) -> old == next),
        ignored("ignores version 0", (old, next) -> next == 0),
        replaced(
            "ignores earlier times",
            (old, next) -> old.getTimestamp() > next.getTimestamp() ? old.toBuilder() : next),
        replaced(
            "ignores an equal payload",
            (old, next) ->
                old.getResultingState().equals(next.getResultingState()) ? old.toBuilder() : next),
        replaced(
            "takes the same version and time for the same",
            (old, next) ->
                old.getVersionNumber() == next.getVersionNumber()
                        && old.getTimestamp() == next.getTimestamp()
                    ? old.toBuilder()
                    : next),
        replaced(
            "keeps the longer payload",
            (old, next) ->
                old.getSerializedSize() > next.build().getSerializedSize()
                    ? old.toBuilder().setVersionNumber(next.getVersionNumber())
                    : next),
        replaced(
            "keeps the highest shard",
            (old, next) -> next.setShard(Math.max(old.getShard(), next.getShard()))),
        replaced("keeps the first shard", (old, next) -> next.setShard(old.getShard())),
        replaced(
            "refuses the same version",
            (old, next) -> refuseIf(old.getVersionNumber() == next.getVersionNumber(), next)));
  }

  private static Broken read(
      String what, BiFunction<MemoryStateStore, String, Optional<DurableState>> read) {
    return Broken.of("R7", what, () -> reading(read));
  }

  /** Reads the first state whose id matches a pattern, if there is none of the id itself. */
  private static Broken matching(String what, UnaryOperator<String> pattern) {
    return read(
        what,
        (store, id) -> {
          Optional<DurableState> exact = store.getLatestState(id);
          Pattern wanted = Pattern.compile(pattern.apply(id), Pattern.DOTALL);
          return exact.isPresent()
              ? exact
              : store.states().values().stream()
                  .filter(state -> wanted.matcher(state.getPersistenceId()).matches())
                  .findFirst();
        });
  }

  private static String wild(String id, String many, String one) {
    return Pattern.quote(id).replace(many, "\\E.*\\Q").replace(one, "\\E.\\Q");
  }

  private static Broken stored(String what, UnaryOperator<DurableState.Builder> change) {
    return Broken.of("R8", what, () -> states(change));
  }

  /** Changes each unknown field, or drops it if the change is {@code null}. */
  private static Broken unknown(
      String what,
      BiFunction<Integer, UnknownFieldSet.Field, UnknownFieldSet.@Nullable Field> change) {
    return stored(
        what,
        s -> {
          var fields = UnknownFieldSet.newBuilder();
          for (var entry : s.getUnknownFields().asMap().entrySet()) {
            UnknownFieldSet.Field changed = change.apply(entry.getKey(), entry.getValue());
            if (changed != null) {
              fields.addField(entry.getKey(), changed);
            }
          }
          return s.setUnknownFields(fields.build());
        });
  }

  private static UnknownFieldSet.Field firstOf(UnknownFieldSet.Field field) {
    return UnknownFieldSet.Field.newBuilder().addVarint(field.getVarintList().get(0)).build();
  }

  private static Broken replaced(
      String what, BiFunction<DurableState, DurableState.Builder, DurableState.Builder> change) {
    return Broken.of("R9", what, () -> replacing(change));
  }

  /** Ignores writes of some versions, given that of the state it has. */
  private static Broken ignored(String what, VersionTest ignored) {
    return replaced(
        what,
        (old, next) ->
            ignored.test(old.getVersionNumber(), next.getVersionNumber()) ? old.toBuilder() : next);
  }

  @SuppressWarnings({"OptionalAssignedToNull", "NullAway"}) // on purpose
  private static Optional<DurableState> returningNull(StateStore store, String id) {
    Optional<DurableState> read = store.getLatestState(id);
    return read.isPresent() ? read : null;
  }

  private static Optional<DurableState> creating(StateStore store, String id) {
    Optional<DurableState> read = store.getLatestState(id);
    if (read.isEmpty()) {
      store.writeState(DurableState.newBuilder().setPersistenceId(id).build());
    }
    return read;
  }

  private static StateStore rememberingNone() {
    var none = ConcurrentHashMap.<String>newKeySet();
    return reading(
        (store, id) -> {
          Optional<DurableState> read = store.getLatestState(id);
          if (read.isEmpty()) {
            none.add(id);
          }
          return read.filter(state -> !none.contains(id));
        });
  }

  private static Optional<DurableState> nearest(MemoryStateStore store, String id) {
    Optional<DurableState> exact = store.getLatestState(id);
    var before = store.states().headMap(id);
    return exact.isPresent() || before.isEmpty()
        ? exact
        : Optional.of(before.get(before.lastKey()));
  }

  private static StateStore consuming() {
    var given = new ConcurrentHashMap<String, DurableState>();
    return reading(
        (store, id) ->
            store.getLatestState(id).filter(state -> !state.equals(given.put(id, state))));
  }

  private static StateStore cachingWhole() {
    var cache = new ConcurrentHashMap<String, DurableState>();
    return keeping(
            (store, state) -> {
              store.writeState(state.toBuilder().clearShard().build());
              cache.put(state.getPersistenceId(), state);
            })
        .andReading(
            (store, id) -> store.getLatestState(id).map(stored -> cache.getOrDefault(id, stored)))
        .andOnDisconnect(cache::clear);
  }
}
