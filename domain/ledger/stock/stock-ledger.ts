import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { type MinorUnits, roundScaled, splitByAmounts, sum } from "#domain/money";
import { itemFor, type Policy, type StorePolicy, stockReasonFor } from "#domain/policy";
import { consignorOf } from "../consigned.ts";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName, TargetMovement } from "../documents.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";

type Received = EventOf<"stock.received">;
type VendorReturn = EventOf<"stock.returned-to-vendor">;
type Counted = EventOf<"stock.counted">;
type Adjusted = EventOf<"stock.adjusted">;
type StockEvent = Received | VendorReturn | Counted | Adjusted;

interface Place {
  readonly policy: Policy;
  readonly draft: TargetDraft;
  readonly store: StorePolicy;
  readonly frame: DocumentFrame;
}

/** A line as far as stock is concerned: signed quantity of goods of ours. */
interface Moving {
  readonly id: string;
  readonly item: string;
  readonly itemClass: string;
  readonly quantityMillionths: number;
}

/** What a count differs by, unless policy says who else bears it. */
const countReason = "count";

/**
 * Rows c40 and c41: what a store's tills say of its stock beside sales and transfers. Goods move as quantities; they enter at what the vendor
 * charges where the till states it, and otherwise move at the average. What is a consignor's moves no stock of ours (c48). An item that
 * policy does not know holds the whole transaction: half of a receipt is not a receipt.
 */
export function stockLedger(facts: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  for (const event of facts) {
    if (!isStockEvent(event)) continue;
    const store = Object.hasOwn(policy.stores, event.store) ? policy.stores[event.store] : undefined;
    const entity = store === undefined ? undefined : policy.entities[policy.locations[store.location]?.entity ?? store.entity];
    if (store === undefined || entity === undefined) {
      draft.problem({ ...noStore(event.store), event: event.key });
      draft.hold(event);
      continue;
    }
    const frame = {
      event,
      entity: policy.locations[store.location]?.entity ?? store.entity,
      currency: entity.functionalCurrency,
      businessDate: event.businessDate,
    };
    const problems = [...itemProblems(event, policy), ...valueProblems(event, policy, store, frame.currency)];
    for (const problem of problems) draft.problem({ ...problem, event: event.key });
    if (problems.length > 0) draft.hold(event);
    else oneEvent(event, { policy, draft, store, frame });
  }
}

function oneEvent(event: StockEvent, place: Place): void {
  switch (event.name) {
    case "stock.received":
      received(event, place);
      break;
    case "stock.returned-to-vendor": {
      const claims = named("vendor-claims", { vendor: event.vendor });
      book(
        place,
        "vendor-return",
        movingOf(event.lines, place, (line) => -line.quantityMillionths),
        () => claims,
      );
      break;
    }
    case "stock.counted":
      book(
        place,
        "count",
        movingOf(event.lines, place, (line) => line.countedMillionths - (line.expectedMillionths ?? line.countedMillionths)),
        () => bearerOf(countReason, event, place) ?? named("shrink", { location: place.store.location, reason: countReason }),
      );
      break;
    case "stock.adjusted": {
      const reasons = new Map(event.lines.map(({ id, reason }) => [id, reason]));
      // Problems have been looked for before: every reason has a rule.
      book(
        place,
        "adjustment",
        movingOf(event.lines, place, (line) => line.deltaMillionths),
        ({ id }) => bearerOf(reasons.get(id) ?? "", event, place)!,
      );
      break;
    }
  }
}

/** c41, against the order that it names: Dr inventory with what the goods cost to have them here, Cr goods received not invoiced, and accrued landed cost for its part. */
function received(event: Received, place: Place): void {
  const { draft, frame } = place;
  const owed = named("goods-received-not-invoiced", { vendor: event.vendor });
  const moving = movingOf(event.lines, place, (line) => line.quantityMillionths);
  const prices = new Map(event.lines.map(({ id, unitCost }) => [id, unitCost]));
  const bought = moving.map(({ id, quantityMillionths }) => priceOf(prices.get(id), quantityMillionths));
  const landed = event.landedCost ?? 0;
  const shares =
    landed === 0
      ? bought.map(() => 0)
      : splitByAmounts(
          landed,
          bought.map((price) => price ?? 0),
        );
  const costs = new Map(moving.map(({ id }, index) => [id, bought[index] === undefined ? undefined : bought[index] + shares[index]!]));
  book(place, "receipt", moving, () => owed, { costs, purchaseOrder: event.purchaseOrder?.trim() || undefined });
  if (sum(shares) === 0) return;
  const lines = new JournalLines();
  lines.add(owed.role, owed.dimensions, landed);
  lines.add("accrued-landed-cost", {}, -landed);
  draft.journal(frame, "landed-cost", lines);
}

function priceOf(unitCost: MinorUnits | undefined, quantityMillionths: number): MinorUnits | undefined {
  // Price times quantity, the quantity in millionths: rounded once for the line.
  return unitCost === undefined ? undefined : roundScaled(unitCost * quantityMillionths, 6, 0);
}

function book(
  { draft, frame, store }: Place,
  kind: string,
  moving: readonly Moving[],
  against: (line: Moving) => LineName,
  {
    costs,
    purchaseOrder,
  }: { readonly costs?: ReadonlyMap<string, MinorUnits | undefined>; readonly purchaseOrder?: string | undefined } = {},
): void {
  const movements = moving.map((line): TargetMovement => {
    const { role, dimensions } = against(line);
    const cost = costs?.get(line.id);
    return {
      ...line,
      location: store.location,
      counterRole: role,
      counterDimensions: dimensions,
      cost: cost === undefined ? "average" : { amount: cost, currency: frame.currency },
    };
  });
  draft.stock(frame, kind, movements, undefined, purchaseOrder);
}

/** The lines that move goods of ours, each under an id of its own. */
function movingOf<Line extends { readonly id: string; readonly item: string }>(
  lines: readonly Line[],
  { policy, store }: Pick<Place, "policy" | "store">,
  quantityOf: (line: Line) => number,
): Moving[] {
  return lines.flatMap((line): Moving[] => {
    const known = itemFor(policy, line.item);
    const quantityMillionths = quantityOf(line);
    const isOurs = known?.stocked === true && consignorOf(policy, known, store.location) === undefined;
    if (known === undefined || !isOurs || quantityMillionths === 0) return [];
    return [{ id: line.id, item: line.item, itemClass: known.class, quantityMillionths }];
  });
}

/** c40: who bears goods that were adjusted for a reason; undefined: nobody has said so. */
function bearerOf(
  reason: string,
  { store, businessDate: day }: StockEvent,
  place: Pick<Place, "policy" | "frame" | "store">,
): LineName | undefined {
  const rule = stockReasonFor(place.policy, { entity: place.frame.entity, day, reason, store });
  return rule === undefined ? undefined : named(rule.role, { location: place.store.location, reason: reason.trim().toLowerCase(), store });
}

function named(role: string, dimensions: Readonly<Record<string, string | undefined>>): LineName {
  return { role, dimensions: dimensionsOf(role, dimensions) };
}

function isStockEvent(event: BusinessEvent): event is StockEvent {
  return (
    event.name === "stock.received" ||
    event.name === "stock.returned-to-vendor" ||
    event.name === "stock.counted" ||
    event.name === "stock.adjusted"
  );
}

function itemProblems(event: StockEvent, policy: Policy): Problem[] {
  return event.lines.flatMap(({ id, item }): Problem[] => {
    if (item !== "" && itemFor(policy, item) !== undefined) return [];
    return [
      {
        class: "data.unmapped",
        code: "item",
        cause: item === "" ? `item:line ${id}` : `item:${item}`,
        message:
          item === ""
            ? `line ${id} of ${event.key} names no item. Have the till send one; a corrected document replaces it.`
            : `item ${item} is not in the item policy. Add it; the document posts by itself.`,
      },
    ];
  });
}

/** What cannot be valued, or has nobody to bear it. */
function valueProblems(event: StockEvent, policy: Policy, store: StorePolicy, functional: string): Problem[] {
  const place = { policy, store, frame: { event, entity: store.entity, currency: functional, businessDate: event.businessDate } };
  switch (event.name) {
    case "stock.counted": {
      const without = event.lines.find(({ expectedMillionths }) => expectedMillionths === undefined);
      if (without === undefined) return [];
      const message = `${event.key} counts ${without.item} and does not say what the till expected, so that nobody knows the difference. Have the till send its own quantity, or adjust the stock in the ERP.`;
      return [{ class: "data.missing", code: "expected-quantity", cause: event.key, message }];
    }
    case "stock.adjusted": {
      const open = new Set(
        event.lines.flatMap(({ reason }) => (bearerOf(reason, event, place) === undefined ? [reason.trim().toLowerCase()] : [])),
      );
      return [...open].map((reason) => ({
        class: "data.unmapped",
        code: "stock-reason",
        cause: `stock-reason:${reason}`,
        message: `goods are adjusted for ${JSON.stringify(reason)}, and no rule says who bears them. Add it to stockReasons; the document posts by itself.`,
      }));
    }
    case "stock.received": {
      const priced = event.lines.filter(({ unitCost }) => unitCost !== undefined);
      const [stated = functional, landed = 0] = [event.currency, event.landedCost];
      if ((priced.length > 0 || landed > 0) && stated !== functional) {
        const message = `${event.key} states its costs in ${stated}, and the stock of store ${event.store} is kept in ${functional}. Have them stated in ${functional}; a corrected receipt replaces this one.`;
        return [{ class: "money.currency-mismatch", code: "receipt", cause: event.key, currency: stated, message }];
      }
      const costs = new Map(event.lines.map(({ id, unitCost }) => [id, unitCost]));
      // Over goods of ours alone, as rounded: a consignor's bear nothing, and what rounds to nothing cannot be a weight.
      const moving = movingOf(event.lines, place, (line) => line.quantityMillionths);
      const worth = sum(moving.map(({ id, quantityMillionths }) => priceOf(costs.get(id), quantityMillionths) ?? 0));
      if (landed === 0 || (priced.length === event.lines.length && worth > 0)) return [];
      const message = `${event.key} states landed cost and not what its goods cost, so that it cannot be spread over them. Have the till send unit costs; a corrected receipt replaces this one.`;
      return [{ class: "data.missing", code: "unit-cost", cause: event.key, amount: landed, currency: functional, message }];
    }
    case "stock.returned-to-vendor":
      return [];
  }
}

function noStore(store: string): Problem {
  return {
    class: "data.unmapped",
    code: "store",
    cause: `store:${store}`,
    message: `store ${store} belongs to no entity. Add it to the stores of the policies; the document posts by itself.`,
  };
}
