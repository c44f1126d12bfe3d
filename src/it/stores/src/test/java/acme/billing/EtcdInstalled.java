package acme.billing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test class if etcd is not installed, and says how to install it. */
final class EtcdInstalled implements ExecutionCondition {
  // Not an assumption, since Surefire does not report a class that one skips.
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "etcd")))) {
      return enabled("etcd is installed");
    }
    String reason =
        "there is no etcd on the PATH; install it, for instance by: apt-get install etcd-server";
    System.err.println(context.getDisplayName() + " is skipped: " + reason);
    return disabled(reason);
  }
}
