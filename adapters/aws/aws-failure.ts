import { Unavailable, UnknownOutcome } from "#domain/failures";

/** Where a failed request stands: refused by its own condition, certainly not applied, or perhaps applied. */
export type RequestFate = "condition-failed" | "not-applied" | "unknown";

/**
 * A request to AWS that failed. `code` is the service's name for the error, or why there is none: "NotSigned" (without credentials),
 * "NoConnection", "NoAnswer", "UnreadableAnswer".
 */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
  /** Such as "DynamoDB_20120810.PutItem". */
  readonly operation: string;
  readonly code: string;
  readonly fate: RequestFate;

  constructor(operation: string, code: string, fate: RequestFate, options?: ErrorOptions) {
    super(`${operation} failed: ${code}`, options);
    this.operation = operation;
    this.code = code;
    this.fate = fate;
  }
}

/**
 * Errors that a service raises before it does anything. Retriable or not, nothing was applied. Each is documented so by its service; what
 * is not listed is "unknown".
 */
const refusedBeforeAnything: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "BadDigest",
  "BatchEntryIdsNotDistinct",
  "BatchRequestTooLong",
  "ConditionalRequestConflict",
  "EmptyBatchRequest",
  "EntityTooLarge",
  "ExecutionLimitExceeded",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidAddress",
  "InvalidArn",
  "InvalidBatchEntryId",
  "InvalidBucketName",
  "InvalidDigest",
  "InvalidExecutionInput",
  "InvalidKeyId",
  "InvalidName",
  "InvalidOutput",
  "InvalidParameterValueException",
  "InvalidSecurity",
  "InvalidSignatureException",
  "ItemCollectionSizeLimitExceededException",
  "KeyTooLongError",
  "KmsAccessDenied",
  "KmsAccessDeniedException",
  "KmsDisabled",
  "KmsInvalidKeyUsage",
  "KmsInvalidState",
  "KmsInvalidStateException",
  "KmsNotFound",
  "KmsOptInRequired",
  "KmsThrottled",
  "KmsThrottlingException",
  "MethodNotAllowed",
  "MissingAuthenticationTokenException",
  "NoSuchBucket",
  "NoSuchKey",
  "ParameterNotFound",
  "ProvisionedThroughputExceededException",
  "QueueDoesNotExist",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestTimeTooSkewed",
  "ResourceNotFoundException",
  "SerializationException",
  "SignatureDoesNotMatch",
  "SlowDown",
  "StateMachineDeleting",
  "StateMachineDoesNotExist",
  "StateMachineTypeNotSupported",
  "ThrottledException",
  "ThrottlingException",
  "TooManyEntriesInBatchRequest",
  "TooManyRequestsException",
  "UnrecognizedClientException",
  "UnsupportedOperation",
  "ValidationException",
  "XAmzContentSHA256Mismatch",
]);

const refusedByCondition: ReadonlySet<string> = new Set([
  "ConditionalCheckFailedException",
  "ExecutionAlreadyExists",
  "InvalidToken",
  "PreconditionFailed",
  "TaskDoesNotExist",
  "TaskTimedOut",
  // A condition, or another request on the same item: nothing was applied, and whoever reads again sees why.
  "TransactionCanceledException",
  // A single write that met such a request: the same from the other side.
  "TransactionConflictException",
]);

/** Valid only for a request that is sent once: a retry after a lost answer meets its own effect as a failed condition. */
export function fateOf(code: string): RequestFate {
  if (refusedByCondition.has(code)) return "condition-failed";
  return refusedBeforeAnything.has(code) ? "not-applied" : "unknown";
}

/** For an effect that either happened or did not: what its port throws. `next` says what to do in words. */
export function failureOf(what: string, error: unknown, next: string): Unavailable | UnknownOutcome {
  const code = error instanceof AwsFailure ? error.code : error instanceof Error ? error.name : String(error);
  if (error instanceof AwsFailure && error.fate !== "unknown") {
    return new Unavailable(`${what} was not done (${code}): ${next}`, { cause: error });
  }
  return new UnknownOutcome(`nobody can say whether ${what} was done (${code}): ${next}`, { cause: error });
}
