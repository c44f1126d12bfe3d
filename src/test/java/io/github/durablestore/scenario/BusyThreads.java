package io.github.durablestore.scenario;

/** Daemons that take the processors from those who need them. */
final class BusyThreads {
  private BusyThreads() {}

  static void start(int number) {
    for (int i = 0; i < number; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (true) {
                  Thread.onSpinWait();
                }
              },
              "busy " + i);
      thread.setDaemon(true);
      thread.start();
    }
  }
}
