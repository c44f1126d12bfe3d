package acme.billing;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A cluster of three etcd nodes, each a process on this machine with its own loopback ports. */
final class EtcdCluster implements AutoCloseable {
  private static final int SIZE = 3;
  private static final Path DIRECTORY = Path.of("target", "etcd").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // A node's status contains its own id and, later, that of the leader.
  private static final Pattern LEADER =
      Pattern.compile("\"member_id\":\"(\\d+)\".*\"leader\":\"\\1\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Node> nodes = new ArrayList<>();
  private final Client client;

  private record Node(int port, Process process, Path log) {
    String endpoint() {
      return url(port);
    }

    void kill() {
      try {
        process.getOutputStream().close(); // its shell then kills it, even if this JVM dies
        process.waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Starts the nodes and waits until they have elected a leader and answer the client. */
  EtcdCluster() throws IOException {
    Files.createDirectories(DIRECTORY);
    Path data = Files.createTempDirectory(DIRECTORY, "cluster");
    int[] ports = freePorts(2 * SIZE);
    String members =
        IntStream.range(0, SIZE)
            .mapToObj(i -> "node" + i + "=" + url(ports[SIZE + i]))
            .collect(Collectors.joining(","));
    for (int i = 0; i < SIZE; i++) {
      nodes.add(start("node" + i, ports[i], ports[SIZE + i], members, data));
    }
    client =
        Client.builder()
            .endpoints(nodes.stream().map(Node::endpoint).toArray(String[]::new))
            .build();
    try {
      awaitLeader();
      awaitAnswer();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  Client client() {
    return client;
  }

  /** Kills the leader, and returns when it is dead. */
  void killLeader() {
    Node leader = awaitLeader();
    leader.kill();
    nodes.remove(leader);
  }

  /** Kills a follower, and returns when it is dead. */
  void killFollower() {
    Node leader = awaitLeader();
    Node follower = nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    follower.kill();
    nodes.remove(follower);
  }

  @Override
  public void close() {
    client.close();
    nodes.forEach(Node::kill);
  }

  private Node awaitLeader() {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      for (Node node : nodes) {
        if (leads(node)) {
          return node;
        }
      }
    }
    throw new IllegalStateException("no etcd node leads within " + PATIENCE + "; " + logs());
  }

  /** Makes the client connect, which takes seconds on a busy machine. */
  private void awaitAnswer() {
    var key = ByteSequence.from("any", StandardCharsets.UTF_8);
    try {
      client.getKVClient().get(key).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no answer within " + PATIENCE + "; " + logs(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean leads(Node node) {
    try {
      HttpResponse<String> status =
          http.send(
              HttpRequest.newBuilder(URI.create(node.endpoint() + "/v3/maintenance/status"))
                  .timeout(Duration.ofSeconds(5))
                  .POST(BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.ofString());
      return LEADER.matcher(status.body()).find();
    } catch (IOException e) { // it has not started yet
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String logs() {
    return nodes.stream().map(node -> node.log().toString()).collect(Collectors.joining(", "));
  }

  private static Node start(String name, int port, int peerPort, String members, Path data)
      throws IOException {
    Path log = data.resolve(name + ".log");
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "\"$@\" & cat; kill -9 $!",
                "sh",
                "etcd",
                "--name=" + name,
                "--data-dir=" + data.resolve(name),
                "--listen-client-urls=" + url(port),
                "--advertise-client-urls=" + url(port),
                "--listen-peer-urls=" + url(peerPort),
                "--initial-advertise-peer-urls=" + url(peerPort),
                "--initial-cluster=" + members)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new Node(port, process, log);
  }

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }
}
