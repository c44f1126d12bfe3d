package io.github.durablestore.benchmark;

import static java.util.stream.Collectors.joining;

import com.google.protobuf.Message;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.pekko.persistence.testkit.state.scaladsl.PersistenceTestKitDurableStateStore;
import org.h2.Driver;

/**
 * The table of results, in Markdown. A ratio compares two benchmarks of one round, so that other
 * load on the machine affects both.
 */
record SpeedTable(List<Map<String, Score>> rounds) {
  void print() {
    System.out.println();
    System.out.println(
        "| | the limit | `MemoryStateStore` | Pekko, Scala API | Pekko, Java API | H2, JDBC |");
    System.out.println("|---|---|---|---|---|---|");
    printStores("write", "write");
    printStores("read, found", "readHit");
    printStores("read, not found", "readMiss");
    printStores("90 reads to 10 writes", "mix");
    printStores(
        "the same on " + Runtime.getRuntime().availableProcessors() + " threads", "mixOnAllCores");
    printRow("unpack to the class; limit: `parseFrom`", "parseTyped", "unpackToClass");
    printRow("unpack by registry; limit: `parseFrom`", "parseTyped", "unpackByRegistry");
    printRow("the same; limit: `DynamicMessage.parseFrom`", "parseDynamic", "unpackByRegistry");
    System.out.println();
    System.out.println(
        "Operations a second as a ratio to the limit, the bare ConcurrentHashMap unless named:"
            + " median (lowest–highest); and bytes allocated by each.");
    System.out.println(
        "Rounds: " + rounds.size() + ". Java " + Runtime.version() + "; " + jars() + ".");
  }

  private void printStores(String name, String benchmark) {
    String limit = benchmark + Contender.MAP;
    printRow(
        name,
        limit,
        Stream.of(Contender.values())
            .map(contender -> benchmark + contender)
            .filter(key -> !key.equals(limit))
            .toArray(String[]::new));
  }

  private void printRow(String name, String limit, String... keys) {
    // The options of JMH can exclude benchmarks.
    if (!rounds.get(0).containsKey(limit) || !rounds.get(0).keySet().containsAll(List.of(keys))) {
      return;
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f M/s, %.0f B | %s |%n",
        name,
        over(limit, round -> round.get(limit).perSecond() / 1e6).median(),
        bytes(limit),
        Stream.of(keys).map(key -> cell(key, limit)).collect(joining(" | ")));
  }

  private String cell(String key, String limit) {
    Samples ratios = over(key, round -> round.get(key).perSecond() / round.get(limit).perSecond());
    return String.format(
        Locale.ROOT,
        ratios.median() < 0.1 ? "%1$.4f, %4$.0f B" : "%1$.2f (%2$.2f–%3$.2f), %4$.0f B",
        ratios.median(),
        ratios.min(),
        ratios.max(),
        bytes(key));
  }

  private double bytes(String key) {
    return over(key, round -> round.get(key).bytes()).median();
  }

  /** Returns a figure for each round in which the benchmark ran. */
  private Samples over(String key, ToDoubleFunction<Map<String, Score>> figure) {
    var samples = new Samples();
    rounds.stream()
        .filter(round -> round.containsKey(key))
        .mapToDouble(figure)
        .forEach(samples::add);
    return samples;
  }

  private static String jars() {
    return Stream.of(Message.class, PersistenceTestKitDurableStateStore.class, Driver.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .collect(joining(", "));
  }
}
