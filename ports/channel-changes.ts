/** An object of a channel, and when it last changed there, an instant. */
export interface ChangedObject {
  readonly id: string;
  readonly changedAt: string;
}

/**
 * - page: in the order of their changes; `next` is absent on the last page.
 * - refused: no access, or the source did not accept it; `reason` says which and what to configure, without a secret.
 * - wait: the source asks for patience, seconds.
 */
export type ChangesAnswer =
  | { readonly kind: "page"; readonly objects: readonly ChangedObject[]; readonly next?: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "wait"; readonly seconds: number };

/** Lists what changed at a channel's source, for whoever looks for what never came. Reading has no effect. */
export interface ChannelChanges {
  /** The channel's name in ids, such as "shopify". */
  readonly name: string;
  /** What is listed, in the words of ports/channel-source. */
  readonly resource: string;
  /** Changed from `from` (inclusive) until before `to`, instants. Throws Unavailable when there was no answer, or half of one. */
  listChanged(asked: {
    readonly shop: string;
    readonly from: string;
    readonly to: string;
    readonly cursor?: string;
  }): Promise<ChangesAnswer>;
}
