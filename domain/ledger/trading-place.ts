import type { Policy } from "#domain/policy";

/** A shop or a store as its books name it. */
export interface TradingPlace {
  readonly entity: string;
  readonly timeZone: string;
  /** Dimension of revenue. */
  readonly channel: string;
  /** Of a store. */
  readonly store?: string;
}

/** The shop or store of this id; undefined: none of the policies'. */
export function tradingPlace({ shops, stores }: Policy, place: string): TradingPlace | undefined {
  const shop = Object.hasOwn(shops, place) ? shops[place] : undefined;
  if (shop !== undefined) return { entity: shop.entity, timeZone: shop.timeZone, channel: shop.channelDimension };
  const store = Object.hasOwn(stores, place) ? stores[place] : undefined;
  return store === undefined ? undefined : { entity: store.entity, timeZone: store.timeZone, channel: "pos", store: place };
}
