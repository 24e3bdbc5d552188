import { addSeconds, businessDateIn } from "#domain/calendar";

/** From when on the hub posts for an entity's channel; what happened before is in the ERP's opening balances. */
export interface CutOver {
  /** An instant, inclusive: what happens at it is posted. */
  readonly at: string;
  readonly why: string;
}

/** The instant from which on the hub posts what an entity does in a channel; undefined: everything is posted. */
export function cutOverOf(
  policy: { readonly entities: Readonly<Record<string, { readonly cutOver?: Readonly<Record<string, CutOver>> }>> },
  entity: string,
  channel: string,
): string | undefined {
  const cutOver = policy.entities[entity]?.cutOver;
  return cutOver !== undefined && Object.hasOwn(cutOver, channel) ? cutOver[channel]?.at : undefined;
}

/** The last day, in the entity's calendar, on which something of its opening balances may have been booked; undefined without a cut-over. */
export function lastCutOverDay(
  policy: {
    readonly entities: Readonly<Record<string, { readonly timeZone: string; readonly cutOver?: Readonly<Record<string, CutOver>> }>>;
  },
  entity: string,
): string | undefined {
  const { cutOver = {}, timeZone = "UTC" } = policy.entities[entity] ?? {};
  const last = Object.values(cutOver)
    .map(({ at }) => at)
    .sort()
    .at(-1);
  return last === undefined ? undefined : businessDateIn(timeZone, addSeconds(last, -0.001));
}
