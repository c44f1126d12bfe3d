module acme {
  requires io.github.durablestore;
}
