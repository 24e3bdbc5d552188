import type { EventOf } from "#domain/events";
import { allocate, cumulativeShare, type MinorUnits, sum } from "#domain/money";
import { electionFor, jurisdictionFor } from "#domain/policy";
import { splitReturnedUnits } from "#domain/returns";
import { type CollectedAmounts, dutiesCollected, taxCollected, tipName } from "../collected.ts";
import { addTo } from "./order-balance.ts";
import { type ChargeGroup, includedDuties, isTax, type LineState, taxKind, withMore } from "./order-value.ts";
import type { OrderWalk } from "./order-walk.ts";

type Refund = EventOf<"refund.issued">;
type StatedTaxes = Refund["lines"][number]["taxes"];

/** Pending money is owed as much as money that went out; what failed is neither. */
export function moneyOf(event: Refund): Refund["payments"] {
  return event.payments.filter((payment) => payment.status !== "failed");
}

/** A net amount and what is collected with it (taxes, a gift card's value), as stated. */
export interface RefundedAmount {
  readonly net: MinorUnits;
  readonly collected: CollectedAmounts;
}

/** One refund line told apart by what had been handed over. Quantities in millionths. */
export interface RefundedLine {
  readonly row: Refund["lines"][number];
  readonly state: LineState;
  readonly fulfilledUnits: number;
  /** Of the fulfilled ones: back before this refund, so that their receipt has reversed `accepted` already (c19). */
  readonly acceptedUnits: number;
  readonly unfulfilledUnits: number;
  /** Of the unfulfilled ones: they left and are on the way, where control passes at delivery (c4). */
  readonly inTransitUnits: number;
  readonly fulfilled: RefundedAmount;
  readonly unfulfilled: RefundedAmount;
  /** Where the prices include duties: those that are not owed to customs any more. Beside the two amounts. */
  readonly duties: MinorUnits;
}

/** What the receipts of accepted goods have reversed for the units of a refund line; takes them off what is accepted. */
export function takeAccepted(walk: OrderWalk, { row, acceptedUnits }: RefundedLine): RefundedAmount {
  const amounts = walk.returns.line(row.lineId).refundAccepted(acceptedUnits, partOf, minus);
  const collected = new Map<string, MinorUnits>();
  for (const amount of amounts) withMore(collected, amount.collected);
  return { net: sum(amounts.map(({ net }) => net)), collected };
}

export interface RefundedCharge {
  /** A tip is no charge that is earned with the goods: it is owed, or income, from its payment on (c11). */
  readonly group: ChargeGroup["name"] | "tip";
  readonly amount: RefundedAmount;
  /** What the parts were rounded up by, beyond what was charged (c29). */
  readonly rounding: MinorUnits;
}

/** c20: a fee that the shop keeps of a refund: by reason its net, and its tax. */
export interface KeptFee {
  readonly reason: string;
  readonly amount: RefundedAmount;
}

/** Why a refund cannot be valued. */
export type RefundTrouble =
  | { readonly kind: "unknown-line"; readonly lineId: string }
  | { readonly kind: "over-return"; readonly lineId: string; readonly excessMillionths: number }
  | { readonly kind: "no-quantity"; readonly lineId: string; readonly amount: MinorUnits }
  | { readonly kind: "not-charged"; readonly what: string; readonly amount: MinorUnits }
  | { readonly kind: "charge-again"; readonly what: string; readonly amount: MinorUnits }
  | { readonly kind: "duties-differ"; readonly stated: MinorUnits; readonly within: MinorUnits }
  | { readonly kind: "tax-unplaced"; readonly amount: MinorUnits };

/**
 * The lines of a refund against the order as it stands, or the first trouble with them. Changes nothing of the order's amounts. `bringsGoods`: a
 * store took them in with it, so that they are others than those that are back already, as long as any are still out.
 */
export function refundedLines(walk: OrderWalk, event: Refund, bringsGoods: boolean): RefundedLine[] | RefundTrouble {
  const taken = new Map<string, { accepted: number; fulfilled: number; unfulfilled: number; value: MinorUnits }>();
  const refunded: (RefundedLine & { readonly within: DutiesWithin })[] = [];
  for (const row of event.lines) {
    const state = walk.lines.get(row.lineId);
    if (state === undefined) return { kind: "unknown-line", lineId: row.lineId };
    const before = taken.get(row.lineId) ?? { accepted: 0, fulfilled: 0, unfulfilled: 0, value: 0 };
    const accepted = walk.returns.line(row.lineId).acceptedUnits;
    const still = {
      fulfilled: state.shipped - state.returned + accepted - before.fulfilled,
      unfulfilled: state.remaining - state.shipped - before.unfulfilled,
    };
    const units = splitReturnedUnits(row.restock, row.quantityMillionths, still);
    if (units.excess > 0) return { kind: "over-return", lineId: row.lineId, excessMillionths: units.excess };
    if (row.quantityMillionths === 0 && (row.subtotal !== 0 || row.tax !== 0)) {
      return { kind: "no-quantity", lineId: row.lineId, amount: row.subtotal };
    }
    const inWarehouse = Math.max(state.remaining - state.shipped - state.inTransit - before.unfulfilled, 0);
    const tax = placedTax(walk, row, state);
    if (tax === undefined) return { kind: "tax-unplaced", amount: row.tax };
    const net = row.subtotal - (walk.order.taxesIncluded ? row.tax : 0);
    const stillOut = state.shipped - state.returned - (before.fulfilled - before.accepted);
    const acceptedUnits = bringsGoods ? Math.max(units.fulfilled - stillOut, 0) : Math.min(units.fulfilled, accepted - before.accepted);
    taken.set(row.lineId, {
      accepted: before.accepted + acceptedUnits,
      fulfilled: before.fulfilled + units.fulfilled,
      unfulfilled: before.unfulfilled + units.unfulfilled,
      value: before.value + net,
    });
    const within = dutiesWithin(walk, state, {
      ...units,
      quantity: row.quantityMillionths,
      before: state.line.quantityMillionths - still.fulfilled - still.unfulfilled,
    });
    const gone = within.fulfilled + within.unfulfilled;
    const whole = state.isSale
      ? { net: net - gone, collected: tax }
      : { net: 0, collected: withMore(unsoldParts(state, net, before.value), tax) };
    const part = partOf(whole, units.fulfilled, row.quantityMillionths);
    refunded.push({
      row,
      state,
      fulfilledUnits: units.fulfilled,
      acceptedUnits,
      unfulfilledUnits: units.unfulfilled,
      inTransitUnits: Math.max(units.unfulfilled - inWarehouse, 0),
      fulfilled: part,
      unfulfilled: minus(whole, part),
      duties: within.unfulfilled,
      within,
    });
  }
  const isBack = areDutiesBack(
    walk,
    event,
    refunded.map(({ within }) => within),
  );
  return refunded.map(
    ({ within, ...line }): RefundedLine =>
      isBack
        ? { ...line, duties: line.duties + within.fulfilled }
        : { ...line, fulfilled: { ...line.fulfilled, net: line.fulfilled.net + within.fulfilled } },
  );
}

/** Duties in the price of what goes back of a line: of units that were handed over, and of those that never left. */
interface DutiesWithin {
  readonly fulfilled: MinorUnits;
  readonly unfulfilled: MinorUnits;
}

/** c49: the duties in what goes back of a line whose price includes them, cumulatively by its units. */
function dutiesWithin(
  { order }: OrderWalk,
  { line }: LineState,
  units: { readonly fulfilled: number; readonly quantity: number; readonly before: number },
): DutiesWithin {
  const duties = includedDuties(order, line);
  if (duties === 0 || units.quantity === 0) return { fulfilled: 0, unfulfilled: 0 };
  const upTo = (quantity: number) => cumulativeShare(duties, quantity, line.quantityMillionths);
  const whole = upTo(units.before + units.quantity) - upTo(units.before);
  const fulfilled = cumulativeShare(whole, units.fulfilled, units.quantity);
  return { fulfilled, unfulfilled: whole - fulfilled };
}

/**
 * c49: duties of units that never left are not owed any more. Of units that were handed over customs keeps its duty, and giving it back is a return
 * like the rest of the price, unless the entity has elected to reclaim it, or the refund states duties itself, and not those of the other units alone.
 */
function areDutiesBack({ seller }: OrderWalk, event: Refund, lines: readonly DutiesWithin[]): boolean {
  if (event.duties === 0) {
    const { policy, entity, placedOn: day, channel } = seller;
    return electionFor(policy, "returnedDuties", { entity, day, about: { channel } }) === "reclaimed";
  }
  const unfulfilled = sum(lines.map((line) => line.unfulfilled));
  const whole = unfulfilled + sum(lines.map((line) => line.fulfilled));
  const isStated = (amount: MinorUnits) => isWithinRounding(event.duties, amount, lines.length);
  return unfulfilled === 0 || isStated(whole) || !isStated(unfulfilled);
}

/** Each line's share is rounded by itself. */
function isWithinRounding(stated: MinorUnits, within: MinorUnits, lines: number): boolean {
  return Math.abs(stated - within) <= lines;
}

/** c12: of a gift card given back, its face and what it was sold below it; cumulative, so that the last refund takes the cent. */
function unsoldParts({ unsold, refundedValue }: LineState, value: MinorUnits, takenBefore: MinorUnits): Map<string, MinorUnits> {
  const whole = sum([...unsold.values()]);
  const from = refundedValue + takenBefore;
  const parts = new Map<string, MinorUnits>();
  if (value <= 0 || from + value > whole) return value === 0 ? parts : new Map([...unsold.keys()].slice(0, 1).map((name) => [name, value]));
  let given = 0;
  for (const [name, total] of [...unsold].reverse()) {
    const share = cumulativeShare(total, from + value, whole) - cumulativeShare(total, from, whole);
    parts.set(name, share);
    given += share;
  }
  // The face, which comes first, takes the cent that rounding leaves.
  const [face] = unsold.keys();
  if (face !== undefined) addTo(parts, face, value - given);
  return parts;
}

/** Shipping, fees, duties and tip given back; or what cannot be placed. */
export function refundedCharges(walk: OrderWalk, event: Refund, lines: readonly RefundedLine[]): RefundedCharge[] | RefundTrouble {
  const charges: RefundedCharge[] = [];
  let net = 0;
  const tax = new Map<string, MinorUnits>();
  for (const row of event.shipping) {
    const placed = placedTax(walk, row, undefined);
    if (placed === undefined) return { kind: "tax-unplaced", amount: row.tax };
    net += row.amount - (walk.order.taxesIncluded ? row.tax : 0);
    withMore(tax, placed);
  }
  const shipping = troubleWithCharge(walk, "shipping", net + sum([...tax.values()]));
  if (shipping !== undefined) return shipping;
  if (event.shipping.length > 0) charges.push({ group: "shipping", ...withinCharge(walk, "shipping", { net, collected: tax }) });
  const within = sum(lines.map((line) => line.duties));
  const isWithin = walk.order.dutiesIncluded === true;
  if (isWithin && event.duties !== 0 && !isWithinRounding(event.duties, within, lines.length))
    return { kind: "duties-differ", stated: event.duties, within };
  for (const [group, amount] of [
    ["fees", event.fees],
    ["duties", isWithin ? within : event.duties],
  ] as const) {
    if (amount === 0) continue;
    const trouble = troubleWithCharge(walk, group, amount);
    if (trouble !== undefined) return trouble;
    const isFee = group === "fees";
    const collected = new Map(isFee ? [] : [[dutiesCollected.name, amount]]);
    charges.push({ group, amount: { net: isFee ? amount : 0, collected }, rounding: 0 });
  }
  const { tips = 0 } = event;
  if (tips !== 0) {
    const left = walk.accounts.collected.get(tipName)?.worth;
    if (left === undefined) return { kind: "not-charged", what: "tip", amount: tips };
    if (tips > left) return { kind: "charge-again", what: "tip", amount: tips - left };
    charges.push({ group: "tip", amount: { net: 0, collected: new Map([[tipName, tips]]) }, rounding: 0 });
  }
  return charges;
}

/**
 * c29: a channel that rounds the tax of each part by itself may come to a minor unit more of a tax than was charged. The last part has what is left
 * of it; the unit is net where that has room for it, else rounding.
 */
function withinCharge(
  { charges }: OrderWalk,
  name: ChargeGroup["name"],
  stated: RefundedAmount,
): Pick<RefundedCharge, "amount" | "rounding"> {
  const group = charges.find((each) => each.name === name);
  const collected = new Map(stated.collected);
  let beyond = 0;
  for (const [tax, amount] of collected) {
    if (amount - (group?.leftCollected.get(tax) ?? 0) !== 1) continue;
    collected.set(tax, amount - 1);
    beyond += 1;
  }
  const asNet = Math.min(beyond, Math.max((group?.leftNet ?? 0) - stated.net, 0));
  return { amount: { net: stated.net + asNet, collected }, rounding: beyond - asNet };
}

/** Rule 7 for what an order charges beside its goods: it is given back once. Each tax of it may be off by a minor unit, as rounding. */
function troubleWithCharge({ charges }: OrderWalk, what: ChargeGroup["name"], amount: MinorUnits): RefundTrouble | undefined {
  if (amount === 0) return undefined;
  const group = charges.find(({ name }) => name === what);
  if (group === undefined) return { kind: "not-charged", what, amount };
  const rounding = group.portions.filter((portion) => portion.kind === "collected" && isTax(portion)).length;
  return amount - group.left > rounding ? { kind: "charge-again", what, amount: amount - group.left } : undefined;
}

/** c20: what the shop keeps of the refund's value as its fee, stated by the channel. */
export function keptFees(walk: OrderWalk, event: Refund): KeptFee[] | RefundTrouble {
  const fees: KeptFee[] = [];
  for (const { reason, amount, taxes } of event.returnFees ?? []) {
    const tax = sum(taxes.map((each) => each.amount));
    const placed = placedTax(walk, { tax, taxes }, undefined);
    if (placed === undefined) return { kind: "tax-unplaced", amount: tax };
    fees.push({ reason, amount: { net: amount - (walk.order.taxesIncluded ? tax : 0), collected: placed } });
  }
  return fees;
}

/**
 * c20: a channel whose refunds name no fee has agreed it with the return. Money short of the value by exactly what was agreed for the returns
 * of these lines, and not kept before, is that fee; any other difference stays one.
 */
export function agreedFees(walk: OrderWalk, event: Refund, difference: MinorUnits): KeptFee[] | undefined {
  const agreed = walk.returns.feesFor(event.returnId, new Set(event.lines.map(({ lineId }) => lineId)));
  const fees = [...agreed.values()].flatMap((each) => each.fees);
  if (fees.length === 0 || sum(fees.map(({ amount }) => amount)) !== difference) return undefined;
  for (const returnId of agreed.keys()) walk.returns.endFees(returnId);
  return fees.map(({ reason, amount }) => ({ reason, amount: { net: amount, collected: new Map() } }));
}

export function grossOf(amount: RefundedAmount): MinorUnits {
  return amount.net + sum([...amount.collected.values()]);
}

/** `part` of `whole` of an amount, each figure rounded by itself. */
export function partOf(amount: RefundedAmount, part: number, whole: number): RefundedAmount {
  if (part === 0 || whole === 0) return { net: 0, collected: new Map() };
  return {
    net: cumulativeShare(amount.net, part, whole),
    collected: new Map([...amount.collected].map(([name, collected]) => [name, cumulativeShare(collected, part, whole)])),
  };
}

export function minus(amount: RefundedAmount, part: RefundedAmount): RefundedAmount {
  const collected = new Map(amount.collected);
  for (const [name, taken] of part.collected) addTo(collected, name, -taken);
  return { net: amount.net - part.net, collected };
}

/** The order's taxes by name, with what is left of each in the order. */
function worthTax(walk: OrderWalk): Map<string, MinorUnits> {
  const taxes = new Map<string, MinorUnits>();
  for (const { name, role, worth } of walk.accounts.collected.values()) {
    if (role === "tax-payable" || role === "channel-liable-tax") taxes.set(name, worth);
  }
  return taxes;
}

/** Tax of a refund without stated codes belongs where the order's tax belongs, if that is one place; else it cannot be told. */
export function onlyTax(walk: OrderWalk): string | undefined {
  const [first, ...others] = worthTax(walk).keys();
  return others.length === 0 ? first : undefined;
}

/**
 * The stated tax by where it is owed: by its codes where they add up to it, else as the refunded line's own taxes lie (or shipping's), else
 * where the whole order's tax lies, which a channel may state on its first line alone.
 */
function placedTax(
  walk: OrderWalk,
  row: { readonly tax: MinorUnits; readonly taxes: StatedTaxes },
  state: LineState | undefined,
): Map<string, MinorUnits> | undefined {
  if (row.tax === 0 && row.taxes.length === 0) return new Map();
  const own = taxesOf(walk, state);
  if (sum(row.taxes.map((tax) => tax.amount)) === row.tax) {
    const byCode = new Map<string, MinorUnits>();
    for (const tax of row.taxes) {
      if (tax.amount === 0) continue;
      const name = refundedTaxName(walk, tax, own);
      if (name === undefined) return undefined;
      addTo(byCode, name, tax.amount);
    }
    return byCode;
  }
  return spread(row.tax, own) ?? spread(row.tax, worthTax(walk));
}

function taxesOf(walk: OrderWalk, state: LineState | undefined): Map<string, MinorUnits> {
  const own = new Map<string, MinorUnits>();
  const portions = state?.portions ?? walk.charges.find((group) => group.name === "shipping")?.portions ?? [];
  for (const portion of portions) {
    if (portion.kind === "collected" && isTax(portion)) addTo(own, portion.name, Math.max(portion.total, 0));
  }
  return own;
}

/** c9: who remits a tax is stated per line; a refund that does not say is refunded as its line was taxed. */
function refundedTaxName(walk: OrderWalk, tax: StatedTaxes[number], own: ReadonlyMap<string, MinorUnits>): string | undefined {
  const { seller, policy, accounts } = walk;
  const jurisdiction = jurisdictionFor(policy, seller.shop.channel, seller.place, tax.code);
  if (jurisdiction === undefined) return undefined;
  const kindFor = (channelLiable: boolean) => taxCollected(seller, jurisdiction, channelLiable);
  const stated = taxKind(seller, tax);
  const asLine = [kindFor(false), kindFor(true)].filter((kind) => own.has(kind.name));
  const kind = tax.channelLiable === undefined && asLine.length === 1 ? asLine[0]! : stated;
  accounts.collect(kind);
  return kind.name;
}

function spread(tax: MinorUnits, weights: ReadonlyMap<string, MinorUnits>): Map<string, MinorUnits> | undefined {
  const places = [...weights].filter(([, weight]) => weight > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (places.length === 0) return undefined;
  const parts = allocate(
    tax,
    places.map(([, weight]) => weight),
  );
  return new Map(places.map(([name], index) => [name, parts[index]!]));
}
