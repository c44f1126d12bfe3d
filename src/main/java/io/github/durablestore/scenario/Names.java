package io.github.durablestore.scenario;

/** The ids in texts of the store, as the process knows them. */
@FunctionalInterface
interface Names {
  /** Those of a store that no other run shares. */
  Names SAME = text -> text;

  /** Returns a text with the ids of the process in it. */
  String ofProcess(String text);
}
