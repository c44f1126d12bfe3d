package io.github.durablestore.scenario;

/** The ids in texts of the store, as the process knows them. */
@FunctionalInterface
interface ProcessIds {
  /** Those of a store that no other run shares. */
  ProcessIds SAME = text -> text;

  /** Returns a text with the ids of the process in it. */
  String ofProcess(String text);
}
