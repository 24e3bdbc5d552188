/** How a Task waits for what it asked for. */
export type Pattern =
  /** For the answer of the call. */
  | "request"
  /** For the end of the job that the call started; its Output is text (".sync") or JSON (".sync:2"). */
  | "sync"
  | "sync:2"
  /** For whoever was handed the task token. */
  | "waitForTaskToken";

/** How the resource of a Task is called. */
export type Resource =
  /** A function itself: Arguments are its payload, its answer is the result. */
  | { readonly kind: "function"; readonly functionName: string; readonly resource: string }
  /** An action of a service: "lambda:invoke", "aws-sdk:sfn:startSyncExecution". */
  | { readonly kind: "integration"; readonly action: string; readonly pattern: Pattern };

interface IntegrationRules {
  readonly patterns: readonly Pattern[];
  readonly required: readonly string[];
  /** Undefined: the action takes whatever its service takes. */
  readonly optional?: readonly string[];
}

/** The service integrations that this interpreter knows, with the arguments that mean something on both hosts. */
const INTEGRATIONS: Readonly<Record<string, IntegrationRules>> = {
  "lambda:invoke": { patterns: ["request", "waitForTaskToken"], required: ["FunctionName"], optional: ["Payload"] },
  "events:putEvents": { patterns: ["request", "waitForTaskToken"], required: ["Entries"], optional: [] },
  "sqs:sendMessage": {
    patterns: ["request", "waitForTaskToken"],
    required: ["QueueUrl", "MessageBody"],
    optional: ["DelaySeconds", "MessageGroupId"],
  },
  "states:startExecution": {
    patterns: ["request", "sync", "sync:2", "waitForTaskToken"],
    required: ["StateMachineArn"],
    optional: ["Input", "Name"],
  },
  "aws-sdk:sfn:startSyncExecution": { patterns: ["request"], required: ["StateMachineArn"], optional: ["Input", "Name"] },
  "dynamodb:getItem": { patterns: ["request"], required: ["TableName"] },
  "dynamodb:putItem": { patterns: ["request"], required: ["TableName"] },
  "dynamodb:updateItem": { patterns: ["request"], required: ["TableName"] },
  "dynamodb:deleteItem": { patterns: ["request"], required: ["TableName"] },
};

/** Every action that the interpreter knows. A host runs those that it has an integration for. */
export const KNOWN_ACTIONS: readonly string[] = Object.keys(INTEGRATIONS);

const SERVICE = /^arn:aws[a-z-]*:states:::(.+?)(?:\.(sync|sync:2|waitForTaskToken))?$/;

/** The action and pattern of a service integration's ARN; undefined for one that the interpreter does not know. */
export function integrationOf(arn: string): Extract<Resource, { kind: "integration" }> | undefined {
  const [, action = "", pattern = "request"] = SERVICE.exec(arn) ?? [];
  const rules = rulesOf(action);
  if (rules === undefined || !rules.patterns.includes(pattern as Pattern)) return undefined;
  return { kind: "integration", action, pattern: pattern as Pattern };
}

function rulesOf(action: string): IntegrationRules | undefined {
  return Object.hasOwn(INTEGRATIONS, action) ? INTEGRATIONS[action] : undefined;
}

/** The arguments that an action must have, and those that it may have (undefined: any). */
export function argumentRules(action: string): { readonly required: readonly string[]; readonly known: readonly string[] | undefined } {
  const { required = [], optional } = rulesOf(action) ?? {};
  return { required, known: optional && [...required, ...optional] };
}

/** "lambda" and "invoke.waitForTaskToken", as the events of AWS name a service integration. */
export function eventNames({ action, pattern }: Extract<Resource, { kind: "integration" }>): { resourceType: string; resource: string } {
  const cut = action.lastIndexOf(":");
  return { resourceType: action.slice(0, cut), resource: `${action.slice(cut + 1)}${pattern === "request" ? "" : `.${pattern}`}` };
}

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]*:\d*:function:([A-Za-z0-9_-]+)(?::[A-Za-z0-9_$-]+)?$/;
const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** The name of a function from its ARN (with or without alias) or from the name itself; undefined for anything else. */
export function functionNameOf(text: string): string | undefined {
  return FUNCTION_ARN.exec(text)?.[1] ?? (FUNCTION_NAME.test(text) ? text : undefined);
}
