import { isExpression } from "./expression.ts";
import type { Resource } from "./machine.ts";
import type { Problems } from "./problems.ts";
import { LAMBDA_INVOKE_ARGUMENTS } from "./state-fields.ts";

const LAMBDA_INVOKE = /^arn:aws[a-z-]*:states:::lambda:invoke$/;
const SERVICE_INTEGRATION = /^arn:aws[a-z-]*:states:/;
const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]*:\d*:function:([A-Za-z0-9_-]+)(?::[A-Za-z0-9_$-]+)?$/;
const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** How a Task's Resource is called; a resource that is none of ours is told to `problems`. */
export function parseResource(value: unknown, state: string, problems: Problems): Resource {
  const unusable: Resource = { kind: "function", functionName: "" };
  if (typeof value !== "string") {
    problems.add(`${state}: Resource must be a string`);
    return unusable;
  }
  if (LAMBDA_INVOKE.test(value)) return { kind: "lambda-invoke" };
  if (value.endsWith(".waitForTaskToken")) {
    problems.add(`${state}: Resource ${value}: waitForTaskToken is not supported`);
    return unusable;
  }
  if (SERVICE_INTEGRATION.test(value)) {
    problems.add(`${state}: Resource ${value}: the only service integration that is supported is arn:aws:states:::lambda:invoke`);
    return unusable;
  }
  const functionName = functionNameOf(value);
  if (functionName === undefined) {
    problems.add(`${state}: Resource must be a placeholder, the ARN of a function or arn:aws:states:::lambda:invoke: ${value}`);
    return unusable;
  }
  return { kind: "function", functionName };
}

/** The name of a function from its ARN (with or without alias) or from the name itself; undefined for anything else. */
export function functionNameOf(text: string): string | undefined {
  return FUNCTION_ARN.exec(text)?.[1] ?? (FUNCTION_NAME.test(text) ? text : undefined);
}

/** lambda:invoke takes more arguments on AWS; here only the function and its payload mean something. */
export function refuseLambdaInvokeArguments(value: unknown, state: string, problems: Problems): void {
  if (typeof value === "string" && isExpression(value)) return;
  const fields = problems.object(value, `${state}: Arguments of lambda:invoke`);
  problems.unknownFields(fields, LAMBDA_INVOKE_ARGUMENTS, `${state}: Arguments`);
  const name = fields.FunctionName;
  if (typeof name !== "string") problems.add(`${state}: Arguments need a FunctionName`);
  else if (!isExpression(name) && functionNameOf(name) === undefined) {
    problems.add(`${state}: FunctionName is neither the name nor the ARN of a function: ${name}`);
  }
}
