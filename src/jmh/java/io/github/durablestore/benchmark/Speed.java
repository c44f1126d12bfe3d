package io.github.durablestore.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the JMH benchmarks in rounds, each in its own JVM, and prints a table of the results. */
public final class Speed {
  private static final int ROUNDS = 8;

  private Speed() {}

  /**
   * Runs the benchmarks. The output of JMH goes to one file per round.
   *
   * @param args options of JMH; the number of forks is the number of rounds
   */
  public static void main(String[] args) throws CommandLineOptionException, RunnerException {
    var options = new CommandLineOptions(args);
    int count = options.getForkCount().orElse(ROUNDS);
    var rounds = new ArrayList<Map<String, Score>>();
    for (int round = 1; round <= count; round++) {
      String log = Path.of("round-" + round + ".log").toAbsolutePath().toString();
      System.out.println("round " + round + " of " + count + ": " + log);
      rounds.add(run(options, contenders(round), log));
    }
    new SpeedTable(rounds).print();
  }

  /** Returns all in every fourth round, and otherwise the two that need many rounds to compare. */
  private static List<Contender> contenders(int round) {
    return round % 4 == 1 ? List.of(Contender.values()) : List.of(Contender.MAP, Contender.MEMORY);
  }

  private static Map<String, Score> run(Options options, List<Contender> contenders, String log)
      throws RunnerException {
    Options round =
        new OptionsBuilder()
            .parent(options)
            .param("contender", contenders.stream().map(Contender::name).toArray(String[]::new))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .forks(1)
            .output(log)
            .build();
    var scores = new HashMap<String, Score>();
    for (RunResult result : new Runner(round).run()) {
      String benchmark = result.getPrimaryResult().getLabel();
      String contender = result.getParams().getParam("contender");
      scores.put(contender == null ? benchmark : benchmark + contender, Score.of(result));
    }
    return scores;
  }
}
