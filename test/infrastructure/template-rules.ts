import { type Json, ofType, type StackTemplate } from "../../scripts/stack-templates.ts";

/** What must never regress, as functions over a template: each answers the ids of what breaks it. */

/** Every hop that nobody waits for, and that has nowhere to put what it cannot hand on. */
export function hopsWithoutDeadLetters(stack: StackTemplate): string[] {
  const rules = ofType(stack, "AWS::Events::Rule").filter(({ properties }) =>
    properties.Targets.some(({ DeadLetterConfig }: Json) => DeadLetterConfig?.Arn === undefined),
  );
  const schedules = ofType(stack, "AWS::Scheduler::Schedule").filter(
    ({ properties }) => properties.Target.DeadLetterConfig?.Arn === undefined,
  );
  const subscriptions = ofType(stack, "AWS::SNS::Subscription").filter(({ properties }) => properties.RedrivePolicy === undefined);
  const queues = new Map(ofType(stack, "AWS::SQS::Queue").map(({ id, properties }) => [id, properties]));
  const mappings = ofType(stack, "AWS::Lambda::EventSourceMapping").filter(({ properties }) => {
    const source = queues.get(properties.EventSourceArn["Fn::GetAtt"]?.[0]);
    return source === undefined ? properties.DestinationConfig?.OnFailure?.Destination === undefined : source.RedrivePolicy === undefined;
  });
  return [...rules, ...schedules, ...subscriptions, ...mappings, ...asynchronousInvocations(stack)].map(({ id }) => id).sort();
}

/** Functions that a service invokes without waiting, and that name no destination for what fails. */
function asynchronousInvocations(stack: StackTemplate) {
  const withDestination = new Set(
    ofType(stack, "AWS::Lambda::EventInvokeConfig")
      .filter(({ properties }) => properties.DestinationConfig?.OnFailure !== undefined)
      .map(({ properties }) => properties.FunctionName.Ref),
  );
  const waiting = ["apigateway.amazonaws.com"];
  return ofType(stack, "AWS::Lambda::Permission").filter(
    ({ properties }) => !waiting.includes(properties.Principal) && !withDestination.has(properties.FunctionName["Fn::GetAtt"]?.[0]),
  );
}

/** Statements of identities that allow an action with a wildcard. */
export function wildcardActions(stack: StackTemplate): string[] {
  return [...ofType(stack, "AWS::IAM::Policy"), ...ofType(stack, "AWS::IAM::Role")].flatMap(({ id, properties }) => {
    const documents: Json[] = [properties.PolicyDocument, ...(properties.Policies ?? []).map(({ PolicyDocument }: Json) => PolicyDocument)];
    return documents
      .filter((document) => document !== undefined)
      .flatMap(({ Statement }) => Statement as Json[])
      .filter(({ Effect, Action }) => Effect === "Allow" && [Action].flat().some((action: string) => action.includes("*")))
      .map(() => id);
  });
}

/** Log groups that keep everything for ever, and what would write to a log group that AWS makes by itself, which does. */
export function logsWithoutEnd(stack: StackTemplate): string[] {
  const groups = ofType(stack, "AWS::Logs::LogGroup").filter(({ properties }) => properties.RetentionInDays === undefined);
  const functions = ofType(stack, "AWS::Lambda::Function").filter(({ properties }) => properties.LoggingConfig?.LogGroup === undefined);
  const machines = ofType(stack, "AWS::StepFunctions::StateMachine").filter(
    ({ properties }) => properties.LoggingConfiguration?.Destinations === undefined,
  );
  return [...groups, ...functions, ...machines].map(({ id }) => id);
}

/** Queues that are not encrypted, or that take a message without TLS. */
export function openQueues(stack: StackTemplate): string[] {
  const closed = new Set(
    ofType(stack, "AWS::SQS::QueuePolicy").flatMap(({ properties }) =>
      properties.PolicyDocument.Statement.some(
        ({ Effect, Condition }: Json) => Effect === "Deny" && Condition?.Bool?.["aws:SecureTransport"] === "false",
      )
        ? properties.Queues.map(({ Ref }: Json) => Ref)
        : [],
    ),
  );
  return ofType(stack, "AWS::SQS::Queue")
    .filter(({ id, properties }) => properties.SqsManagedSseEnabled !== true || !closed.has(id))
    .map(({ id }) => id);
}

/** Dead-letter queues, as those that have none themselves, without an alarm on what lies in them. */
export function unwatchedDeadLetters(stacks: readonly StackTemplate[]): string[] {
  const watched = new Set(
    stacks
      .flatMap((stack) => ofType(stack, "AWS::CloudWatch::Alarm"))
      .filter(({ properties }) => properties.MetricName === "ApproximateNumberOfMessagesVisible" && properties.Threshold === 1)
      .map(({ properties }) => properties.Dimensions[0].Value),
  );
  return stacks
    .flatMap((stack) => ofType(stack, "AWS::SQS::Queue"))
    .filter(({ properties }) => properties.RedrivePolicy === undefined && !watched.has(properties.QueueName))
    .map(({ id }) => id);
}
