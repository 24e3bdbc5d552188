import type { EventOf } from "#domain/events";
import { foldFacts } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import { allocate, cumulativeShare, type MinorUnits, sum } from "#domain/money";
import { foldPlans, type LiveDocument } from "./fold-plans.ts";
import { gatherFacts } from "./gather-facts.ts";
import type { BoundDocument } from "./plan-steps.ts";

/** Goods of one item that left one place of ours and have not come to the other. */
export interface GoodsInTransit {
  /** In whose books they are in transit. */
  readonly entity: string;
  readonly from: string;
  readonly to: string;
  readonly item: string;
  /** Not negative. */
  readonly quantityMillionths: number;
  /** Minor units of the entity's functional currency. */
  readonly value: MinorUnits;
  /** The business date on which they left, YYYY-MM-DD. */
  readonly since: string;
}

/** What of a shipment is on the way, with what it cost where it lay: what the books carry is spread by it. */
interface Missing {
  readonly item: string;
  readonly quantityMillionths: number;
  readonly cost: MinorUnits;
}

/** What one transfer has on the way by what is posted; its values add up to its balance of inventory in transit. */
export function goodsInTransit(view: TransactionView): GoodsInTransit[] {
  const live = [...view.chains.values()].flatMap(({ plans, outcomes }) => [...foldPlans(plans, outcomes).live.values()]);
  const { events } = foldFacts(gatherFacts(view.documents).events);
  return events.flatMap((event) => {
    if (event.name !== "transfer.shipped" || events.some((each) => each.name === "transfer.closed" && each.shipmentId === event.shipmentId))
      return [];
    const shipped = live.find(({ document }) => document.event === event.key && document.kind === "transfer-shipped");
    if (shipped === undefined) return [];
    const received = events.find((each) => each.name === "transfer.received" && each.shipmentId === event.shipmentId);
    const missing = missingOf(shipped, received?.name === "transfer.received" ? received : undefined);
    const ofShipment = live.filter(({ document }) => document.event === event.key || document.event === received?.key);
    return [...transitBalances(ofShipment).values()].flatMap(({ entity, from, to, balance }) =>
      spread(missing, balance).map((each) => ({ entity, from, to, ...each, since: shipped.document.businessDate })),
    );
  });
}

function missingOf({ document, costs }: LiveDocument, received: EventOf<"transfer.received"> | undefined): Missing[] {
  if (document.type !== "stock") return [];
  return document.movements.flatMap(({ id, item, quantityMillionths }): Missing[] => {
    const sent = -quantityMillionths;
    const rows = received?.lines.filter((row) => row.id === id) ?? [];
    const arrived = rows.reduce((total, row) => total + row.acceptedMillionths + row.rejectedMillionths, 0);
    if (arrived >= sent) return [];
    const cost = costs.find(({ movement }) => movement === id)?.totalCost ?? 0;
    return [{ item, quantityMillionths: sent - arrived, cost: cost - cumulativeShare(cost, arrived, sent) }];
  });
}

/** What the documents carry as in transit, by entity and road. */
function transitBalances(live: readonly LiveDocument[]) {
  const balances = new Map<string, { entity: string; from: string; to: string; balance: MinorUnits }>();
  for (const { document, costs } of live) {
    for (const { dimensions, amount } of transitLines(document, costs)) {
      const { from = "", to = "" } = dimensions;
      const name = `${document.entity} ${from} ${to}`;
      const known = balances.get(name) ?? { entity: document.entity, from, to, balance: 0 };
      balances.set(name, { ...known, balance: known.balance + amount });
    }
  }
  return balances;
}

const transit = "inventory-in-transit";

/** Debit positive. */
function transitLines(document: BoundDocument, costs: LiveDocument["costs"]) {
  if (document.type === "journal") return document.lines.filter(({ role }) => role === transit);
  return document.movements.flatMap(({ id, counterRole, counterDimensions = {}, quantityMillionths, totalCost }) => {
    if (counterRole !== transit) return [];
    const cost = costs.find(({ movement }) => movement === id)?.totalCost ?? totalCost ?? 0;
    return [{ dimensions: counterDimensions, amount: quantityMillionths < 0 ? cost : -cost }];
  });
}

function spread(missing: readonly Missing[], balance: MinorUnits): { item: string; quantityMillionths: number; value: MinorUnits }[] {
  const weights = missing.map(({ cost }) => cost);
  const values = sum(weights) === 0 ? [] : allocate(balance, weights);
  return missing.map(({ item, quantityMillionths }, index) => ({ item, quantityMillionths, value: values[index] ?? 0 }));
}
