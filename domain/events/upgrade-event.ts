import type * as z from "zod/mini";
import { type BusinessEvent, type EventName, eventSchema } from "./events.ts";

/** An event as it was stored, perhaps by an older or a newer release of the hub. */
export interface StoredEvent {
  readonly name: string;
  readonly schema: number;
  readonly key: string;
}

/** Makes the next schema of an event out of this one, without looking anything up. */
export type Upgrade = (stored: StoredEvent) => StoredEvent;

/**
 * How the events of older schemas become those of the current one: the first entry makes schema 2 out of 1, the next 3 out of 2. When a
 * schema changes meaning, raise its literal and add a step here; what is stored never changes.
 */
const upgrades: Partial<Record<EventName, readonly Upgrade[]>> = {};

/** "unreadable": the event is newer than this release, or none that it knows. `current` is the newest schema known, 0 for no such event. */
export type UpgradeAnswer<Event> =
  | { readonly kind: "readable"; readonly event: Event }
  | { readonly kind: "unreadable"; readonly name: string; readonly schema: number; readonly current: number };

/** The upgrade of stored events for these current schemas, by name, and steps. Throws RangeError when a step is missing. */
export function createUpgrade<Event extends StoredEvent>(
  current: Readonly<Record<string, number>>,
  steps: Readonly<Record<string, readonly Upgrade[] | undefined>>,
): (stored: StoredEvent) => UpgradeAnswer<Event> {
  for (const [name, schema] of Object.entries(current)) {
    const count = steps[name]?.length ?? 0;
    if (count !== schema - 1) throw new RangeError(`${name} is at schema ${schema} and has ${count} upgrades: it needs ${schema - 1}`);
  }
  return (stored) => {
    const { name, schema } = stored;
    const known = Object.hasOwn(current, name) ? (current[name] ?? 0) : 0;
    if (!Number.isInteger(schema) || schema < 1 || schema > known) return { kind: "unreadable", name, schema, current: known };
    let event = stored;
    for (const step of (steps[name] ?? []).slice(schema - 1)) event = step(event);
    return { kind: "readable", event: event as Event };
  };
}

/** A stored event as this release reads it. Never mis-read: what is newer is named, and its transaction is held. */
export const upgradeEvent: (stored: StoredEvent) => UpgradeAnswer<BusinessEvent> = createUpgrade(currentSchemas(), upgrades);

function currentSchemas(): Record<string, number> {
  return Object.fromEntries(
    eventSchema.def.options.map((option) => {
      const { name, schema } = option.def.shape as { readonly name: z.ZodMiniLiteral<string>; readonly schema: z.ZodMiniLiteral<number> };
      return [name.def.values[0], schema.def.values[0]];
    }),
  );
}
