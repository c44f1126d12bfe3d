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

/** Skips a test class where etcd is not installed, and says how to get it. */
final class EtcdInstalled implements ExecutionCondition {
  // An assumption would do, but Surefire keeps quiet about a class that is skipped by one.
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
