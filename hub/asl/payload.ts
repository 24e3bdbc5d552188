import { ERROR, StateError } from "./errors.ts";

/** The payload quota of Step Functions: bytes of the JSON text in UTF-8. It holds for what one state assigns, too. */
export const PAYLOAD_BYTES_MAX = 262_144;
/** The quota of Step Functions on all variables of an execution together; counted here along a scope and the scopes around it. */
export const VARIABLES_BYTES_MAX = 10 * 1024 * 1024;

/** A UTF-16 unit takes at most three bytes, so a short text need not be counted. */
function isOverQuota(text: string): boolean {
  return text.length * 3 > PAYLOAD_BYTES_MAX && Buffer.byteLength(text) > PAYLOAD_BYTES_MAX;
}

/**
 * The JSON text of a value (undefined is null), refused above the quota with States.DataLimitExceeded. `whose` is a state or a task. The
 * error is terminal (States.ALL does not reach it) unless it is about the result of a task, which AWS lets States.ALL catch.
 */
export function payloadText(value: unknown, whose: string, isResult = false): string {
  const text = JSON.stringify(value) ?? "null";
  if (isOverQuota(text)) {
    throw new StateError(
      ERROR.dataLimitExceeded,
      `The state/task '${whose}' returned a result with a size exceeding the maximum number of bytes service limit.`,
      { terminal: !isResult },
    );
  }
  return text;
}

/** A copy that shares nothing with the value, as if it had crossed a wire. */
export function payloadCopy(value: unknown, whose: string): unknown {
  return JSON.parse(payloadText(value, whose));
}
