import type { ParsedDocument } from "#domain/lineage";

/** One object at its source. */
export interface SourceRequest {
  readonly shop: string;
  /** In the channel's words: order, return, … */
  readonly resource: string;
  readonly id: string;
}

/**
 * - found: the answer's bytes as they came; `parse` reads them.
 * - absent: the source does not have it, or not for this access.
 * - refused: no access for this shop, or the source did not accept it; `reason` says which and what to configure, without a secret.
 * - wait: the source asks for patience, seconds.
 * - too-large: more bytes than are read.
 */
export type SourceAnswer =
  | { readonly kind: "found"; readonly body: Uint8Array }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "too-large"; readonly bytes: number };

/** Reads whole objects back where a message only said that they changed. Reading has no effect: asking again is harmless. */
export interface ChannelSource {
  /** The channel's name in ids, such as "shopify". */
  readonly name: string;
  /** Throws Unavailable when there was no answer, half of one, or one about something else. */
  fetchResource(request: SourceRequest): Promise<SourceAnswer>;
  /** The facts of a found body, `readAt` by our clock. Pure. Throws Invalid when the body is not the source's answer for this resource. */
  parseResource(found: {
    readonly resource: string;
    readonly shop: string;
    readonly body: Uint8Array;
    readonly readAt: string;
  }): ParsedDocument;
}
