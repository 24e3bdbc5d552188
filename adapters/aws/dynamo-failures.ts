/** Where a failed request to DynamoDB stands: refused by the condition, certainly not applied, or perhaps applied. */
export type RequestFate = "condition-failed" | "not-applied" | "unknown";

/** Errors that DynamoDB raises before it touches the item. Retriable or not, nothing was written. */
const refusedBeforeWriting: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "ValidationException",
  "SerializationException",
  "ResourceNotFoundException",
  "ItemCollectionSizeLimitExceededException",
  "AccessDeniedException",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "ExpiredTokenException",
  "CredentialsProviderError",
]);

/** System errors of a connection that never stood, so that no byte of the request was sent. */
const neverConnected: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/**
 * Classifies by the error's name and system code. A 5xx answer, a time-out and a lost connection are "unknown", and so is whatever is
 * not listed. Valid only for a client that sends a request once: a retry after a lost answer meets its own item as a failed condition.
 */
export function requestFate(error: unknown): RequestFate {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "ConditionalCheckFailedException") return "condition-failed";
  if (refusedBeforeWriting.has(error.name)) return "not-applied";
  if ("code" in error && typeof error.code === "string" && neverConnected.has(error.code)) return "not-applied";
  return "unknown";
}
