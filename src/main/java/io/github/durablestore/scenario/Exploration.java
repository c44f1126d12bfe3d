package io.github.durablestore.scenario;

import java.util.List;

/**
 * The runs of a scenario in which nothing failed.
 *
 * @param programs the number of programs; 1 if the actors were written by hand
 * @param size the greatest size of a program; 0 if the actors were written by hand
 * @param runs the number of runs
 * @param orders the runs without a fault or crash, each in a different order
 * @param runsWithFault the runs in which calls failed
 * @param runsWithCrash the runs in which the process died
 * @param complete whether these are all possible runs; {@code false} if {@code switches} left some
 *     out, or if orders may be missing
 * @param omissions what was left out, in words; empty if complete
 */
public record Exploration(
    int programs,
    int size,
    int runs,
    int orders,
    int runsWithFault,
    int runsWithCrash,
    boolean complete,
    List<String> omissions) {

  /**
   * Copies the list.
   *
   * @param programs the number of programs
   * @param size the greatest size of a program
   * @param runs the number of runs
   * @param orders the runs without a fault or crash
   * @param runsWithFault the runs in which calls failed
   * @param runsWithCrash the runs in which the process died
   * @param complete whether these are all possible runs
   * @param omissions what was left out, in words
   */
  public Exploration {
    omissions = List.copyOf(omissions);
  }

  /**
   * Returns the exploration in one line, as in {@code explored all 8 runs: 1 order, 4 with a fault,
   * 3 with a crash}, or as in {@code explored all 96 runs of 5 programs up to size 3: ...}.
   */
  @Override
  public String toString() {
    String counts =
        "explored %s%,d %s%s: %,d %s, %,d with a fault, %,d with a crash"
            .formatted(
                complete ? "all " : "",
                runs,
                runs == 1 ? "run" : "runs",
                size == 0
                    ? ""
                    : " of %,d %s up to size %d"
                        .formatted(programs, programs == 1 ? "program" : "programs", size),
                orders,
                orders == 1 ? "order" : "orders",
                runsWithFault,
                runsWithCrash);
    return omissions.isEmpty() ? counts : counts + "; not all: " + String.join("; ", omissions);
  }
}
