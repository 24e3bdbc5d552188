import { Aws, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, Billing, type CfnGlobalTable, StreamViewType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { AnyPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { lineageTable, retention } from "#wiring";
import { KeptBucket } from "../parts/kept-bucket.ts";
import { profileOf } from "../profile.ts";
import type { Settings } from "../settings.ts";

const accessLogDays = 180;

/** Everything that must outlive a deploy: the table with the lineage, the documents, and what senders drop. */
export class DataStack extends Stack {
  readonly table: TableV2;
  readonly documents: Bucket;
  readonly drops: Bucket;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: Settings }) {
    const retained = settings.removal === "retain";
    super(scope, id, {
      description: "throughline: lineage, documents and drops",
      terminationProtection: retained,
      tags: { "throughline:stage": settings.stage },
    });
    const removal = retained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const { ownKey, warmThroughput } = profileOf(settings);
    const key = ownKey ? this.#key(removal) : undefined;
    this.table = new TableV2(this, "Lineage", {
      partitionKey: { name: lineageTable.partitionKey, type: AttributeType.STRING },
      sortKey: { name: lineageTable.sortKey, type: AttributeType.STRING },
      localSecondaryIndexes: lineageTable.localIndexes.map(({ name, sortKey }) => ({
        indexName: name,
        sortKey: { name: sortKey, type: AttributeType.STRING },
      })),
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType[lineageTable.streamView],
      // No longer than what was erased may still be found somewhere.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: retention.daysInAll },
      deletionProtection: retained,
      removalPolicy: removal,
      // Without a key of our own: DynamoDB's, which cost nothing.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      ...(warmThroughput === undefined ? {} : { warmThroughput }),
    });
    if (key !== undefined) this.#encrypt(key);
    const accessLogs = this.#accessLogs(removal);
    const logged = (prefix: string) => ({ key, removal, accessLogs: { bucket: accessLogs, prefix } });
    this.documents = new KeptBucket(this, "Documents", { ...logged("documents/"), ends: retention.passingFolders }).bucket;
    this.drops = new KeptBucket(this, "Drops", { ...logged("drops/"), ends: "all" }).bucket;
    // Said on the resource itself: the L2's switch adds a custom resource with a function of its own to say the same.
    (this.drops.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    new CfnOutput(this, "LineageTable", { description: "The table of lineage, references and lists", value: this.table.tableName });
    new CfnOutput(this, "DocumentsBucket", { description: "The bucket of documents", value: this.documents.bucketName });
    new CfnOutput(this, "DropsBucket", { description: "Where tills and gateways drop their files", value: this.drops.bucketName });
  }

  /** Said on the resource itself: the L2 takes a key only where the region is known at synthesis. */
  #encrypt({ keyArn }: Key): void {
    const table = this.table.node.defaultChild as CfnGlobalTable;
    table.addPropertyOverride("SSESpecification", { SSEEnabled: true, SSEType: "KMS" });
    table.addPropertyOverride("Replicas.0.SSESpecification", { KMSMasterKeyId: keyArn });
  }

  /** Whoever may use the table or a bucket may use its key through them, and in no other way: the same rule as for keys that AWS manages. */
  #key(removalPolicy: RemovalPolicy): Key {
    const key = new Key(this, "Key", {
      description: "throughline: lineage, documents and drops",
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: "ThroughTableAndBuckets",
        principals: [new AnyPrincipal()],
        actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:CreateGrant"],
        resources: ["*"],
        conditions: {
          StringEquals: {
            "kms:CallerAccount": Aws.ACCOUNT_ID,
            "kms:ViaService": [`dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}`, `s3.${Aws.REGION}.${Aws.URL_SUFFIX}`],
          },
        },
      }),
    );
    return key;
  }

  /** Who read or wrote an object, by S3's own log; S3 delivers it for nothing but the storage. */
  #accessLogs(removalPolicy: RemovalPolicy): Bucket {
    return new Bucket(this, "AccessLogs", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // Access logs can be delivered to a bucket with S3's own keys alone.
      encryption: BucketEncryption.S3_MANAGED,
      removalPolicy,
      lifecycleRules: [{ id: "expire", expiration: Duration.days(accessLogDays) }],
    });
  }
}
