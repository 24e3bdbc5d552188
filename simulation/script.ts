import { deliveryIds, settlementFiles, timedDay, type WebhookDelivery } from "#sample";
import type { Chance } from "./chance.ts";
import type { SentFile } from "./file-senders.ts";
import type { Plot } from "./plots.ts";
import type { ReturnAsked } from "./return-counters.ts";
import { receiptsOf, returnedOrders, voidedReturn } from "./returned-orders.ts";
import type { GoodsReceived } from "./warehouse.ts";
import { plottedOrders, takingBack, wrongOrders } from "./wrong-orders.ts";

/** What happens outside of the hub, and when: the same whatever goes wrong. */
export interface Script {
  /** Virtual milliseconds since 1970. */
  readonly startsAt: number;
  readonly webhooks: readonly Timed<WebhookDelivery>[];
  readonly files: readonly Timed<SentFile>[];
  readonly returns: readonly Timed<ReturnAsked>[];
  /** What a warehouse says that came back to it. */
  readonly received: readonly Timed<GoodsReceived>[];
}

export interface Timed<Sent> {
  readonly inMilliseconds: number;
  readonly delivery: Sent;
}

interface At<Sent> {
  readonly at: number;
  readonly delivery: Sent;
}

interface Day {
  /** By what the order is called. */
  readonly orders: ReadonlyMap<string, readonly At<WebhookDelivery>[]>;
  /** Those that only a plot brings about. */
  readonly plotted: ReadonlyMap<string, readonly At<WebhookDelivery>[]>;
  readonly forged: readonly At<WebhookDelivery>[];
  readonly tills: readonly At<SentFile>[];
  /** Files of two of the stores, in which goods of plotted orders come back. */
  readonly takingBack: readonly At<SentFile>[];
  /** A return of a plotted order at a till, and its post-void. */
  readonly voided: readonly At<SentFile>[];
  readonly settlements: readonly SentFile[];
}

let day: Day | undefined;

/** The telling orders, tickets and reports of the sample's day: made once, as the same options give the same bytes. */
function sampledDay(): Day {
  if (day !== undefined) return day;
  const orders = new Map<string, At<WebhookDelivery>[]>();
  const forged: At<WebhookDelivery>[] = [];
  const tills: At<SentFile>[] = [];
  for (const { at: instant, delivery } of timedDay({ plain: false })) {
    const at = Date.parse(instant);
    if (delivery.kind === "pos-file") {
      if (delivery.id !== deliveryIds.truncatedFile && delivery.id !== deliveryIds.duplicateFile)
        tills.push({ at, delivery: { id: delivery.id, drop: "pos", name: delivery.name, bytes: delivery.bytes } });
    } else if (delivery.signature === "forged") forged.push({ at, delivery });
    else {
      const order = delivery.id.split(" ", 1)[0] as string;
      orders.set(order, [...(orders.get(order) ?? []), { at, delivery }]);
    }
  }
  for (const [order, webhooks] of wrongOrders()) orders.set(order, webhooks.map(asSent));
  const plotted = new Map([...plottedOrders(), ...returnedOrders()].map(([order, webhooks]) => [order, webhooks.map(asSent)]));
  const takingBackOf = (order: "2004" | "2005", store: string) =>
    tills.filter(({ delivery }) => delivery.id === store).map(({ at, delivery }) => ({ at, delivery: takingBack(order, delivery) }));
  const settlements = settlementFiles({ plain: false }).map(({ id, name, bytes }) => ({ id, drop: "settlement" as const, name, bytes }));
  day = {
    orders,
    plotted,
    forged,
    tills,
    takingBack: [...takingBackOf("2004", "POSLog 0201"), ...takingBackOf("2005", "POSLog 0101")],
    voided: tills
      .filter(({ delivery }) => delivery.id === "POSLog 0101")
      .flatMap(({ at, delivery }) => voidedReturn(delivery).map((file) => ({ at, delivery: file }))),
    settlements,
  };
  return day;
}

function asSent<Sent>({ at, delivery }: { readonly at: string; readonly delivery: Sent }): At<Sent> {
  return { at: Date.parse(at), delivery };
}

/** Its goodwill is more than one person may give. */
const orderToApprove = "1013";
export type Scene = "web" | "tills" | "both" | "payouts";
const scenes: readonly Scene[] = ["web", "web", "web", "tills", "both", "payouts"];
const startOfDay = Date.parse("2026-11-27T10:00:00.000Z");
const morningAfter = Date.parse("2026-11-28T12:00:00.000Z");
const fourDays = 4 * 86_400_000;

function drawScene(chance: Chance, plot: Plot | undefined): Scene {
  if (plot?.scenes?.length === 1) return plot.scenes[0] as Scene;
  return chance.from(plot === undefined ? scenes : (plot.scenes ?? ["web"]));
}

/** Some of the day: at its own times, or all of it within minutes, as after an outage of the line. */
export function drawScript(chance: Chance, depth: number, plot?: Plot): Script {
  const { orders, plotted, forged, tills, takingBack: takenBack, voided, settlements } = sampledDay();
  const scene = drawScene(chance, plot);
  const orderCount = plot === undefined ? { web: 8, tills: 1, both: 4, payouts: 3 }[scene] : 5;
  const drawn = chance.shuffled([...orders.keys()]).slice(0, orderCount * depth);
  if (chance.happens(0.3)) drawn[0] = orderToApprove;
  for (const [index, order] of (plot?.orders ?? []).entries()) drawn[index] = order;
  const webhooks = [...new Set(drawn)].flatMap((order) => orders.get(order) ?? plotted.get(order) ?? []);
  if (chance.happens(0.3)) webhooks.push(...forged);
  const fileCount = scene === "tills" || plot?.tillsTakeBack === true ? 2 : 1;
  const stores = plot?.tillsTakeBack === true ? takenBack : tills;
  const files = scene === "tills" || scene === "both" ? [...filesOf(chance, stores, fileCount * depth)] : [];
  if (plot?.tillsTakeBack === true) files.push(...voided);
  const isBurst = chance.happens(0.6) || plot?.isRush === true;
  const spread = plot?.isRush === true ? chance.between(5_000, 40_000) : chance.ofAnyScale(2_000, 600_000);
  const timed = <Sent>({ at, delivery }: At<Sent>): Timed<Sent> => ({
    inMilliseconds: isBurst ? chance.between(0, spread) : at - startOfDay,
    delivery,
  });
  const reports =
    scene === "payouts" ? settlements.map((delivery) => ({ inMilliseconds: fourDays + chance.between(0, spread), delivery })) : [];
  return {
    startsAt: isBurst ? morningAfter : startOfDay,
    webhooks: webhooks.map(timed),
    files: [...files.map(timed), ...reports],
    returns: chance.happens(plot?.scenes === undefined ? 0.3 : 1) ? returnsOf(chance, webhooks.map(timed)) : [],
    received: receiptsOf(webhooks.map(({ delivery }) => delivery)).map((delivery) => timed({ at: Date.parse(delivery.at), delivery })),
  };
}

/** The same goods of a shipped order at several tills within seconds, when everything that was sold is known or soon will be. */
function returnsOf(chance: Chance, webhooks: readonly Timed<WebhookDelivery>[]): readonly Timed<ReturnAsked>[] {
  const shipped = webhooks.filter(({ delivery }) => delivery.topic === "fulfillments/create");
  if (shipped.length === 0) return [];
  const { inMilliseconds, delivery } = chance.from(shipped);
  const { name, line_items } = JSON.parse(new TextDecoder().decode(delivery.body)) as {
    readonly name: string;
    readonly line_items: readonly { readonly sku: string; readonly quantity: number }[];
  };
  const [line] = line_items;
  const order = name.slice(0, name.indexOf("."));
  if (line === undefined || line.sku === "") return [];
  const sold = webhooks.reduce((sum, each) => sum + soldBy(each.delivery, order, line.sku), 0);
  const begins = inMilliseconds + chance.ofAnyScale(60_000, 3_600_000);
  return [1, 2, 3].map((till) => ({
    inMilliseconds: begins + (chance.happens(0.7) ? chance.between(0, 6) : chance.ofAnyScale(20, 60_000)),
    delivery: { request: `till ${till}`, order, item: line.sku, pieces: line.quantity, sold },
  }));
}

function soldBy({ topic, body }: WebhookDelivery, order: string, item: string): number {
  if (topic !== "orders/create") return 0;
  const { name, line_items } = JSON.parse(new TextDecoder().decode(body)) as {
    readonly name: string;
    readonly line_items: readonly { readonly sku: string; readonly quantity: number }[];
  };
  return name === order ? line_items.reduce((sum, { sku, quantity }) => (sku === item ? sum + quantity : sum), 0) : 0;
}

/** Files of stores: cut off at first, sent twice under two names, or hours late. */
function filesOf(chance: Chance, tills: readonly At<SentFile>[], count: number): readonly At<SentFile>[] {
  return chance
    .shuffled(tills)
    .slice(0, count)
    .flatMap(({ at, delivery }) => {
      const late = chance.happens(0.3) ? chance.ofAnyScale(60_000, 86_400_000) : 0;
      const sent = [{ at: at + late, delivery }];
      if (chance.happens(0.3)) {
        const cut = delivery.bytes.slice(0, Math.floor(delivery.bytes.byteLength * chance.between(0.2, 0.95)));
        sent.push({ at: at - 60_000, delivery: { ...delivery, id: `${delivery.id}, cut off`, name: `cut-${delivery.name}`, bytes: cut } });
      }
      if (chance.happens(0.3)) {
        const again = { ...delivery, id: `${delivery.id} again`, name: `resend-${delivery.name}` };
        sent.push({ at: at + late + chance.ofAnyScale(1_000, 43_200_000), delivery: again });
      }
      return sent;
    });
}
