import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership, StorageClass } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

export interface KeptBucketProps {
  /** Absent: S3's own keys. */
  readonly key: Key | undefined;
  readonly removal: RemovalPolicy;
  readonly accessLogs: { readonly bucket: Bucket; readonly prefix: string };
}

/** Objects below 128 KB stay where they are: S3 moves none that would cost more elsewhere. */
const seldomReadAfterDays = 90;
const oldVersionsDays = 90;

/** A bucket whose content is a record: versioned, private, encrypted, reached over TLS alone, with a log of who read it. */
export class KeptBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { key, removal, accessLogs }: KeptBucketProps) {
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
          transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(seldomReadAfterDays) }],
          noncurrentVersionExpiration: Duration.days(oldVersionsDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
  }
}
