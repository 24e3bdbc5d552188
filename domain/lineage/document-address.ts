import { Invalid } from "#domain/failures";

/** The SHA-256 in a content address `sha256/<64 hex digits>`; undefined for an address that is a name. */
export function hashInAddress(address: string): string | undefined {
  return /^sha256\/([0-9a-f]{64})$/.exec(address)?.[1];
}

/**
 * The address of bytes that are needed for as long as something works on them, and may hold what nobody should keep: a page of a report, a part
 * of an archive, what is answered to a customer. They end by themselves (wiring/retention.ts), while what is under a content address stays.
 */
export function passingAddress(hash: string): string {
  return `passing/${hash}`;
}

/**
 * An address of the document store is a content address, or a name: parts joined by "/", each of 1 to 200 characters, none of them hidden,
 * "." or "..". Throws Invalid on anything else, so that no name reaches outside the store on any host.
 */
export function assertDocumentAddress(address: string): void {
  if (hashInAddress(address) !== undefined) return;
  const parts = address.split("/");
  if (address.length > 1_000 || parts[0] === "sha256" || !parts.every(isSafePart)) {
    throw new Invalid(
      `"${address.slice(0, 200)}" is no address of a document: use sha256/<64 hex digits>, or a name such as drops/pos/day.xml`,
    );
  }
}

function isSafePart(part: string): boolean {
  return part.length >= 1 && part.length <= 200 && !part.startsWith(".") && !part.endsWith(".partial") && !/[\\\p{Cc}]/u.test(part);
}
