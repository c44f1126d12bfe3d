package io.github.durablestore.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Prints how much heap a record takes, with its state, in a bare map and in the store. */
public final class HeapPerRecord {
  // This collector leaves no garbage behind, and does not round up to regions.
  private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx4g");

  private HeapPerRecord() {}

  /**
   * Fills each store in a fresh JVM.
   *
   * @param args the number of records
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int records = Integer.parseInt(args[0]);
    double map = bytesPerRecord(Contender.MAP, records);
    double store = bytesPerRecord(Contender.MEMORY, records);

    System.out.printf(Locale.ROOT, "| %,d records | heap a record | ratio |%n", records);
    System.out.println("|---|---|---|");
    System.out.printf(Locale.ROOT, "| bare `ConcurrentHashMap` | %.1f B | 1.000 |%n", map);
    System.out.printf(Locale.ROOT, "| `MemoryStateStore` | %.1f B | %.3f |%n", store, store / map);
  }

  private static double bytesPerRecord(Contender contender, int records)
      throws IOException, InterruptedException {
    String[] arguments = {contender.name(), String.valueOf(records)};
    String bytes = FreshJvm.ask(Fill.class, OPTIONS, arguments).line();
    return Double.parseDouble(bytes) / records;
  }

  /** Prints by how many bytes the heap grows when the records are written. */
  static final class Fill {
    public static void main(String[] args) {
      Store store = Contender.valueOf(args[0]).open();
      int records = Integer.parseInt(args[1]);
      // An extra record loads the classes before the measurement.
      store.write(Accounts.state(records));
      long before = usedBytes();
      for (int number = 0; number < records; number++) {
        store.write(Accounts.state(number));
      }
      long after = usedBytes();
      if (store.read(Accounts.id(0)) == null) {
        throw new IllegalStateException("a record is gone");
      }
      System.out.println(after - before);
    }

    private static long usedBytes() {
      Runtime runtime = Runtime.getRuntime();
      runtime.gc();
      return runtime.totalMemory() - runtime.freeMemory();
    }
  }
}
