import { Aws } from "aws-cdk-lib";
import type { Settings } from "./settings.ts";

/** Names that functions compose from a prefix (wiring/environment.ts): queues, machines and parameters; functions are called alike, to be found. */
export interface Names {
  /** Before every name: `throughline-dev-`. */
  readonly prefix: string;
  /** Path of the parameters that hold secrets: `/throughline/dev`. */
  readonly secretsPath: string;
  readonly eventBus: string;
  readonly alarmTopic: string;
  readonly metricsNamespace: string;
  readonly queueUrlPrefix: string;
  readonly queueArnPrefix: string;
  readonly machineArnPrefix: string;
}

export function namesOf({ stage }: Pick<Settings, "stage">): Names {
  const prefix = `throughline-${stage}-`;
  return {
    prefix,
    secretsPath: `/throughline/${stage}`,
    eventBus: `${prefix}events`,
    alarmTopic: `${prefix}alarms`,
    metricsNamespace: `throughline-${stage}`,
    queueUrlPrefix: `https://sqs.${Aws.REGION}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${prefix}`,
    queueArnPrefix: `arn:${Aws.PARTITION}:sqs:${Aws.REGION}:${Aws.ACCOUNT_ID}:${prefix}`,
    machineArnPrefix: `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:${prefix}`,
  };
}
