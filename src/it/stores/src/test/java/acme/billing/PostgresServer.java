package acme.billing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import com.zaxxer.hikari.HikariConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Provides test classes with a PostgreSQL, which starts with the first class and stops with the
 * JVM. If it does not start, the class is skipped, with the reason.
 */
final class PostgresServer implements ExecutionCondition {
  private static final Path DIRECTORY = Path.of("target", "postgres").toAbsolutePath();

  private static EmbeddedPostgres server;

  /** Returns the configuration for a connection pool. */
  static synchronized HikariConfig poolConfig() {
    var config = new HikariConfig();
    config.setDataSource(server.getPostgresDatabase());
    return config;
  }

  // Not an assumption, since Surefire does not report a class that one skips.
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try {
      start();
      return enabled("PostgreSQL has started");
    } catch (IOException e) {
      String reason = "PostgreSQL does not start here: " + e.getMessage();
      System.err.println(context.getDisplayName() + " is skipped: " + reason);
      return disabled(reason);
    }
  }

  private static synchronized void start() throws IOException {
    if (server != null) {
      return;
    }
    Files.createDirectories(DIRECTORY);
    Path log = Files.createTempFile(DIRECTORY, "server", ".log");
    try {
      server =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(DIRECTORY.toFile())
              .setDataDirectory(Files.createTempDirectory(DIRECTORY, "data"))
              .setOutputRedirector(Redirect.appendTo(log.toFile()))
              .setLocaleConfig("locale", "C") // that of the system may be missing
              .setPGStartupWait(Duration.ofMinutes(1))
              .start();
    } catch (IOException | RuntimeException e) {
      throw new IOException(e.getMessage() + "; it printed: " + Files.readString(log), e);
    }
  }
}
