package io.github.durablestore.scenario;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run as a table, with a column for each actor and a row for each event. */
final class Table {
  private static final int WIDTH = 100;
  private static final int MIN_WIDTH = 12;
  private static final int MAX_ROWS = 25;
  private static final int MAX_EQUAL = 5;
  private static final String CUT = "...";

  private final Trace trace;
  private final List<String> names = new ArrayList<>();
  private final List<Actor> columns = new ArrayList<>();
  private final StateStore store;

  /** A row, numbered if it is a call. If it is too long for its column, its end stays. */
  private record Row(int column, boolean isCall, String start, String end) {
    String text() {
      return start + end;
    }

    String cut(int width) {
      int room = width - end.length();
      return text().length() <= width || room <= CUT.length()
          ? Table.cut(text(), width)
          : Table.cut(start, room) + end;
    }
  }

  /**
   * Prepares a table.
   *
   * @param roles the names of the actors
   * @param store the store of the run, which may know the types of payloads
   */
  Table(Trace trace, List<String> roles, StateStore store) {
    this.trace = trace;
    this.store = store;
    roles.forEach(role -> names.add(Text.name(role)));
  }

  /** Draws the run. Texts that were shortened follow in full. */
  String draw() {
    List<Row> rows = rows();
    int width = width(rows);
    var picture = new StringBuilder();
    var full = new StringBuilder();
    appendLine(picture, "", names.stream().map(name -> cut(name, width)).toList(), width);
    appendLine(picture, "", names.stream().map(name -> "-".repeat(width)).toList(), width);
    names.stream()
        .filter(name -> name.length() > width)
        .forEach(name -> full.append("\n  ").append(name));
    int number = 0;
    int shown = 0;
    for (int place = 0; place < rows.size(); place++) {
      int skipped = skipped(rows, place, shown++);
      if (skipped > 0) {
        List<Row> left = rows.subList(place, place + skipped);
        number += (int) left.stream().filter(Row::isCall).count();
        picture.append("\n     ... %,d rows more".formatted(skipped));
        place += skipped;
      }
      Row row = rows.get(place);
      if (row.column < 0) {
        picture.append(row.start);
        continue;
      }
      String label = row.isCall ? String.valueOf(++number) : "";
      var cells = new ArrayList<String>();
      for (int column = 0; column < names.size(); column++) {
        cells.add(column == row.column ? row.cut(width) : "");
      }
      appendLine(picture, label, cells, width);
      if (row.text().length() > width) {
        String where = row.isCall ? label : cut(names.get(row.column), width);
        full.append("\n  ").append(where).append(": ").append(row.text());
      }
    }
    return picture.substring(1) + (full.isEmpty() ? "" : "\n\nin full:" + full);
  }

  /** Returns how many rows are left out at a place: the middle of equal ones, or of too many. */
  private static int skipped(List<Row> rows, int place, int shown) {
    int tooMany = shown < MAX_ROWS ? 0 : rows.size() - MAX_ROWS - place;
    if (tooMany > 0) {
      return tooMany;
    }
    int equal = 0;
    while (place + equal < rows.size()
        && place > 0
        && rows.get(place + equal).equals(rows.get(place - 1))) {
      equal++;
    }
    return equal > MAX_EQUAL ? equal - 1 : 0;
  }

  private int width(List<Row> rows) {
    int width = MIN_WIDTH;
    for (String name : names) {
      width = Math.max(width, name.length());
    }
    for (Row row : rows) {
      width = row.column < 0 ? width : Math.max(width, row.text().length());
    }
    return Math.min(width, Math.max(MIN_WIDTH, WIDTH / names.size() - 3));
  }

  private static void appendLine(
      StringBuilder picture, String label, List<String> cells, int width) {
    var line = new StringBuilder("%3s ".formatted(label));
    for (String cell : cells) {
      line.append(" | ").append(cell).append(" ".repeat(width - cell.length()));
    }
    picture.append('\n').append(line.toString().stripTrailing());
  }

  private static String cut(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    int end = width - CUT.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
  }

  private List<Row> rows() {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < trace.events.size(); i++) {
      Event event = trace.events.get(i);
      switch (event.kind) {
        case TURN -> {
          if (!isShownLater(i)) {
            rows.add(row(event, isFirst(i) ? "starts" : "goes on", ""));
          }
        }
        case CRASH -> {
          boolean restarts =
              trace.events.stream().skip(i + 1).anyMatch(each -> each.kind != Event.Kind.CRASH);
          rows.add(
              new Row(
                  -1,
                  false,
                  "\n     # the process dies here; %s a new one over the same store"
                      .formatted(restarts ? "\"restart\" is" : "the check sees"),
                  ""));
        }
        default -> rows.add(row(event, describe(event), outcome(event)));
      }
    }
    return rows;
  }

  private Row row(Event event, String start, String end) {
    boolean isTask = event.actor.task != null;
    return new Row(
        column(event.actor.root),
        event.kind == Event.Kind.CALL,
        isTask ? event.actor.name + " " + start : start,
        end);
  }

  /** Returns the column of an actor; the process gets one of its own when something is in it. */
  private int column(Actor actor) {
    if (!actor.isProcess) {
      return actor.index;
    }
    int column = columns.indexOf(actor);
    if (column < 0) {
      column = columns.size();
      columns.add(actor);
      names.add(actor.name);
    }
    return names.size() - columns.size() + column;
  }

  private boolean isShownLater(int turn) {
    Actor actor = trace.events.get(turn).actor;
    for (int i = turn + 1; i < trace.events.size(); i++) {
      Event event = trace.events.get(i);
      if (event.kind == Event.Kind.TURN || event.kind == Event.Kind.CRASH) {
        return event.kind == Event.Kind.CRASH;
      }
      if (event.actor == actor) {
        return true;
      }
    }
    return true;
  }

  private boolean isFirst(int turn) {
    Actor actor = trace.events.get(turn).actor;
    return trace.events.stream().limit(turn).noneMatch(event -> event.actor == actor);
  }

  private static String describeEnd(@Nullable Ending ending) {
    if (ending == null) {
      return "ended";
    }
    Plan.Op<?> op = ending.op;
    return op == null || op.name().equals(ending.actor.name)
        ? ending.describe()
        : Text.name(op.name()) + " " + ending.describe();
  }

  private String describe(Event event) {
    if (event.step == null) {
      return event.kind == Event.Kind.WAIT ? "waits" : describeEnd(event.ending);
    }
    String call = event.step.toString();
    if (event.state != null) {
      call += " version " + Text.version(event.state) + payload(event.state);
    } else if (event.step.operation() == Operation.GET_LATEST_STATE && event.thrown == null) {
      call += " empty";
    }
    return event.thrown == null || event.injected || isWord(event.thrown)
        ? call
        : call + " threw " + Thrown.of(event.thrown, trace.names);
  }

  private static boolean isWord(Throwable thrown) {
    return thrown instanceof StaleWriteException || thrown instanceof NotConnectedException;
  }

  private static String outcome(Event event) {
    if (event.injected) {
      return event.replyLost ? ": reply lost" : ": fails";
    }
    return event.thrown instanceof StaleWriteException
        ? ": refused"
        : event.thrown instanceof NotConnectedException ? ": not connected" : "";
  }

  /** Returns the fields of the payload if the store knows its type. */
  private String payload(DurableState state) {
    if (!(store instanceof MemoryStateStore memory) || !state.hasResultingState()) {
      return "";
    }
    try {
      return " " + Text.message(memory.unpack(state));
    } catch (StateUnpackException e) { // not a type that it knows
      return "";
    }
  }
}
