import type { BusinessEvent } from "#domain/events";
import type { IssuePart } from "#domain/inventory";
import type { MinorUnits } from "#domain/money";
import type { RefundedAmount } from "./refund-value.ts";

/** Where the cost of goods is that went to a customer: in cost of goods, in what is expected back (c19), or given up. */
export type Holding = "cogs" | "return-asset" | "shrink";

/** Goods on their way back, or back: a part of an issue and where its cost is. */
export interface HeldPart extends IssuePart {
  readonly holding: Holding;
}

/** Units that were refunded before they came back. Without a part: an item that is not stocked. */
interface AwayUnits {
  readonly quantityMillionths: number;
  readonly part: IssuePart | undefined;
  readonly holding: Holding;
  /** True while somebody said that they come back: an authorised return, or a receipt. */
  readonly expected: boolean;
  readonly returnId: string | undefined;
}

interface Authorisation {
  readonly returnId: string;
  /** Authorised and neither refunded nor received yet, in millionths. */
  openMillionths: number;
}

/** Goods of one order line that come back (c19), told apart by what came first: the goods or their refund. Quantities in millionths. */
export class ReturnedGoods {
  readonly #accepted: { quantityMillionths: number; amount: RefundedAmount }[] = [];
  #away: AwayUnits[] = [];
  readonly #authorisations: Authorisation[] = [];
  #unexplainedReceipts: number;

  /** `received`: what all receipts of the line bring, whenever: no unit of them is put back by its refund as well. */
  constructor(received: number) {
    this.#unexplainedReceipts = received;
  }

  /** Back and not refunded yet. */
  get acceptedUnits(): number {
    return total(this.#accepted);
  }

  /** Refunded and not back yet. */
  get awayUnits(): number {
    return total(this.#away);
  }

  get expectedUnits(): number {
    return total(this.#away.filter(({ expected }) => expected));
  }

  get authorisedUnits(): number {
    return this.#authorisations.reduce((units, { openMillionths }) => units + openMillionths, 0);
  }

  /** Units come back before their refund, which reverses `amount`. */
  accept(quantityMillionths: number, amount: RefundedAmount, returnId: string | undefined): void {
    this.#accepted.push({ quantityMillionths, amount });
    this.#claim(quantityMillionths, returnId);
    this.#unexplainedReceipts -= quantityMillionths;
  }

  /** Gives what takes back every `refundAccepted` from here on. */
  mark(): () => void {
    const accepted = this.#accepted.map((each) => ({ ...each }));
    return () => {
      this.#accepted.splice(0, this.#accepted.length, ...accepted);
    };
  }

  /** The first `units` of the accepted ones are refunded now: what their receipt reversed for them, amounts split by `share`. */
  refundAccepted(
    units: number,
    share: (amount: RefundedAmount, part: number, whole: number) => RefundedAmount,
    minus: (amount: RefundedAmount, part: RefundedAmount) => RefundedAmount,
  ): RefundedAmount[] {
    const amounts: RefundedAmount[] = [];
    let open = units;
    while (open > 0) {
      const first = this.#accepted[0];
      if (first === undefined) break;
      const taken = Math.min(open, first.quantityMillionths);
      const amount = share(first.amount, taken, first.quantityMillionths);
      amounts.push(amount);
      open -= taken;
      if (taken === first.quantityMillionths) this.#accepted.shift();
      else {
        first.amount = minus(first.amount, amount);
        first.quantityMillionths -= taken;
      }
    }
    return amounts;
  }

  /**
   * Units are refunded that are not back yet. All parts are given as they were held before. Gives what the refund itself puts back into stock, as far as it says so and no receipt does, and what is
   * expected back from now on under an authorised return.
   */
  refund(
    units: number,
    parts: readonly IssuePart[],
    { putBack, returnId }: { readonly putBack: boolean; readonly returnId: string | undefined },
  ): { readonly restocked: readonly IssuePart[]; readonly expected: readonly HeldPart[] } {
    const authorised = this.authorisedUnits;
    const awaited = Math.min(units, putBack ? Math.max(this.#unexplainedReceipts, 0) : authorised);
    this.#unexplainedReceipts -= awaited;
    const [first, rest] = splitParts(parts, awaited);
    const expected: HeldPart[] = [];
    let left = first;
    for (const claim of this.#claim(awaited, returnId)) {
      const [own, others] = splitParts(left, claim.units);
      this.#send(claim.units, own, { holding: "return-asset", expected: true, returnId: claim.returnId });
      expected.push(...own.map((part): HeldPart => ({ ...part, holding: "cogs" })));
      left = others;
    }
    this.#send(awaited - Math.min(awaited, authorised), left, { holding: "cogs", expected: true, returnId: undefined });
    if (putBack) return { restocked: rest, expected };
    this.#send(units - awaited, rest, { holding: "cogs", expected: false, returnId: undefined });
    return { restocked: [], expected };
  }

  /**
   * A return is authorised for `units`, of which `unrefunded` at most have not been refunded yet. Gives those refunded before that are
   * expected back from now on.
   */
  authorise(returnId: string, units: number, unrefunded: number): HeldPart[] {
    const fresh = Math.min(units, Math.max(unrefunded - this.authorisedUnits, 0));
    this.#authorisations.push({ returnId, openMillionths: fresh });
    return this.#move(units - fresh, ({ expected }) => !expected, { holding: "return-asset", expected: true, returnId });
  }

  /** The return will not happen. Gives what is not expected any more; its cost was in the return asset. */
  cancel(returnId: string): HeldPart[] {
    return this.#end(returnId, "cogs");
  }

  /** Nothing more of the return is expected: what is not back is lost. Gives what was expected until now. */
  close(returnId: string): HeldPart[] {
    return this.#end(returnId, "shrink");
  }

  /** `units` never came. Gives those of them that were in the return asset; what was not refunded yet is not expected any more. */
  lose(units: number, returnId: string | undefined): HeldPart[] {
    const open = units - this.expectedUnits;
    const isAsset = (each: AwayUnits) => each.expected && each.holding === "return-asset";
    const asset = Math.min(units, total(this.#away.filter(isAsset)));
    const lost = this.#move(asset, isAsset, { holding: "shrink", expected: false });
    this.#move(units - asset, ({ expected }) => expected, { expected: false });
    if (open > 0) this.skipReceipt(open, returnId);
    return lost;
  }

  /** A receipt of goods that are not to be booked. */
  skipReceipt(units: number, returnId: string | undefined): void {
    this.#claim(units, returnId);
    this.#unexplainedReceipts -= units;
  }

  /** Refunded units that are back now, those of this return first. */
  receive(units: number, which: "expected" | "kept", returnId: string | undefined): HeldPart[] {
    const fits = ({ expected }: AwayUnits) => expected === (which === "expected");
    const own = (each: AwayUnits) => fits(each) && returnId !== undefined && each.returnId === returnId;
    const first = this.#take(units, own);
    const taken = [...first, ...this.#take(units - total(first), fits)];
    if (which === "kept") this.#unexplainedReceipts -= total(taken);
    return taken.flatMap(({ part, holding }) => (part === undefined ? [] : [{ ...part, holding }]));
  }

  #end(returnId: string, holding: Holding): HeldPart[] {
    for (const each of this.#authorisations) if (each.returnId === returnId) each.openMillionths = 0;
    const ofReturn = (each: AwayUnits) => each.returnId === returnId && each.holding === "return-asset";
    return this.#move(this.awayUnits, ofReturn, { holding, expected: false });
  }

  /** Takes units off the authorised returns, this one first. */
  #claim(units: number, returnId: string | undefined): { readonly returnId: string; readonly units: number }[] {
    const claims: { returnId: string; units: number }[] = [];
    let open = units;
    const own = this.#authorisations.filter((each) => each.returnId === returnId);
    for (const each of [...own, ...this.#authorisations.filter((other) => !own.includes(other))]) {
      const claimed = Math.min(open, each.openMillionths);
      if (claimed <= 0) continue;
      each.openMillionths -= claimed;
      open -= claimed;
      claims.push({ returnId: each.returnId, units: claimed });
    }
    return claims;
  }

  #send(units: number, parts: readonly IssuePart[], how: Pick<AwayUnits, "holding" | "expected" | "returnId">): void {
    for (const part of parts) this.#away.push({ quantityMillionths: part.quantityMillionths, part, ...how });
    const unstocked = units - total(parts);
    if (unstocked > 0) this.#away.push({ quantityMillionths: unstocked, part: undefined, ...how });
  }

  /** Changes where the first `units` of those that fit are held; gives them as they were held before. */
  #move(units: number, fits: (each: AwayUnits) => boolean, to: Partial<AwayUnits>): HeldPart[] {
    const taken = this.#take(units, fits);
    this.#away.push(...taken.map((each) => ({ ...each, ...to })));
    return taken.flatMap(({ part, holding }) => (part === undefined ? [] : [{ ...part, holding }]));
  }

  #take(units: number, fits: (each: AwayUnits) => boolean): AwayUnits[] {
    const taken: AwayUnits[] = [];
    const stay: AwayUnits[] = [];
    let open = units;
    for (const each of this.#away) {
      if (open <= 0 || !fits(each)) {
        stay.push(each);
        continue;
      }
      const now = Math.min(open, each.quantityMillionths);
      open -= now;
      const [own, rest] = splitParts(each.part === undefined ? [] : [each.part], now);
      taken.push({ ...each, quantityMillionths: now, part: own[0] });
      if (now < each.quantityMillionths) stay.push({ ...each, quantityMillionths: each.quantityMillionths - now, part: rest[0] });
    }
    this.#away = stay;
    return taken;
  }
}

/** The first `units` of the parts, and the rest. */
function splitParts(parts: readonly IssuePart[], units: number): readonly [IssuePart[], IssuePart[]] {
  const first: IssuePart[] = [];
  const rest: IssuePart[] = [];
  let open = units;
  for (const part of parts) {
    const taken = Math.min(Math.max(open, 0), part.quantityMillionths);
    open -= taken;
    if (taken > 0) first.push({ ...part, quantityMillionths: taken });
    if (taken < part.quantityMillionths) {
      rest.push({ ...part, from: part.from + taken, quantityMillionths: part.quantityMillionths - taken });
    }
  }
  return [first, rest];
}

function total(each: readonly { readonly quantityMillionths: number }[]): number {
  return each.reduce((units, { quantityMillionths }) => units + quantityMillionths, 0);
}

/** The goods of an order's lines that come back, and the fees that were agreed for them (c20). */
export class OrderReturns {
  readonly #lines = new Map<string, ReturnedGoods>();
  readonly #received = new Map<string, number>();
  readonly #fees = new Map<string, AgreedFees>();

  constructor(events: readonly BusinessEvent[]) {
    for (const event of events) {
      if (event.name !== "return.received" || event.disposition === "processing" || event.lineId === undefined) continue;
      this.#received.set(event.lineId, (this.#received.get(event.lineId) ?? 0) + event.quantityMillionths);
    }
  }

  line(lineId: string): ReturnedGoods {
    const known = this.#lines.get(lineId);
    if (known !== undefined) return known;
    const goods = new ReturnedGoods(this.#received.get(lineId) ?? 0);
    this.#lines.set(lineId, goods);
    return goods;
  }

  lines(): readonly ReturnedGoods[] {
    return [...this.#lines.values()];
  }

  /** Gives what takes back every accepted unit that is refunded, and every fee that ends, from here on. */
  mark(): () => void {
    const lines = this.lines().map((goods) => goods.mark());
    const fees = [...this.#fees];
    return () => {
      for (const undo of lines) undo();
      for (const [returnId, agreed] of fees) this.#fees.set(returnId, agreed);
    };
  }

  agree(returnId: string, fees: AgreedFees): void {
    if (fees.fees.length > 0) this.#fees.set(returnId, fees);
  }

  /** The fees of this return are kept, or will not be. */
  endFees(returnId: string): void {
    this.#fees.delete(returnId);
  }

  /** Fees agreed and not kept yet, by return: of the one that is named, else of those of any of these lines. */
  feesFor(returnId: string | undefined, lineIds: ReadonlySet<string>): ReadonlyMap<string, AgreedFees> {
    const concerns = (id: string, lines: readonly string[]) =>
      returnId === undefined ? lines.some((line) => lineIds.has(line)) : id === returnId;
    return new Map([...this.#fees].filter(([id, { lineIds: lines }]) => concerns(id, lines)));
  }
}

/** What is kept of the refund of a return, in minor units of the order's currency. */
export interface AgreedFees {
  readonly lineIds: readonly string[];
  readonly fees: readonly { readonly reason: string; readonly amount: MinorUnits }[];
}
