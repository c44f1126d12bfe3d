package io.github.durablestore.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A new Java process, with the class path of this one. */
final class FreshJvm {
  private FreshJvm() {}

  /** The first line that a program printed, and the time from its start until then. */
  record Answer(String line, double millis) {}

  static Answer ask(Class<?> program, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));

    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var output = process.inputReader()) {
      String line = output.readLine();
      var answer = new Answer(line, (System.nanoTime() - start) / 1e6);
      if (process.waitFor() != 0 || line == null) {
        throw new IllegalStateException(program.getName() + " failed");
      }
      return answer;
    }
  }
}
