import { ERROR, StateError } from "./errors.ts";

/** The payload quota of Step Functions: bytes of the JSON text in UTF-8. */
export const PAYLOAD_BYTES_MAX = 262_144;

/** A UTF-16 unit takes at most three bytes, so a short text need not be counted. */
function isOverQuota(text: string): boolean {
  return text.length * 3 > PAYLOAD_BYTES_MAX && Buffer.byteLength(text) > PAYLOAD_BYTES_MAX;
}

/** The JSON text of a value (undefined is null), refused above the quota with States.DataLimitExceeded. */
export function payloadText(value: unknown, whose: string): string {
  const text = JSON.stringify(value) ?? "null";
  if (isOverQuota(text)) {
    throw new StateError(
      ERROR.dataLimitExceeded,
      `${whose} has a size exceeding the maximum of ${PAYLOAD_BYTES_MAX} bytes. Pass an address instead of the content.`,
    );
  }
  return text;
}

/** A copy that shares nothing with the value, as if it had crossed a wire. */
export function payloadCopy(value: unknown, whose: string): unknown {
  return JSON.parse(payloadText(value, whose));
}
