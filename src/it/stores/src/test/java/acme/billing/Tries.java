package acme.billing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tries these rules of the contract only, as another test tries all of them on the same code. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Tries.Condition.class)
@interface Tries {
  int[] value();

  /** Skips the tests of the other rules. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Method test = context.getTestMethod().orElse(null);
      int[] rules = context.getRequiredTestClass().getAnnotation(Tries.class).value();
      boolean isTried =
          test == null
              || IntStream.of(rules).anyMatch(rule -> test.getName().startsWith("r" + rule + "_"));
      return isTried
          ? enabled("another outcome is possible here")
          : disabled("another test tries this rule on the same code");
    }
  }
}
