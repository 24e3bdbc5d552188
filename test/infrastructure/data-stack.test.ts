import { beforeAll, describe, expect, test } from "vitest";
import { type Json, ofType, referenceText, resourceCounts } from "../../scripts/stack-templates.ts";
import { type Synthesized, synthesize } from "../../scripts/synthesized-stacks.ts";

let lite: Synthesized;
let peak: Synthesized;
beforeAll(() => {
  lite = synthesize();
  peak = synthesize({ profile: "peak" });
});

function only(synthesized: Synthesized, type: string): Json {
  const found = ofType(synthesized.data, type);
  expect(found).toHaveLength(1);
  return found[0]?.properties;
}

function bucket(synthesized: Synthesized, name: string): Json {
  return ofType(synthesized.data, "AWS::S3::Bucket").find(({ id }) => id.startsWith(name))?.properties;
}

describe("the data stack", () => {
  test("holds one table and three buckets, and in peak a key; no function and no custom resource", () => {
    expect(Object.fromEntries(resourceCounts(lite.data))).toEqual({
      "AWS::DynamoDB::GlobalTable": 1,
      "AWS::S3::Bucket": 3,
      "AWS::S3::BucketPolicy": 3,
    });
    expect(Object.fromEntries(resourceCounts(peak.data))).toEqual({
      "AWS::DynamoDB::GlobalTable": 1,
      "AWS::KMS::Key": 1,
      "AWS::S3::Bucket": 3,
      "AWS::S3::BucketPolicy": 3,
    });
  });

  test("keeps its resources under the ids that they were first deployed with", () => {
    const stateful = Object.keys(peak.data.resources).filter((id) => !id.includes("Policy"));
    expect(stateful.sort()).toEqual([
      "AccessLogs8B620ECA",
      "DocumentsBucket089EA665",
      "DropsBucketA91BB315",
      "Key961B73FD",
      "Lineage60928BB8",
    ]);
  });

  test("the table is on demand, keyed by transaction and key, streams what is inserted, can be set back, and cannot be deleted", () => {
    const table = only(lite, "AWS::DynamoDB::GlobalTable");
    expect(table.BillingMode).toBe("PAY_PER_REQUEST");
    expect(table.KeySchema).toEqual([
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ]);
    expect(table.LocalSecondaryIndexes.map(({ IndexName }: Json) => IndexName)).toEqual(["by-place"]);
    expect(table.StreamSpecification).toEqual({ StreamViewType: "NEW_IMAGE" });
    expect(table.Replicas).toEqual([
      {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 30 },
        Region: { Ref: "AWS::Region" },
      },
    ]);
    expect(table.WarmThroughput).toBeUndefined();
  });

  test("in peak the table is warm before the peak, and encrypted by a key of its own that is rotated", () => {
    const table = only(peak, "AWS::DynamoDB::GlobalTable");
    expect(table.WarmThroughput).toEqual({ ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 10_000 });
    expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: "KMS" });
    expect(referenceText(table.Replicas[0].SSESpecification.KMSMasterKeyId, peak.stacks)).toBe("Key.Arn");
    expect(only(peak, "AWS::KMS::Key").EnableKeyRotation).toBe(true);
  });

  test("the key is used through the table and the buckets of this account alone", () => {
    const statements: Json[] = only(peak, "AWS::KMS::Key").KeyPolicy.Statement;
    const open = statements.filter(({ Principal }) => Principal.AWS === "*");
    expect(open).toHaveLength(1);
    expect(Object.keys(open[0].Condition.StringEquals)).toEqual(["kms:CallerAccount", "kms:ViaService"]);
    expect(open[0].Condition.StringEquals["kms:ViaService"].map((each: Json) => referenceText(each, peak.stacks))).toEqual([
      "dynamodb.<Region>.<URLSuffix>",
      "s3.<Region>.<URLSuffix>",
    ]);
  });

  test.each(["Documents", "Drops", "AccessLogs"])("the bucket %s is private, encrypted, and reached over TLS alone", (name) => {
    for (const synthesized of [lite, peak]) {
      const properties = bucket(synthesized, name);
      expect(properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      const own = synthesized === peak && name !== "AccessLogs";
      const [rule] = properties.BucketEncryption.ServerSideEncryptionConfiguration;
      expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe(own ? "aws:kms" : "AES256");
      const policies = ofType(synthesized.data, "AWS::S3::BucketPolicy").filter(({ id }) => id.startsWith(name));
      const statements: Json[] = policies.flatMap(({ properties: { PolicyDocument } }) => PolicyDocument.Statement);
      expect(statements.some(({ Effect, Condition }) => Effect === "Deny" && Condition?.Bool?.["aws:SecureTransport"] === "false")).toBe(
        true,
      );
    }
  });

  test.each(["Documents", "Drops"])("the bucket %s is versioned and logs who reads", (name) => {
    const properties = bucket(lite, name);
    expect(properties.VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(properties.LoggingConfiguration.LogFilePrefix).toBe(`${name.toLowerCase()}/`);
  });

  test("files that were dropped, what passes through, and every former version are gone after thirty days; the record is kept", () => {
    const rules = (name: string) =>
      bucket(lite, name).LifecycleConfiguration.Rules.map(({ Prefix, ExpirationInDays, NoncurrentVersionExpiration, Status }: Json) => [
        Prefix ?? "all",
        ExpirationInDays ?? "kept",
        NoncurrentVersionExpiration?.NoncurrentDays,
        Status,
      ]);
    expect(rules("Drops")).toEqual([
      ["all", "kept", 7, "Enabled"],
      ["all", 23, undefined, "Enabled"],
    ]);
    expect(rules("Documents")).toEqual([
      ["all", "kept", 7, "Enabled"],
      ["passing/", 23, undefined, "Enabled"],
      ["unpacked/", 23, undefined, "Enabled"],
    ]);
  });

  test("objects dropped are told to EventBridge by the bucket itself", () => {
    expect(bucket(lite, "Drops").NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    expect(bucket(lite, "Documents").NotificationConfiguration).toBeUndefined();
  });

  test("everything that holds data outlives its stack, unless the stage says otherwise", () => {
    const policies = (synthesized: Synthesized) =>
      Object.values(synthesized.data.resources)
        .filter(({ Type }) => !Type.endsWith("Policy"))
        .map(({ DeletionPolicy }) => DeletionPolicy);
    expect(new Set(policies(peak))).toEqual(new Set(["Retain"]));
    const passing = synthesize({ removal: "destroy" });
    expect(new Set(policies(passing))).toEqual(new Set(["Delete"]));
    expect(only(passing, "AWS::DynamoDB::GlobalTable").Replicas[0].DeletionProtectionEnabled).toBe(false);
  });
});
