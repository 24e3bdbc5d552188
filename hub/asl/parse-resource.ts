import { isExpression } from "./expression.ts";
import type { MachineType } from "./machine.ts";
import type { Problems } from "./problems.ts";
import { argumentRules, functionNameOf, integrationOf, KNOWN_ACTIONS, type Resource } from "./resources.ts";

const STATES_ARN = /^arn:aws[a-z-]*:states:/;

/** What a resource is read for. */
interface Surroundings {
  readonly problems: Problems;
  readonly machineType: MachineType;
  /** Actions that the host runs. */
  readonly actions: readonly string[];
}

/** How a Task's Resource is called; a resource that cannot be is told to `problems`. */
export function parseResource(value: unknown, state: string, { problems, machineType, actions }: Surroundings): Resource {
  const unusable: Resource = { kind: "function", functionName: "", resource: "" };
  if (typeof value !== "string") {
    problems.add(`${state}: Resource must be a string`);
    return unusable;
  }
  if (STATES_ARN.test(value)) {
    const integration = integrationOf(value);
    if (integration === undefined) {
      problems.add(`${state}: Resource ${value} is no service integration that is supported. Known: ${KNOWN_ACTIONS.join(", ")}`);
      return unusable;
    }
    if (!actions.includes(integration.action)) {
      problems.add(`${state}: Resource ${value} is not on this host, which has ${actions.join(", ") || "no service integration"}`);
    }
    if (machineType === "EXPRESS" && integration.pattern !== "request") {
      const pattern = integration.pattern === "waitForTaskToken" ? ".waitForTaskToken" : ".sync";
      problems.add(`${state}: Resource ${value}: Express state machine does not support '${pattern}' service integration`);
    }
    return integration;
  }
  const functionName = functionNameOf(value);
  if (functionName === undefined) {
    problems.add(`${state}: Resource must be a placeholder, the ARN of a function or of a service integration: ${value}`);
    return unusable;
  }
  return { kind: "function", functionName, resource: value };
}

/** AWS drops arguments that it does not know without a word, and some that it knows mean nothing here: both are refused. */
export function refuseArguments(value: unknown, state: string, resource: Resource, problems: Problems): void {
  if (resource.kind === "function" || (typeof value === "string" && isExpression(value))) return;
  const { action } = resource;
  const fields = problems.object(value, `${state}: Arguments of ${action}`);
  const { required, known } = argumentRules(action);
  if (known !== undefined) problems.unknownFields(fields, known, `${state}: Arguments`);
  for (const name of required) if (fields[name] === undefined) problems.add(`${state}: Arguments of ${action} need ${name}`);
  const { FunctionName } = fields;
  if (action === "lambda:invoke" && typeof FunctionName === "string" && !isExpression(FunctionName)) {
    if (functionNameOf(FunctionName) === undefined) {
      problems.add(`${state}: FunctionName is neither the name nor the ARN of a function: ${FunctionName}`);
    }
  }
}
