import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership, StorageClass } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { retention } from "#wiring";

export interface KeptBucketProps {
  /** Absent: S3's own keys. */
  readonly key: Key | undefined;
  readonly removal: RemovalPolicy;
  readonly accessLogs: { readonly bucket: Bucket; readonly prefix: string };
  /** What ends after some days: all of it, or what lies in these folders. */
  readonly ends: "all" | readonly string[];
}

/** Objects below 128 KB stay where they are: S3 moves none that would cost more elsewhere. */
const seldomReadAfterDays = 90;

/** A bucket whose content is a record, but for what ends: versioned, private, encrypted, reached over TLS alone, with a log of who read it. */
export class KeptBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { key, removal, accessLogs, ends }: KeptBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: key === undefined ? BucketEncryption.S3_MANAGED : BucketEncryption.KMS,
      ...(key === undefined ? {} : { encryptionKey: key, bucketKeyEnabled: true }),
      removalPolicy: removal,
      // The CDK's class and its own interface differ under exactOptionalPropertyTypes.
      serverAccessLogsBucket: accessLogs.bucket as IBucket,
      serverAccessLogsPrefix: accessLogs.prefix,
      lifecycleRules: [
        {
          id: "seldom-read",
          ...(ends === "all"
            ? {}
            : { transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(seldomReadAfterDays) }] }),
          noncurrentVersionExpiration: Duration.days(retention.formerVersionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        ...(ends === "all" ? [undefined] : ends).map((folder) => ({
          id: folder === undefined ? "ends" : `ends-${folder}`,
          ...(folder === undefined ? {} : { prefix: `${folder}/` }),
          expiration: Duration.days(retention.fileDays),
        })),
      ],
    });
  }
}
