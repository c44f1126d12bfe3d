package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.List;

/** A run as a table, with a column for each actor and a row for each event. */
final class Picture {
  private static final int WIDTH = 100;
  private static final int LEAST = 12;
  private static final int MOST_ROWS = 25;
  private static final String CUT = "...";
  private static final String CRASH =
      "\n     # the process dies here; the check sees a new one over the same store";

  private final Stage<?> stage;
  private final Course course;
  private final StateStore store;

  /** A row, numbered if it is a call. If it is too long for its column, its end stays. */
  private record Row(int actor, boolean isCall, String start, String end) {
    String text() {
      return start + end;
    }

    String cut(int width) {
      int room = width - end.length();
      return text().length() <= width || room <= CUT.length()
          ? Picture.cut(text(), width)
          : Picture.cut(start, room) + end;
    }
  }

  /**
   * Prepares a picture.
   *
   * @param store the store of the run, which may know the types of payloads
   */
  Picture(Stage<?> stage, Course course, StateStore store) {
    this.stage = stage;
    this.course = course;
    this.store = store;
  }

  /** Draws the run. Texts that were shortened follow in full. */
  String draw() {
    List<String> names = stage.actors().stream().map(actor -> Text.name(actor.name)).toList();
    List<Row> rows = rows();
    int width = width(names, rows);
    var picture = new StringBuilder();
    var full = new StringBuilder();
    appendLine(picture, "", names.stream().map(name -> cut(name, width)).toList(), width);
    appendLine(picture, "", names.stream().map(name -> "-".repeat(width)).toList(), width);
    names.stream()
        .filter(name -> name.length() > width)
        .forEach(name -> full.append("\n  ").append(name));
    int number = 0;
    for (int place = 0; place < rows.size(); place++) {
      Row row = rows.get(place);
      if (place == MOST_ROWS && rows.size() > 2 * MOST_ROWS) {
        int last = rows.size() - MOST_ROWS;
        number += (int) rows.subList(place, last).stream().filter(Row::isCall).count();
        picture.append("\n     ... %,d rows more".formatted(last - place));
        place = last;
        row = rows.get(place);
      }
      String label = row.isCall ? String.valueOf(++number) : "";
      var cells = new ArrayList<String>();
      for (int column = 0; column < names.size(); column++) {
        cells.add(column == row.actor ? row.cut(width) : "");
      }
      appendLine(picture, label, cells, width);
      if (row.text().length() > width) {
        String where = row.isCall ? label : cut(names.get(row.actor), width);
        full.append("\n  ").append(where).append(": ").append(row.text());
      }
    }
    return picture.substring(1)
        + (stage.crashed ? CRASH : "")
        + (full.isEmpty() ? "" : "\n\nin full:" + full);
  }

  private static int width(List<String> names, List<Row> rows) {
    int width = LEAST;
    for (String name : names) {
      width = Math.max(width, name.length());
    }
    for (Row row : rows) {
      width = Math.max(width, row.text().length());
    }
    return Math.min(width, Math.max(LEAST, WIDTH / names.size() - 3));
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
    int next = 0;
    for (int place = 0; place < course.length(); ) {
      int actor = course.actorAt(place);
      int end = place + 1;
      while (end < course.length() && course.actorAt(end) == actor) {
        end++;
      }
      boolean shown = actor < 0;
      for (; next < stage.events.size() && stage.events.get(next).place <= end; next++) {
        Event event = stage.events.get(next);
        shown |= event.actor.index == actor;
        rows.add(new Row(event.actor.index, event.step != null, describe(event), outcome(event)));
      }
      if (!shown) {
        rows.add(new Row(actor, false, isFirst(actor, place) ? "starts" : "goes on", ""));
      }
      place = end;
    }
    return rows;
  }

  private boolean isFirst(int actor, int place) {
    for (int earlier = 0; earlier < place; earlier++) {
      if (course.actorAt(earlier) == actor) {
        return false;
      }
    }
    return true;
  }

  private String describe(Event event) {
    if (event.step == null) {
      return event.waits ? "waits" : stage.describeEnd(event.actor);
    }
    String call = event.step.toString();
    if (event.state != null) {
      call +=
          " version "
              + Long.toUnsignedString(event.state.getVersionNumber())
              + payload(event.state);
    } else if (event.step.operation() == Operation.GET_LATEST_STATE && event.thrown == null) {
      call += " empty";
    }
    return event.thrown == null || event.injected
        ? call
        : call + " threw " + Text.thrown(event.thrown);
  }

  private static String outcome(Event event) {
    return !event.injected ? "" : event.replyLost ? ": reply lost" : ": fails";
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
