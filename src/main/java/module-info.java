/** An in-memory durable-state store for unit tests and prototypes. */
// protobuf-java ships no module descriptor, but a stable name.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.github.durablestore {
  requires transitive com.google.protobuf;
  requires java.management;
  requires static org.assertj.core;
  requires static org.junit.jupiter.api;
  requires static org.junit.jupiter.params;
  requires static org.jspecify;

  exports io.github.durablestore;
  exports io.github.durablestore.assertj;
  exports io.github.durablestore.contract;
  exports io.github.durablestore.egopb;
  exports io.github.durablestore.fixture;
  exports io.github.durablestore.junit;
  exports io.github.durablestore.memory;
  exports io.github.durablestore.probe;
  exports io.github.durablestore.scenario;

  opens io.github.durablestore.contract to
      org.junit.platform.commons;
  opens io.github.durablestore.junit to
      org.junit.platform.commons;
}
