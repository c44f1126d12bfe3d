package io.github.durablestore.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.durablestore.scenario.Verdict.Outcome;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Explores every verdict often, in one JVM, idle or beside busy threads. Prints what is not as
 * expected or not the same each time, and a hash of all outcomes, which must be the same in every
 * JVM of one version.
 *
 * <p>Arguments: rounds, busy threads, and optionally {@code operations} for {@link
 * OperationVerdicts} instead of {@link Verdicts}, or part of a name.
 */
final class VerdictsProof {
  private static final int SLOWEST = 5;

  private VerdictsProof() {}

  public static void main(String[] args) throws NoSuchAlgorithmException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    int busy = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    List<Verdict> verdicts = select(args.length > 2 ? args[2] : "").toList();
    BusyThreads.start(busy);
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    int wrong = 0;
    Map<String, Double> seconds = new HashMap<>();
    for (Verdict verdict : verdicts) {
      long start = System.nanoTime();
      Set<String> seen = new LinkedHashSet<>();
      Set<String> unexpected = new LinkedHashSet<>();
      for (int round = 0; round < rounds; round++) {
        Outcome outcome = verdict.explore();
        seen.add(verdict.comparable(outcome));
        if (!verdict.isExpected(outcome)) {
          unexpected.add(outcome.toString());
        }
      }
      seen.forEach(text -> hash.update((verdict.name() + ": " + text + "\n").getBytes(UTF_8)));
      seconds.put(verdict.name(), (System.nanoTime() - start) / 1e9 / rounds);
      if (!unexpected.isEmpty() || seen.size() > 1) {
        wrong++;
        System.out.println(describe(verdict, unexpected, seen));
      }
    }
    System.out.printf(
        "%s %d verdicts, %d rounds, %d wrong%n",
        HexFormat.of().formatHex(hash.digest(), 0, 8), verdicts.size(), rounds, wrong);
    seconds.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(SLOWEST)
        .forEach(slow -> System.out.printf("%.1f s: %s%n", slow.getValue(), slow.getKey()));
    System.exit(wrong == 0 ? 0 : 1); // threads that services left behind end here
  }

  private static Stream<Verdict> select(String which) {
    return which.equals("operations")
        ? OperationVerdicts.all()
        : Verdicts.all().filter(verdict -> verdict.name().contains(which));
  }

  private static String describe(Verdict verdict, Set<String> unexpected, Set<String> seen) {
    return "%s: expected %s; saw %d different: %s"
        .formatted(
            verdict.name(),
            verdict.expectation(),
            seen.size(),
            Stream.concat(unexpected.stream(), seen.stream())
                .distinct()
                .limit(3)
                .map(text -> text.replace("\n", "\\n"))
                .collect(Collectors.joining(" // ")));
  }
}
