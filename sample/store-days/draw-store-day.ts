import { catalogue } from "../catalogue.ts";
import { later } from "../local-time.ts";
import { percentageOf } from "../percentage.ts";
import { stores } from "../retailer.ts";
import { SeededChoice } from "../seeded-choice.ts";
import { isRevised } from "./is-revised.ts";
import {
  type CollectedLine,
  type Feature,
  features,
  type GoodsLine,
  type Receipt,
  type ReceiptLine,
  type ReceiptTender,
  type StockPaper,
  type StoreDay,
  type StoreTransaction,
  type TicketName,
  type TillMovement,
} from "./store-day.ts";

export interface StoreDayRecipe {
  readonly seed: number;
  readonly store: "0101" | "0301";
  readonly businessDate: string;
  /** What may happen; a feature that another one needs must be in it too. */
  readonly allowed: ReadonlySet<Feature>;
  /** Plain sales beside what the features ask for. */
  readonly plain: number;
  /** The format names no means of payment: everything is paid in this one way. */
  readonly undivided?: "Square";
}

const float = 20_000;
const registers = ["1", "2"] as const;
const supplier = "0102";

/** A day of a store: every allowed feature at least once, in an order that the seed decides. */
export function drawStoreDay(recipe: StoreDayRecipe): StoreDay {
  return new Drawing(recipe).play();
}

type Paid = Pick<Receipt, "tenders" | "cashRounding">;

class Drawing {
  private readonly choice: SeededChoice;
  private readonly counts = new Map<Feature, number>();
  private readonly transactions: StoreTransaction[] = [];
  private readonly lost: TicketName[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly recipe: StoreDayRecipe;
  private readonly place: NonNullable<(typeof stores)[string]>;
  private clock = "08:30:00";
  private papers = 0;

  constructor(recipe: StoreDayRecipe) {
    const place = stores[recipe.store];
    if (place === undefined) throw new RangeError(`${recipe.store} is no store of the sample`);
    this.recipe = recipe;
    this.place = place;
    this.choice = new SeededChoice(recipe.seed);
    for (const register of registers) this.numbers.set(register, 1 + this.choice.below(400));
  }

  play(): StoreDay {
    const scenes: (() => void)[] = Array.from({ length: this.recipe.plain }, () => () => this.sale());
    const add = (feature: Feature, scene: () => void) => {
      if (this.recipe.allowed.has(feature)) scenes.push(scene);
    };
    add("blind-return", () => this.giveBack(undefined));
    add("linked-return", () => this.linkedReturn());
    add("exchange", () => this.exchange());
    add("line-void", () => this.lineVoid());
    add("line-discount", () => this.oneLine("line-discount", { ...this.goods(), ...this.discounted("DISPLAY-PIECE", 20) }));
    add("mix-and-match", () => this.mixAndMatch());
    add("ticket-discount", () => this.ticketDiscount());
    add("weighed", () => this.oneLine("weighed", this.goods("sale", 1_000 * (120 + this.choice.below(1_900)))));
    add("tax-included", () => this.taxIncluded());
    add("split-tender", () => this.splitTender());
    add("check", () => this.paidBy("check", (total) => [{ type: "Check", amount: total }]));
    add("post-void", () => this.postVoid("post-void", false, true));
    add("post-void-elsewhere", () => this.postVoid("post-void-elsewhere", true, true));
    add("post-void-without-day", () => this.postVoid("post-void-without-day", false, false));
    add("replaced", () => this.replaced());
    add("revised", () => this.revised());
    add("suspended-and-resumed", () => this.suspendedAndResumed());
    add("cancelled", () => this.basket("cancelled", "cancelled"));
    add("training", () => this.basket("training", "training"));
    add("offline", () => this.receipt({ lines: [this.note("offline", this.goods())], offline: true }));
    add("tip", () => this.receipt({ lines: [this.goods(), this.collects("tip", "tip", 100 + this.choice.below(900))] }));
    add("gift-card-sold", () => this.receipt({ lines: [this.collects("gift-card-sold", "gift-card", 2_500)] }));
    add("gift-card-recharged", () =>
      this.receipt({ lines: [{ ...this.collects("gift-card-recharged", "gift-card", 1_500), recharged: true }] }),
    );
    add("gift-card-cashed-out", () =>
      this.receipt({ lines: [{ ...this.collects("gift-card-cashed-out", "gift-card", 430), way: "return" }] }),
    );
    add("gift-card-redeemed", () => this.paidBy("gift-card-redeemed", (total) => [{ type: "GiftCard", amount: total }]));
    add("voucher-redeemed", () => this.paidBy("voucher-redeemed", (total) => [{ type: "StoreCredit", amount: total }]));
    add("voucher-as-change", () =>
      this.paidBy("voucher-as-change", (total) => [
        { type: "GiftCard", amount: total + 700 },
        { type: "StoreCredit", amount: -700 },
      ]),
    );
    add("foreign-tender", () => this.foreignTender());
    add("deposit", () => this.depositAndUse());
    add("layaway", () => this.receipt({ lines: [{ ...this.collects("layaway", "layaway", 2_000), account: `LAY-${this.recipe.seed}` }] }));
    add("on-account", () =>
      this.receipt({ lines: [{ ...this.collects("on-account", "on-account", 5_000), account: `H-${this.recipe.seed}` }] }),
    );
    add("donation", () =>
      this.receipt({ lines: [this.goods(), { ...this.collects("donation", "donation", 105), reason: "CITY-FOOD-BANK" }] }),
    );
    add("bottle-deposit", () => this.receipt({ lines: [this.goods(), this.collects("bottle-deposit", "bottle-deposit", 50)] }));
    add("fee", () => this.receipt({ lines: [this.goods("return"), { ...this.collects("fee", "fee", 320), reason: "Opened" }] }));
    add("tender-control", () => this.tenderControl());
    add("inventory-control", () => this.inventoryControl());
    add("late-ticket", () => this.receipt({ lines: [this.note("late-ticket", this.goods())], late: true }));
    add("gap", () => this.loseNumber());
    this.tell("opening");
    for (const scene of this.shuffled(scenes)) scene();
    this.close();
    const counts = Object.fromEntries(features.map((feature) => [feature, this.counts.get(feature) ?? 0])) as Record<Feature, number>;
    const { store, businessDate } = this.recipe;
    const { currency, timeZone, tax } = this.place;
    return {
      store,
      businessDate,
      currency,
      timeZone,
      taxCode: tax.group,
      taxPer100000: tax.per100000,
      float,
      registers,
      supplier,
      transactions: this.transactions,
      lost: this.lost,
      counts,
    };
  }

  private shuffled<Each>(all: readonly Each[]): Each[] {
    const left = [...all];
    return all.map(() => left.splice(this.choice.below(left.length), 1)[0] as Each);
  }

  private note<Each>(feature: Feature, each: Each): Each {
    this.counts.set(feature, (this.counts.get(feature) ?? 0) + 1);
    return each;
  }

  private next(register: string = this.choice.from(registers)): TicketName & { readonly time: string } {
    const sequence = this.numbers.get(register) ?? 1;
    this.numbers.set(register, sequence + 1);
    this.clock = later(this.clock, 30 + this.choice.below(300));
    return { register, sequence, time: this.clock };
  }

  private goods(way: "sale" | "return" = "sale", quantityMillionths = 1_000_000 * (1 + this.choice.below(3))): GoodsLine {
    const item = this.choice.from(catalogue);
    const price = this.place.currency === "CAD" ? item.cad : item.usd;
    const gross = Math.floor((price * quantityMillionths + 500_000) / 1_000_000);
    return {
      what: "goods",
      way,
      sku: item.sku,
      quantityMillionths,
      gross,
      discounts: [],
      tax: this.taxOn(gross),
      restock: way === "sale" || !this.discards(),
    };
  }

  /** Goods that came back and do not go on the shelf again, where the till can say so. */
  private discards(): boolean {
    if (!this.recipe.allowed.has("not-restocked") || !this.choice.chance(40)) return false;
    return this.note("not-restocked", true);
  }

  private taxOn(net: number): number {
    return percentageOf(net, this.place.tax.per100000);
  }

  private collects(feature: Feature, what: CollectedLine["what"], amount: number): CollectedLine {
    return this.note(feature, { what, way: "sale", amount });
  }

  private discounted(promotion: string, percent: number, line = this.goods()): GoodsLine {
    const amount = Math.floor((line.gross * (1 + this.choice.below(percent))) / 100);
    return { ...line, discounts: amount === 0 ? [] : [{ amount, promotion }], tax: this.taxOn(line.gross - amount) };
  }

  private oneLine(feature: Feature, line: GoodsLine): void {
    this.receipt({ lines: [this.note(feature, line)] });
  }

  private sale(): Receipt {
    const lines = Array.from({ length: 1 + this.choice.below(3) }, () => this.note("sale", this.goods()));
    return this.receipt({ lines });
  }

  /** Paid in cash or by card as it comes, unless it is said how. */
  private receipt(of: Partial<Receipt> & { readonly lines: readonly ReceiptLine[]; readonly register?: string }): Receipt {
    const { lines, taxesIncluded = false, discount, tenders, cashRounding, register, ...rest } = of;
    const paid =
      tenders === undefined ? this.pay(totalOf(lines, taxesIncluded, discount?.amount ?? 0)) : { tenders, cashRounding: cashRounding ?? 0 };
    const receipt: Receipt = {
      kind: "receipt",
      ...this.next(register),
      state: "ticket",
      taxesIncluded,
      offline: false,
      late: false,
      lines,
      ...(discount === undefined ? {} : { discount }),
      ...paid,
      ...rest,
    };
    this.transactions.push(receipt);
    return receipt;
  }

  private pay(total: number): Paid {
    if (total === 0) return { tenders: [], cashRounding: 0 };
    const { undivided } = this.recipe;
    if (undivided !== undefined) return { tenders: [{ type: undivided, amount: total }], cashRounding: 0 };
    if (this.choice.chance(45))
      return { tenders: [{ type: "CreditDebit", brand: this.choice.from(["Visa", "Mastercard"]), amount: total }], cashRounding: 0 };
    const cashRounding = this.place.currency === "CAD" && this.recipe.allowed.has("cash-rounding") ? nearestFive(total) - total : 0;
    const owed = total + cashRounding;
    if (cashRounding !== 0) this.note("cash-rounding", undefined);
    const given = owed > 0 && this.recipe.allowed.has("change") && this.choice.chance(60) ? Math.ceil((owed + 1) / 2_000) * 2_000 : owed;
    if (given > owed) this.note("change", undefined);
    return { tenders: [{ type: "Cash", amount: owed, given }], cashRounding };
  }

  private paidBy(feature: Feature, tenders: (total: number) => readonly ReceiptTender[]): void {
    const lines = [this.note(feature, this.goods())];
    this.receipt({ lines, tenders: tenders(totalOf(lines, false, 0)) });
  }

  private giveBack(original: TicketName | undefined): void {
    this.receipt({ lines: [this.note("blind-return", { ...this.goods("return"), ...(original === undefined ? {} : { original }) })] });
  }

  private linkedReturn(): void {
    const { register, sequence, lines } = this.receipt({ lines: [this.note("sale", this.goods())] });
    const [sold] = lines as [GoodsLine];
    this.receipt({ lines: [this.note("linked-return", { ...sold, way: "return", restock: true, original: { register, sequence } })] });
  }

  private exchange(): void {
    this.receipt({ lines: this.note("exchange", [this.goods("return"), this.goods()]) });
  }

  private lineVoid(): void {
    this.receipt({ lines: this.note("line-void", [{ ...this.goods(), voided: true }, this.goods()]) });
  }

  private mixAndMatch(): void {
    const [first, second] = [this.goods(), this.goods()];
    this.note("mix-and-match", undefined);
    this.receipt({ lines: [this.discounted("TWO-APRONS", 20, first), this.discounted("TWO-APRONS", 20, second)] });
  }

  private ticketDiscount(): void {
    const lines = [this.goods(), this.goods()];
    const amount = Math.floor(lines.reduce((total, { gross }) => total + gross, 0) / 10);
    this.receipt({ lines, discount: this.note("ticket-discount", { amount, promotion: "DISPLAY-PIECE" }) });
  }

  private taxIncluded(): void {
    const rate = this.place.tax.per100000;
    const included = (line: GoodsLine): GoodsLine => ({
      ...line,
      tax: Math.floor((2 * line.gross * rate + 100_000 + rate) / (2 * (100_000 + rate))),
    });
    this.receipt({ lines: this.note("tax-included", [included(this.goods()), included(this.goods())]), taxesIncluded: true });
  }

  private splitTender(): void {
    const lines = [this.note("split-tender", this.goods("sale", 3_000_000))];
    const total = totalOf(lines, false, 0);
    this.receipt({
      lines,
      tenders: [
        { type: "Cash", amount: 1_000, given: 1_000 },
        { type: "CreditDebit", brand: "Visa", amount: total - 1_000 },
      ],
    });
  }

  private postVoid(feature: Feature, elsewhere: boolean, withDay: boolean): void {
    const of = this.sale();
    const register = elsewhere ? registers.find((each) => each !== of.register) : of.register;
    this.transactions.push(this.note(feature, { kind: "post-void", ...this.next(register), of, withDay }));
  }

  private replaced(): void {
    const { register, sequence } = this.sale();
    this.receipt({ lines: [this.note("replaced", this.goods())], replaces: { register, sequence }, register });
  }

  /** The same number again, one piece more and paid by card: the till states that it is a later revision. */
  private revised(): void {
    const first = this.receipt({ lines: [this.note("revised", this.goods())] });
    const lines = [...first.lines, this.goods()];
    const amount = totalOf(lines, false, 0);
    const tenders: ReceiptTender[] = [{ type: "CreditDebit", brand: "Visa", amount }];
    this.transactions.push({ ...first, lines, tenders, cashRounding: 0, revision: 1 });
  }

  private basket(feature: Feature, state: "training" | "cancelled" | "suspended"): TicketName {
    const lines = [this.note(feature, this.goods())];
    const amount = totalOf(lines, false, 0);
    return this.receipt({ lines, state, tenders: state === "training" ? [{ type: "Cash", amount, given: amount }] : [] });
  }

  private suspendedAndResumed(): void {
    const { register, sequence } = this.basket("suspended-and-resumed", "suspended");
    this.receipt({ lines: [this.goods()], resumes: { register, sequence } });
  }

  /** American money in a Canadian store, at 1.35: whole dollars, the rest by card. */
  private foreignTender(): void {
    const lines = [this.note("foreign-tender", this.goods("sale", 3_000_000))];
    const total = totalOf(lines, false, 0);
    const dollars = Math.max(1, Math.floor(total / 270));
    const tenders: ReceiptTender[] = [
      { type: "Cash", amount: dollars * 135, foreign: { currency: "USD", amount: dollars * 100 } },
      { type: "CreditDebit", brand: "Visa", amount: total - dollars * 135 },
    ];
    this.receipt({ lines, tenders });
  }

  private depositAndUse(): void {
    const account = `CO-${this.recipe.seed}`;
    this.receipt({ lines: [{ ...this.collects("deposit", "deposit", 1_000), account }] });
    if (!this.recipe.allowed.has("deposit-used")) return;
    this.receipt({
      lines: [this.goods("sale", 2_000_000), { ...this.collects("deposit-used", "deposit", 1_000), way: "return", account }],
    });
  }

  private move(
    movement: TillMovement["movement"],
    amount: number,
    more: Partial<TillMovement> = {},
    register: string = this.choice.from(registers),
  ): void {
    this.transactions.push({ kind: "movement", ...this.next(register), movement, amount, ...more });
  }

  private tenderControl(): void {
    this.note("tender-control", undefined);
    this.move("loan", 5_000);
    this.move("paid-out", 1_240, { reason: "supplies" });
    this.move("paid-in", 2_500, { reason: "vending" });
    this.move("safe-drop", 3_000, { bag: "D-7" });
    if (this.recipe.allowed.has("tip-out")) this.move("tip-out", this.note("tip-out", 400));
  }

  private inventoryControl(): void {
    this.note("inventory-control", undefined);
    const paper = (kind: StockPaper["paper"], pieces: number, expected?: number): void => {
      this.papers += 1;
      const document = `${kind}-${this.recipe.seed}-${this.papers}`;
      this.transactions.push({
        kind: "stock",
        ...this.next(),
        paper: kind,
        sku: this.choice.from(catalogue).sku,
        pieces,
        document,
        ...(expected === undefined ? {} : { expected }),
      });
    };
    paper("receipt", 12);
    paper("count", 20, 22);
    paper("adjustment", -2);
    paper("vendor-return", 3);
    paper("transfer-out", 2);
    if (this.recipe.allowed.has("transfer-in")) this.note("transfer-in", paper("transfer-in", 4));
  }

  private loseNumber(): void {
    const { register, sequence } = this.next();
    this.lost.push(this.note("gap", { register, sequence }));
    // A gap lies between two numbers that came.
    this.transactions.push({ kind: "no-sale", ...this.next(register) });
  }

  /** The first transaction of each register, so that whatever is lost lies between two that came. */
  private tell(_when: "opening"): void {
    for (const register of registers) this.transactions.push({ kind: "no-sale", ...this.next(register) });
  }

  /** Notes above the float go to the safe and, in one bag, to the bank; then each drawer is counted. */
  private close(): void {
    const { allowed } = this.recipe;
    if (!allowed.has("count")) return;
    let picked = 0;
    for (const register of registers) {
      const inDrawer = this.drawerOf(register, this.place.currency);
      const amount = Math.max(0, Math.floor((inDrawer - float) / 1_000) * 1_000);
      if (amount > 0) this.move("pickup", amount, {}, register);
      picked += amount;
    }
    for (const register of registers) {
      const off = this.choice.from([0, 0, 15, -40, 150, -1_900]);
      const foreign = this.drawerOf(register, "USD");
      const offAbroad = foreign !== 0 && allowed.has("foreign-over-short") ? this.choice.from([100, -200]) : 0;
      const isAbroad = this.place.currency === "CAD" && foreign !== 0;
      if (isAbroad && offAbroad !== 0) this.note("foreign-over-short", undefined);
      const counted = {
        [this.place.currency]: this.drawerOf(register, this.place.currency) + off,
        ...(isAbroad ? { USD: foreign + offAbroad } : {}),
      };
      this.transactions.push(this.note("count", { kind: "count", ...this.next(register), counted }));
    }
    if (allowed.has("safe-count"))
      this.transactions.push(this.note("safe-count", { kind: "safe-count", ...this.next("1"), counted: 50_000 + picked }));
    if (picked > 0) this.move("bank-deposit", picked, { bag: `${this.recipe.store}-${this.recipe.seed}` }, "1");
  }

  /** As the cashier would find it: everything that went through the drawer, also what somebody undid. */
  private drawerOf(register: string, currency: string): number {
    let cash = currency === this.place.currency ? float : 0;
    const undone = new Set(this.transactions.flatMap((each) => (each.kind === "post-void" ? [each.of] : [])));
    const replaced = this.transactions.flatMap((each) => (each.kind === "receipt" && each.replaces !== undefined ? [each.replaces] : []));
    for (const each of this.transactions) {
      if (each.register !== register) continue;
      if (each.kind === "movement" && currency === this.place.currency) {
        if (each.movement === "loan" || each.movement === "paid-in") cash += each.amount;
        else if (each.movement !== "bank-deposit") cash -= each.amount;
      }
      if (each.kind !== "receipt" || each.state !== "ticket" || undone.has(each) || isRevised(each, this.transactions)) continue;
      if (replaced.some((of) => of.register === each.register && of.sequence === each.sequence)) continue;
      for (const { type, amount, foreign } of each.tenders)
        if (type === "Cash" && (foreign?.currency ?? this.place.currency) === currency) cash += foreign?.amount ?? amount;
    }
    return cash;
  }
}

function totalOf(lines: readonly ReceiptLine[], taxesIncluded: boolean, discount: number): number {
  return lines.reduce((total, line) => {
    if (line.what !== "goods") return total + (line.way === "sale" ? line.amount : -line.amount);
    if (line.voided === true) return total;
    const net = line.gross - line.discounts.reduce((sum, { amount }) => sum + amount, 0) + (taxesIncluded ? 0 : line.tax);
    return total + (line.way === "sale" ? net : -net);
  }, -discount);
}

function nearestFive(cents: number): number {
  const rounded = Math.floor((Math.abs(cents) + 2) / 5) * 5;
  return cents < 0 ? -rounded : rounded;
}
