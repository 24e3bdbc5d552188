import { type AwsApi, AwsFailure } from "#adapters/aws";
import type { RestoreFacts } from "./next-step.ts";

const dynamo = (operation: string) => ({ service: "dynamodb", target: `DynamoDB_20120810.${operation}`, jsonVersion: "1.0" as const });

/** Undefined: there is none. */
async function statusOf(api: AwsApi, table: string): Promise<string | undefined> {
  try {
    const { Table } = (await api.call(dynamo("DescribeTable"), { TableName: table })) as { Table?: { TableStatus?: string } };
    return Table?.TableStatus;
  } catch (error) {
    if (error instanceof AwsFailure && error.code === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

interface ContinuousBackups {
  readonly ContinuousBackupsDescription?: {
    readonly PointInTimeRecoveryDescription?: {
      readonly PointInTimeRecoveryStatus?: string;
      /** Seconds since 1970. */
      readonly EarliestRestorableDateTime?: number;
      readonly LatestRestorableDateTime?: number;
    };
  };
}

/** The span of DescribeContinuousBackups; undefined: the recovery is switched off. */
export function recoveryIn({ ContinuousBackupsDescription: description }: ContinuousBackups): RestoreFacts["recovery"] {
  const { PointInTimeRecoveryStatus, EarliestRestorableDateTime, LatestRestorableDateTime } =
    description?.PointInTimeRecoveryDescription ?? {};
  if (PointInTimeRecoveryStatus !== "ENABLED" || EarliestRestorableDateTime === undefined || LatestRestorableDateTime === undefined)
    return undefined;
  const instant = (seconds: number) => new Date(seconds * 1_000).toISOString();
  return { earliest: instant(EarliestRestorableDateTime), latest: instant(LatestRestorableDateTime) };
}

export async function factsOf(api: AwsApi, table: string, beside: string): Promise<RestoreFacts> {
  const status = await statusOf(api, table);
  const besideStatus = await statusOf(api, beside);
  // Of a table that is there already nothing is asked.
  if (status === undefined || besideStatus !== undefined) return { status, besideStatus, recovery: undefined };
  const backups = (await api.call(dynamo("DescribeContinuousBackups"), { TableName: table })) as ContinuousBackups;
  return { status, besideStatus, recovery: recoveryIn(backups) };
}

export async function makeBeside(api: AwsApi, table: string, beside: string, at: string): Promise<void> {
  await api.call(dynamo("RestoreTableToPointInTime"), {
    SourceTableName: table,
    TargetTableName: beside,
    RestoreDateTime: Date.parse(at) / 1_000,
  });
}
