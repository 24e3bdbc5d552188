import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { Invalid } from "#domain/failures";
import { environmentOf, type FunctionWiring, needsOnAws } from "#wiring";
import { functionWiring, type Platform } from "../platform.ts";
import { acknowledge, acknowledgeWildcard } from "./acknowledge.ts";
import type { DeadLetterQueue } from "./dead-letter-queue.ts";
import { type Permission, permissionsOf } from "./grants.ts";

export interface ThroughlineFunctionProps {
  readonly platform: Platform;
  /** Its name in wiring/. */
  readonly name: string;
  /** Who calls it without waiting for its answer; absent: every caller waits, and sees the failure itself. */
  readonly asynchronous?: { readonly deadLetters: DeadLetterQueue };
  /** Names that stand in its code for these JSON values. */
  readonly constants?: Readonly<Record<string, unknown>>;
}

const asynchronousAttempts = 2;

/** A function of wiring/ on Lambda: its bundle, what its environment holds, and no permission beyond the needs that wiring/ states. */
export class ThroughlineFunction extends Construct {
  readonly wiring: FunctionWiring;
  readonly lambda: LambdaFunction;
  readonly #platform: Platform;

  constructor(scope: Construct, id: string, { platform, name, asynchronous, constants }: ThroughlineFunctionProps) {
    super(scope, id);
    this.wiring = functionWiring(name);
    this.#platform = platform;
    const functionName = `${platform.names.prefix}${name}`;
    const logGroup = new LogGroup(this, "Log", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: platform.profile.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${name} may do`,
    });
    this.lambda = new LambdaFunction(this, "Function", {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: platform.code.handler,
      code: platform.code.of(name, constants),
      memorySize: this.wiring.memoryMegabytes,
      timeout: Duration.seconds(this.wiring.timeoutSeconds),
      environment: environment(this.wiring, platform),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      // Start and end of each invocation stand in the function's own line, and in Lambda's metrics; the platform writes of what went wrong.
      systemLogLevelV2: SystemLogLevel.WARN,
      logGroup,
      role,
      ...(asynchronous === undefined
        ? {}
        : {
            // Not by SqsDestination, which grants more than sending.
            onFailure: { bind: () => ({ destination: asynchronous.deadLetters.queue.queueArn }) },
            retryAttempts: asynchronousAttempts,
            maxEventAge: Duration.hours(6),
          }),
    });
    this.allow({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] });
    if (asynchronous !== undefined) this.allow({ actions: ["sqs:SendMessage"], resources: [asynchronous.deadLetters.queue.queueArn] });
    for (const need of needsOnAws(this.wiring)) for (const permission of permissionsOf(name, need, platform.reach)) this.allow(permission);
    acknowledge(this, "AwsSolutions-IAM5[Resource::*]", "X-Ray has no resources: segments are sent to the account.");
    acknowledge(
      this,
      "Serverless-LambdaDLQ",
      asynchronous === undefined
        ? "It is never invoked asynchronously: the queue, stream, machine or API that calls it sees the failure and has its own dead letters."
        : "Its on-failure destination takes the place of the dead-letter queue, and tells the reason beside the event.",
    );
  }

  /** For whoever answers the outside: what its callers are pointed to, so that new code takes over by degrees where the profile says so. */
  entrance(): IFunction {
    // The CDK's own class declares an optional property that its own interface does not allow to be undefined.
    return (this.#platform.canaries?.of(this.wiring.name, this.lambda) as IFunction | undefined) ?? this.lambda;
  }

  /** Beyond the needs: what an event source makes necessary. */
  allow({ actions, resources, conditions, wildcardReason }: Permission): void {
    this.lambda.addToRolePolicy(
      new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions === undefined ? {} : { conditions }) }),
    );
    if (wildcardReason === undefined) return;
    for (const resource of resources) acknowledgeWildcard(this, resource, wildcardReason);
  }
}

/** Exactly what wiring/environment.ts names for the ports that the function needs. */
function environment(wiring: FunctionWiring, { reach, names }: Platform): Record<string, string> {
  const values: Readonly<Record<string, string>> = {
    LINEAGE_TABLE: reach.table.tableName,
    DOCUMENTS_BUCKET: reach.documents.bucketName,
    DROPS_BUCKET: reach.drops.bucketName,
    EVENT_BUS: reach.bus.eventBusName,
    QUEUE_URL_PREFIX: names.queueUrlPrefix,
    MACHINE_ARN_PREFIX: names.machineArnPrefix,
    SECRETS_PREFIX: names.secretsPath,
    METRICS_NAMESPACE: names.metricsNamespace,
  };
  const needed = [...new Set(needsOnAws(wiring).flatMap(({ port }) => environmentOf[port]))].sort();
  return Object.fromEntries(needed.map((variable) => [variable, known(values, variable)]));
}

function known(values: Readonly<Record<string, string>>, variable: string): string {
  const value = values[variable];
  if (value === undefined)
    throw new Invalid(`wiring/environment.ts names ${variable}, which the stacks do not set: add it to lib/parts/throughline-function.ts`);
  return value;
}
