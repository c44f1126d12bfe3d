package acme.billing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips R8 to R14, on what is read, as another test tries them on the same database. */
final class TriedElsewhere implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean isOnContents =
        context
            .getTestMethod()
            .map(Method::getName)
            .filter(name -> name.matches("r([89]|1[0-4])_.*"))
            .isPresent();
    return isOnContents
        ? disabled("another test tries R8 to R14 on the same database")
        : enabled("about connections, races or versions");
  }
}
