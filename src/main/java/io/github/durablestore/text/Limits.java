package io.github.durablestore.text;

/** How much is shown of what may be long. */
public final class Limits {
  /** Characters of an id, or of another text from a user. */
  public static final int TEXT = 300;

  /** Characters or bytes before the first difference of two long values. */
  public static final int SURROUNDINGS = 50;

  /** Lines of a text from a user, such as the message of an assertion. */
  public static final int LINES = 60;

  /** Causes of an exception. */
  public static final int CAUSES = 100;

  /** Characters of a message in text format. */
  public static final int EXCERPT = 4_000;

  /** Characters of two messages in text format that are searched for the first difference. */
  public static final int SEARCHED = 1_000_000;

  /** Characters of the path to a field, in which there may be a long key. */
  public static final int PATH = 500;

  /** Bytes of one value in a message. */
  public static final int BYTES = 300;

  /** Levels of a message. */
  public static final int DEPTH = 50;

  /** Levels of a message that is read, also of those that are not shown. */
  public static final int NESTING = 10_000;

  /** Bytes of a payload that is shown as fields: the most that gRPC accepts by default. */
  public static final int PAYLOAD = 4 << 20;

  /** Missing required fields of a payload. */
  public static final int MISSING_FIELDS = 10;

  /** Fields of a type, where a path names none of them. */
  public static final int FIELDS_OF_TYPE = 50;

  /** Fields of a type, where a fixture names none of them. */
  public static final int FIELDS_OF_FIXTURE = 20;

  /** Paths of fields in a sentence. */
  public static final int PATHS = 20;

  /** Lines of a message in text format before the first difference, or fewer if they are long. */
  public static final int LINES_BEFORE = 10;

  /** Lines of a long message in text format after the first difference. */
  public static final int LINES_AFTER = 10;

  /** Messages of a list before the first difference. */
  public static final int MESSAGES_BEFORE = 2;

  /** Writes before the first difference. */
  public static final int WRITES_BEFORE = 10;

  /** Differences between two messages. */
  public static final int DIFFERENCES = 20;

  /** Ids in a sentence. */
  public static final int IDS = 10;

  /** Calls in a sentence, or below one. */
  public static final int CALLS_IN_SENTENCE = 5;

  /** States or calls in a list of its own. */
  public static final int ENTRIES = 100;

  /** Characters of all entries in a list of its own. */
  public static final int LIST = 5_000;

  /** Characters that are printed of one store, after which it is printed no more. */
  public static final int DUMPS = 20_000;

  private Limits() {}
}
