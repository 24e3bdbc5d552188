import { timedDay, type WebhookDelivery } from "#sample";
import type { Chance } from "./chance.ts";
import type { Script } from "./play.ts";

interface TimedWebhook {
  readonly at: number;
  readonly delivery: WebhookDelivery;
}

let orders: ReadonlyMap<string, readonly TimedWebhook[]> | undefined;

/** The web orders of the sample's day, each with its webhooks: made once, as the same options give the same bytes. */
function webOrders(): ReadonlyMap<string, readonly TimedWebhook[]> {
  if (orders !== undefined) return orders;
  const found = new Map<string, TimedWebhook[]>();
  for (const { at, delivery } of timedDay()) {
    if (delivery.kind !== "webhook") continue;
    const order = delivery.id.split(" ", 1)[0] as string;
    found.set(order, [...(found.get(order) ?? []), { at: Date.parse(at), delivery }]);
  }
  orders = found;
  return found;
}

const ordersPerSeed = 8;
const startOfDay = Date.parse("2026-11-27T10:00:00.000Z");
const morningAfter = Date.parse("2026-11-28T12:00:00.000Z");

/** Some orders of the day: at their own times, or all of them within minutes, as after an outage of the shop. */
export function drawScript(chance: Chance): Script {
  const all = webOrders();
  const picked = chance.shuffled([...all.keys()]).slice(0, ordersPerSeed);
  const timed = picked.flatMap((order) => all.get(order) ?? []);
  if (chance.happens(0.4)) {
    const webhooks = timed.map(({ at, delivery }) => ({ inMilliseconds: at - startOfDay, delivery }));
    return { startsAt: startOfDay, webhooks };
  }
  const spread = chance.ofAnyScale(2_000, 600_000);
  const webhooks = timed.map(({ delivery }) => ({ inMilliseconds: chance.between(0, spread), delivery }));
  return { startsAt: morningAfter, webhooks };
}
