package io.github.durablestore.broken;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * Stores that keep what is special about a state in a column of its own, prefer that column when
 * they read, and do not clear it when a state of another kind follows.
 */
public final class BrokenColumns {
  private static final String KNOWN = "type.googleapis.com/google.protobuf.";
  private static final int MOST = 80_000;
  private static final long LAST_OF_9999 = 253_402_300_799_999L;

  /** An object or a list, of texts, numbers and names. */
  private static final Pattern JSON = json();

  private BrokenColumns() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        values("deflated values", s -> isCompressible(value(s), 1_000)),
        values("deflated values of 4,000 bytes", s -> isCompressible(value(s), 4_000)),
        flag("deflated", s -> isCompressible(value(s), 1_000), s -> value(s).size() < 1_000),
        values("runs of 512 zeros", s -> areZeros(value(s), 512)),
        flag("sparse", s -> areZeros(value(s), 512), s -> value(s).size() < 512),
        values("a BIGINT", s -> url(s).equals(KNOWN + "Int64Value")),
        values("a BOOLEAN", s -> url(s).equals(KNOWN + "BoolValue")),
        values("a TIMESTAMP", s -> url(s).equals(KNOWN + "Timestamp")),
        values("an INTERVAL", s -> url(s).equals(KNOWN + "Duration")),
        values("a JSONB", s -> isJson(value(s))),
        values("a JSONB if large", s -> value(s).size() > 4_000 && isJson(value(s))),
        values("a TEXT", s -> value(s).size() > 200 && value(s).isValidUtf8()),
        values("a blob of 1 MiB", s -> value(s).size() >= 1 << 20),
        urls("long type URLs", s -> url(s).length() > 255),
        urls("type URLs beyond ASCII", s -> !url(s).chars().allMatch(c -> c < 128)),
        urls("no type URL", s -> s.hasResultingState() && url(s).isEmpty()),
        column(
            "shards of 64 bits",
            s -> s.getShard() < 0,
            (s, o) -> s.toBuilder().setShard(o.getShard()).build()),
        column(
            "shards of 32 bits",
            s -> s.getShard() >>> 32 != 0,
            (s, o) -> s.toBuilder().setShard(o.getShard()).build()),
        column(
            "versions of 64 bits",
            s -> s.getVersionNumber() < 0,
            (s, o) -> s.toBuilder().setVersionNumber(o.getVersionNumber()).build()),
        column(
            "times before 1970",
            s -> s.getTimestamp() < 0,
            (s, o) -> s.toBuilder().setTimestamp(o.getTimestamp()).build()),
        column(
            "times after 9999",
            s -> s.getTimestamp() > LAST_OF_9999,
            (s, o) -> s.toBuilder().setTimestamp(o.getTimestamp()).build()),
        column(
            "many unknown fields",
            s -> s.getUnknownFields().getSerializedSize() > 1_000,
            (s, o) -> s.toBuilder().setUnknownFields(o.getUnknownFields()).build()),
        column(
            "many unknown fields of payloads",
            s -> s.getResultingState().getUnknownFields().getSerializedSize() > 1_000,
            BrokenColumns::withFields),
        checking("a BIGINT", s -> url(s).equals(KNOWN + "Int64Value")),
        checking("runs of zeros", s -> areZeros(value(s), 512)),
        cached("long type URLs", s -> url(s).length() > 255, BrokenColumns::withUrl),
        cached("a TIMESTAMP", s -> url(s).equals(KNOWN + "Timestamp"), BrokenColumns::withValue));
  }

  private static Broken values(String what, Predicate<DurableState> isSpecial) {
    return column(what, isSpecial, BrokenColumns::withValue);
  }

  private static Broken urls(String what, Predicate<DurableState> isSpecial) {
    return column(what, isSpecial, BrokenColumns::withUrl);
  }

  private static Broken column(
      String what, Predicate<DurableState> isSpecial, BinaryOperator<DurableState> merged) {
    return Broken.of(
        "R9",
        "has a column for " + what,
        () -> new Column(new MemoryStateStore(), isSpecial, state -> false, merged));
  }

  /** A store that clears its column only for values so small that it never fills it for them. */
  private static Broken flag(
      String what, Predicate<DurableState> isSpecial, Predicate<DurableState> clears) {
    return Broken.of(
        "R9",
        "has a flag for %s values".formatted(what),
        () -> new Column(new MemoryStateStore(), isSpecial, clears, BrokenColumns::withValue));
  }

  private static Broken checking(String what, Predicate<DurableState> isSpecial) {
    return Broken.checking(
        "R9",
        "has a column for %s, and checks versions".formatted(what),
        () ->
            new Column(
                new MemoryStateStore(
                    TypeRegistry.getEmptyTypeRegistry(), OnDisconnect.KEEP, OnStaleWrite.REFUSE),
                isSpecial,
                state -> false,
                BrokenColumns::withValue));
  }

  /** A store that reads its column only once it has been disconnected. */
  private static Broken cached(
      String what, Predicate<DurableState> isSpecial, BinaryOperator<DurableState> merged) {
    return Broken.keeping(
        "R9",
        "has a cache, and a column for " + what,
        () ->
            new Column(new MemoryStateStore(OnDisconnect.KEEP), isSpecial, state -> false, merged) {
              private final Set<String> cached = ConcurrentHashMap.newKeySet();

              @Override
              public void disconnect() {
                super.disconnect();
                cached.clear();
              }

              @Override
              public void writeState(DurableState state) {
                super.writeState(state);
                cached.add(state.getPersistenceId());
              }

              @Override
              DurableState joined(DurableState row) {
                return cached.contains(row.getPersistenceId()) ? row : super.joined(row);
              }
            });
  }

  private static class Column extends ForeignStateStore {
    private final Map<String, DurableState> column = new ConcurrentHashMap<>();
    private final Predicate<DurableState> isSpecial;
    private final Predicate<DurableState> clears;
    private final BinaryOperator<DurableState> merged;

    Column(
        MemoryStateStore store,
        Predicate<DurableState> isSpecial,
        Predicate<DurableState> clears,
        BinaryOperator<DurableState> merged) {
      super(store);
      this.isSpecial = isSpecial;
      this.clears = clears;
      this.merged = merged;
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      if (isSpecial.test(state)) {
        column.put(state.getPersistenceId(), state);
      } else if (clears.test(state)) {
        column.remove(state.getPersistenceId());
      }
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId).map(this::joined);
    }

    DurableState joined(DurableState row) {
      DurableState special = column.get(row.getPersistenceId());
      return special == null ? row : merged.apply(row, special);
    }
  }

  private static DurableState withValue(DurableState row, DurableState special) {
    return withPayload(row, row.getResultingState().toBuilder().setValue(value(special)));
  }

  private static DurableState withUrl(DurableState row, DurableState special) {
    return withPayload(row, row.getResultingState().toBuilder().setTypeUrl(url(special)));
  }

  private static DurableState withFields(DurableState row, DurableState special) {
    Message.Builder payload = row.getResultingState().toBuilder();
    payload.setUnknownFields(special.getResultingState().getUnknownFields());
    return withPayload(row, (Any.Builder) payload);
  }

  private static DurableState withPayload(DurableState row, Any.Builder payload) {
    return row.hasResultingState() ? row.toBuilder().setResultingState(payload).build() : row;
  }

  private static String url(DurableState state) {
    return state.getResultingState().getTypeUrl();
  }

  private static ByteString value(DurableState state) {
    return state.getResultingState().getValue();
  }

  private static boolean isCompressible(ByteString value, int least) {
    if (value.size() < least || value.size() > MOST) { // which would take long
      return false;
    }
    var deflater = new Deflater(Deflater.BEST_SPEED);
    deflater.setInput(value.toByteArray());
    deflater.finish();
    int size = deflater.deflate(new byte[value.size() + 100]);
    deflater.end();
    return size < value.size() * 9L / 10;
  }

  private static boolean areZeros(ByteString value, int least) {
    return value.size() >= least && value.equals(ByteString.copyFrom(new byte[value.size()]));
  }

  private static Pattern json() {
    String value = "\\s*(\"[^\"\\\\]*\"|-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?|true|false|null)\\s*";
    String field = "\\s*\"[^\"\\\\]*\"\\s*:" + value;
    String object = "\\{\\s*(F(,F)*+)?}".replace("F", field);
    String list = "\\[\\s*(V(,V)*+)?]".replace("V", value);
    return Pattern.compile("\\s*(" + object + "|" + list + ")\\s*");
  }

  private static boolean isJson(ByteString value) {
    return value.isValidUtf8() && JSON.matcher(value.toStringUtf8()).matches();
  }
}
