import { isRevised } from "./is-revised.ts";
import type { GoodsLine, Receipt, ReceiptLine, ReceiptTender, StoreDay, TicketName, TillMovement } from "./store-day.ts";

/** Minor units by role, debit positive; roles that come to nothing are left out. */
export type CentsByRole = Readonly<Record<string, number>>;

export interface DrawerOfTruth {
  readonly register: string;
  readonly currency: string;
  readonly expected: number;
  readonly counted: number;
}

/** What a store day comes to, and what it must look like from outside. */
export interface StoreDayLedger {
  /** What the tickets leave, whether or not somebody audits the day. */
  readonly tickets: CentsByRole;
  /** What the tills moved beside them and what was counted over or short, once the day is audited. */
  readonly tills: CentsByRole;
  readonly drawers: readonly DrawerOfTruth[];
  /** As it was counted last; undefined: nobody counted it. */
  readonly safe: number | undefined;
  /** Pieces by item, in millionths: what the day moved in the store's stock. */
  readonly stock: Readonly<Record<string, number>>;
  /** By register: the numbers that are missing between its first and its last; registers that lack none are left out. */
  readonly missing: Readonly<Record<string, readonly number[]>>;
  /** Tickets that count and tickets that were undone. */
  readonly counted: number;
  readonly undone: number;
}

export interface LedgerOptions {
  /** With the tickets that arrive after the audit; false: they are not there yet. */
  readonly late: boolean;
  /** Minor units: what is over or short by more than that waits for somebody's approval, and is in no books. */
  readonly overShortMax: number;
}

/** What the tills of the sample take an American dollar at. */
const foreignRate = 1.35;

/** The ledger of a day by plain addition over what happened: it knows roles and signs, and neither events nor postings. */
export function storeDayLedger(day: StoreDay, { late, overShortMax }: LedgerOptions): StoreDayLedger {
  const books = new Sums();
  const tills = new Sums();
  const stock = new Sums();
  const drawers = new Map<string, number>();
  const put = (register: string, currency: string, amount: number) => {
    const name = `${register} ${currency}`;
    drawers.set(name, (drawers.get(name) ?? 0) + amount);
  };
  for (const register of day.registers) put(register, day.currency, day.float);
  const receipts = day.transactions.filter((each): each is Receipt => each.kind === "receipt" && each.state === "ticket");
  const undone = new Set(
    day.transactions.flatMap((each) => {
      if (each.kind === "post-void") return [nameOf(each.of)];
      return each.kind === "receipt" && each.replaces !== undefined ? [nameOf(each.replaces)] : [];
    }),
  );
  const standing = receipts.filter(
    (receipt) => !undone.has(nameOf(receipt)) && !isRevised(receipt, day.transactions) && (late || !receipt.late),
  );
  for (const receipt of standing) {
    for (const line of receipt.lines) addLine(line, receipt, books, stock);
    books.add("discounts", receipt.discount?.amount ?? 0);
    books.add("cash-rounding", -receipt.cashRounding);
    for (const tender of receipt.tenders) {
      books.add(roleOf(tender), tender.amount);
      if (tender.type !== "Cash") continue;
      if (tender.foreign === undefined) put(receipt.register, day.currency, tender.amount);
      else put(receipt.register, tender.foreign.currency, tender.foreign.amount);
    }
  }
  for (const each of day.transactions) {
    if (each.kind === "movement") {
      addMovement(each, tills);
      put(each.register, day.currency, intoDrawer(each));
    }
    if (each.kind === "stock")
      stock.add(
        each.sku,
        1_000_000 *
          {
            receipt: each.pieces,
            adjustment: each.pieces,
            count: each.pieces - (each.expected ?? 0),
            "vendor-return": -each.pieces,
            "transfer-out": -each.pieces,
            "transfer-in": each.pieces,
          }[each.paper],
      );
  }
  const counted: DrawerOfTruth[] = day.transactions.flatMap((each) =>
    each.kind === "count"
      ? Object.entries(each.counted).map(([currency, amount]) => ({
          register: each.register,
          currency,
          expected: drawers.get(`${each.register} ${currency}`) ?? 0,
          counted: amount,
        }))
      : [],
  );
  for (const drawer of counted) {
    const over = (drawer.counted - drawer.expected) * (drawer.currency === day.currency ? 1 : foreignRate);
    if (Math.abs(over) > overShortMax) continue;
    tills.add("cash-drawer", over);
    tills.add("cash-over-short", -over);
  }
  return {
    tickets: books.told(),
    tills: tills.told(),
    drawers: counted,
    safe: day.transactions.flatMap((each) => (each.kind === "safe-count" ? [each.counted] : [])).at(-1),
    stock: stock.told(),
    missing: Object.fromEntries(
      day.registers.flatMap((register) => {
        const numbers = day.lost.filter((name) => name.register === register).map(({ sequence }) => sequence);
        return numbers.length === 0 ? [] : [[register, numbers]];
      }),
    ),
    counted: standing.length,
    undone: receipts.filter((receipt) => undone.has(nameOf(receipt))).length,
  };
}

function addLine(line: ReceiptLine, receipt: Receipt, books: Sums, stock: Sums): void {
  if (line.what !== "goods") {
    books.add(collectedRoles[line.what], line.way === "sale" ? -line.amount : line.amount);
    return;
  }
  if (line.voided === true) return;
  const included = receipt.taxesIncluded ? line.tax : 0;
  const discount = discountOf(line);
  if (line.way === "sale") {
    books.add("sales", included - line.gross);
    books.add("discounts", discount);
    books.add("tax-payable", -line.tax);
    stock.add(line.sku, -line.quantityMillionths);
  } else {
    books.add("sales-returns", line.gross - discount - included);
    books.add("tax-payable", line.tax);
    if (line.restock) stock.add(line.sku, line.quantityMillionths);
  }
}

const collectedRoles = {
  "gift-card": "gift-card-liability",
  tip: "tips-payable",
  deposit: "customer-deposits",
  layaway: "customer-deposits",
  "on-account": "accounts-receivable",
  donation: "deposits-and-donations-payable",
  "bottle-deposit": "deposits-and-donations-payable",
  fee: "other-revenue",
} as const;

function roleOf({ type }: ReceiptTender): string {
  switch (type) {
    case "Cash":
      return "cash-drawer";
    case "CreditDebit":
      return "acquirer-clearing";
    case "GiftCard":
      return "gift-card-liability";
    case "StoreCredit":
      return "store-credit-liability";
    case "Check":
      return "safe";
    case "Square":
      return "payment-clearing";
  }
}

function addMovement({ movement, amount }: TillMovement, tills: Sums): void {
  const [debit, credit] = movementRoles[movement];
  tills.add(debit, amount);
  tills.add(credit, -amount);
}

/** Where the money goes, and where it came from. */
const movementRoles = {
  loan: ["cash-drawer", "safe"],
  pickup: ["safe", "cash-drawer"],
  "safe-drop": ["safe", "cash-drawer"],
  "paid-in": ["cash-drawer", "other-revenue"],
  "paid-out": ["petty-expense", "cash-drawer"],
  "tip-out": ["tips-payable", "cash-drawer"],
  "bank-deposit": ["bank-in-transit", "safe"],
} as const;

function intoDrawer({ movement, amount }: TillMovement): number {
  if (movement === "loan" || movement === "paid-in") return amount;
  return movement === "bank-deposit" ? 0 : -amount;
}

export function discountOf({ discounts }: GoodsLine): number {
  return discounts.reduce((total, { amount }) => total + amount, 0);
}

function nameOf({ register, sequence }: TicketName): string {
  return `${register}/${sequence}`;
}

class Sums {
  private readonly sums = new Map<string, number>();

  add(name: string, amount: number): void {
    this.sums.set(name, (this.sums.get(name) ?? 0) + amount);
  }

  told(): Record<string, number> {
    return Object.fromEntries([...this.sums].filter(([, amount]) => amount !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
