package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenIds.id;
import static io.github.durablestore.broken.BrokenStateStore.refuseIf;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Stores that take ids for UUIDs, numbers, addresses, other spellings or files that are left over,
 * or whose own keys collide with ids.
 */
public final class BrokenKeys {
  private static final String UUID = "(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private BrokenKeys() {}

  public static Stream<Broken> stores() {
    return Stream.of(
            lookalikes(),
            reserved(),
            addresses(),
            spellings(),
            derived(),
            tenants(),
            forms(),
            cleaned())
        .flatMap(List::stream);
  }

  private static List<Broken> lookalikes() {
    return List.of(
        id("has a column for UUIDs", id -> id.matches(UUID) ? lower(id) : id),
        id(
            "takes 24 digits for an ObjectId",
            id -> id.matches("(?i)[0-9a-f]{24}") ? lower(id) : id),
        id(
            "has a column for numbers",
            id -> id.matches("\\d{1,18}") ? "" + Long.parseLong(id) : id),
        id("folds UUIDs at the end", id -> folded(id, "(?<=[-/:|.#_])" + UUID + "$")),
        id("folds hexadecimal parts", id -> folded(id, "(?i)(?<=[/:])[0-9a-f]{8,}")));
  }

  private static List<Broken> reserved() {
    return List.of(
        id("folds short ids", id -> id.length() <= 16 ? lower(id) : id),
        id("has a column for dates", id -> id.replaceAll("(\\d{4})-0?(\\d)-0?(\\d)", "$1-$2-$3")),
        id(
            "has no file of the name AUX",
            id -> refuseIf(id.matches("(?s)(.*[/\\\\])?(AUX|COM1|LPT1|PRN)"), id)));
  }

  private static List<Broken> addresses() {
    return List.of(
        id("drops tags of mail addresses", id -> id.replaceFirst("\\+[^@]*@", "@")),
        id("drops session ids", id -> id.replaceFirst(";jsessionid=.*", "")),
        id("drops campaigns", id -> id.replaceFirst("\\?utm_.*", "")),
        id("drops the usual port", id -> id.replaceFirst(":80(?=/|$)", "")),
        id("drops www.", id -> id.replaceFirst("^www\\.", "")),
        id("drops underscores in numbers", id -> id.replaceAll("(?<=\\d)_(?=\\d{3})", "")));
  }

  private static List<Broken> spellings() {
    return List.of(
        id("writes Arabic letters as Persian", id -> swapped(id, "\u064a\u0643", "\u06cc\u06a9")),
        id("drops tatweels", id -> id.replace("\u0640", "")),
        id("knows no final letters", id -> swapped(id, "\u05da\u05dd", "\u05db\u05de")),
        id("knows no small kana", id -> swapped(id, "\u3063\u30c3", "\u3064\u30c4")),
        id("straightens quotes", id -> swapped(id, "\u2018\u2019\u201c\u201d", "''\"\"")),
        id("knows one dash", id -> id.replaceAll("[\u2010-\u2015\u2212]", "-")),
        id("drops skin tones", id -> id.replaceAll("[\\x{1f3fb}-\\x{1f3ff}]", "")),
        id("writes Persian digits as Arabic", id -> swapped(id, "\u06f0\u06f1", "\u0660\u0661")),
        id("folds Cherokee", id -> folded(id, "[\u13a0-\u13ff]")),
        id("folds Adlam", id -> folded(id, "[\\x{1e900}-\\x{1e943}]")));
  }

  private static List<Broken> derived() {
    return List.of(
        Broken.of("R10", "joins id and version", BrokenKeys::joiningVersions),
        also("keeps metadata under id:meta", BrokenKeys::writeMetadata),
        also(
            "keeps versions under id@version",
            (store, state) -> put(store, state, "@" + state.getVersionNumber())),
        also(
            "keeps chunks of large states under id/0",
            ifLarger(4_000, (store, state) -> put(store, state, "/0"))),
        also(
            "keeps chunks of 64 KiB under id:1",
            ifLarger(65_536, (store, state) -> put(store, state, ":1"))),
        also(
            "keeps chunks of 180,000 bytes under chunk:id:1",
            ifLarger(180_000, (store, state) -> put(store, "chunk:", state, ":1"))),
        also(
            "keeps chunks of 16,000 bytes under id.part1",
            ifLarger(16_000, (store, state) -> put(store, state, ".part1"))),
        also("keeps locks under lock:id", (store, state) -> put(store, "lock:", state, "")),
        also(
            "keeps versions under version/id", (store, state) -> put(store, "version/", state, "")),
        also("writes to .id.tmp first", (store, state) -> put(store, ".", state, ".tmp")),
        also("keeps values under id:data", (store, state) -> put(store, state, ":data")),
        also("keeps versions under id:v", (store, state) -> put(store, state, ":v")),
        also("keeps locks under id.lock", (store, state) -> put(store, state, ".lock")),
        id("drops .json", id -> id.replaceFirst("\\.json$", "")));
  }

  /** What stands before the first slash, colon or dash has a column of its own. */
  private static List<Broken> tenants() {
    return List.of(
        id("has a column for UUIDs of tenants", id -> folded(id, "^" + UUID + "(?=/)")),
        id("has a column for UUIDs before a colon", id -> folded(id, "^" + UUID + "(?=:.+:)")),
        id("drops braces around UUIDs", id -> id.replaceAll("^\\{(" + UUID + ")}", "$1")),
        id("folds hexadecimal tenants", id -> folded(id, "(?i)^([0-9a-f]{24}|[0-9a-f]{32})(?=/)")),
        id("has a column for numbers of tenants", id -> id.replaceAll("^0+(?=\\d{17}[/:])", "")),
        id(
            "keeps numbers of tenants as doubles",
            id -> {
              int end = id.indexOf('/');
              return end > 0 && id.substring(0, end).matches("\\d+")
                  ? Double.parseDouble(id.substring(0, end)) + id.substring(end)
                  : id;
            }));
  }

  /** What is equal in another way than as a text. */
  private static List<Broken> forms() {
    return List.of(
        id("drops the usual stream", id -> id.replaceFirst("::\\$DATA$", "")),
        id("keeps times", id -> last(id, text -> "" + OffsetDateTime.parse(text).toInstant())),
        id("keeps durations", id -> last(id, text -> "" + Duration.parse(text))),
        id("knows languages", id -> id.replaceAll("(?<=[/:])([a-z]{2})_([A-Z]{2})$", "$1-$2")));
  }

  private static String last(String id, UnaryOperator<String> change) {
    int start = Math.max(id.lastIndexOf('/'), id.lastIndexOf('#')) + 1;
    try {
      return id.substring(0, start) + change.apply(id.substring(start));
    } catch (DateTimeException e) {
      return id;
    }
  }

  /** What looks like files that are left over is removed. */
  private static List<Broken> cleaned() {
    return List.of(
        Broken.keeping("R10", "removes *.tmp", () -> cleaning(id -> id.endsWith(".tmp"))),
        Broken.keeping("R10", "removes *.lock", () -> cleaning(id -> id.endsWith(".lock"))),
        Broken.keeping("R10", "removes *.bak", () -> cleaning(id -> id.endsWith(".bak"))),
        Broken.keeping("R10", "removes *~", () -> cleaning(id -> id.endsWith("~"))),
        Broken.keeping("R10", "removes .*.swp", () -> cleaning(id -> id.matches("\\..*\\.swp"))),
        Broken.of("R10", "purges all but *.lock", () -> cleaning(id -> !id.endsWith(".lock"))));
  }

  private static StateStore cleaning(Predicate<String> isRemoved) {
    Set<String> written = ConcurrentHashMap.newKeySet();
    Set<String> removed = ConcurrentHashMap.newKeySet();
    return FunctionalStateStore.keeping(
            (store, state) -> {
              store.writeState(state);
              written.add(state.getPersistenceId());
              removed.remove(state.getPersistenceId());
            })
        .andReading((store, id) -> store.getLatestState(id).filter(state -> !removed.contains(id)))
        .andOnDisconnect(() -> written.stream().filter(isRemoved).forEach(removed::add));
  }

  private static void writeMetadata(MemoryStateStore store, DurableState state) {
    put(store, state.toBuilder().clearResultingState().build(), ":meta");
  }

  private static BiConsumer<MemoryStateStore, DurableState> ifLarger(
      int size, BiConsumer<MemoryStateStore, DurableState> more) {
    return (store, state) -> {
      if (state.getSerializedSize() > size) {
        more.accept(store, state);
      }
    };
  }

  private static void put(MemoryStateStore store, DurableState state, String suffix) {
    put(store, "", state, suffix);
  }

  private static void put(
      MemoryStateStore store, String prefix, DurableState state, String suffix) {
    String id = prefix + state.getPersistenceId() + suffix;
    store.writeState(state.toBuilder().setPersistenceId(id).build());
  }

  /** Keeps all versions, and which is the latest of each id. */
  private static StateStore joiningVersions() {
    var latest = new ConcurrentHashMap<String, String>();
    return FunctionalStateStore.writing(
            (store, state) -> {
              String key = state.getPersistenceId() + state.getVersionNumber();
              store.writeState(state.toBuilder().setPersistenceId(key).build());
              latest.put(state.getPersistenceId(), key);
            })
        .andReading(
            (store, id) ->
                latest.containsKey(id)
                    ? store
                        .getLatestState(latest.get(id))
                        .map(state -> state.toBuilder().setPersistenceId(id).build())
                    : Optional.empty());
  }

  /** Does more with each state that is written. */
  private static Broken also(String what, BiConsumer<MemoryStateStore, DurableState> more) {
    return Broken.of(
        "R10",
        what,
        () ->
            FunctionalStateStore.writing(
                (store, state) -> {
                  store.writeState(state);
                  more.accept(store, state);
                }));
  }

  private static String swapped(String id, String from, String to) {
    String swapped = id;
    for (int at = 0; at < from.length(); at++) {
      swapped = swapped.replace(from.charAt(at), to.charAt(at));
    }
    return swapped;
  }

  private static String folded(String id, String part) {
    return Pattern.compile(part).matcher(id).replaceAll(found -> lower(found.group()));
  }

  private static String lower(String id) {
    return id.toLowerCase(Locale.ROOT);
  }
}
