import { contentHash } from "#domain/canonical";
import type { EventKey, TransactionId } from "#domain/identity";
import type { Currency, MinorUnits } from "#domain/money";

/** What a row of the certificate is about. `currency` is "" where nobody can say. */
export interface CertificateLine {
  readonly kind: "channel-day" | "store-day" | "payout";
  /** The shop, the store, or the payout with its source and account. */
  readonly name: string;
  readonly currency: Currency | "";
  /** Where the money went, such as "cash-drawer" or "payment-clearing shopify_payments"; of a payout "bank". */
  readonly means: string;
}

/** One movement of money as each side holds it: minor units, money in is positive. What a side does not hold is absent. */
export interface CertificateItem {
  readonly line: CertificateLine;
  readonly transaction: TransactionId;
  /** "" for a document that cannot be read. */
  readonly event: EventKey;
  readonly source: MinorUnits;
  /** What the hub has recorded as posted for it. */
  readonly lineage?: MinorUnits;
  readonly erp?: MinorUnits;
  /** Null: no bank line is to show it by itself (cash is deposited in sums, some gateways are not settled). */
  readonly bank?: MinorUnits | null;
  /** Why the bank does not hold it yet. */
  readonly notBanked?: "no-row" | "no-bank-line" | "not-deposited" | "other-currency" | "returned";
  /** Why the lineage or the ERP does not hold it, or the lineage holds less of it; "" when both do. */
  readonly waitsFor: string;
  /** Of a payout: how many rows it has by its source, and how many of those on record wait for nothing. Absent: 1. */
  readonly counts?: { readonly source: number; readonly lineage: number };
}

export interface CountAndAmount {
  readonly count: number;
  readonly amount: MinorUnits;
}

export interface CertificateDifference {
  readonly between: "source and lineage" | "lineage and ERP" | "ERP and bank";
  readonly reason: string;
  readonly count: number;
  /** What the later side lacks of what the earlier one holds. */
  readonly amount: MinorUnits;
  /** The first of them by id, at most `differencesNamed`. */
  readonly transactions: readonly TransactionId[];
}

export interface CertificateRow extends CertificateLine {
  readonly source: CountAndAmount;
  readonly lineage: CountAndAmount;
  readonly erp: CountAndAmount;
  /** Null: nothing of it is to be seen at a bank by itself. */
  readonly bank: CountAndAmount | null;
  readonly differences: readonly CertificateDifference[];
}

/** What a certificate says: nothing of it depends on when or where it is made, so that the same facts give the same hash. */
export interface Certificate {
  readonly schema: 1;
  readonly date: string;
  readonly rows: readonly CertificateRow[];
  /** Every row agrees on all its sides, the bank included. Never of a day of which nothing is known. */
  readonly complete: boolean;
}

const differencesNamed = 20;

/** Counts and amounts of every channel, store day and payout of a day on each side, with every difference under its reason. */
export function certificateOf(date: string, items: readonly CertificateItem[]): Certificate & { readonly hash: string } {
  const byLine = new Map<string, CertificateItem[]>();
  for (const item of items) {
    const { kind, name, currency, means } = item.line;
    const key = JSON.stringify([order.indexOf(kind), name, currency, means]);
    const alike = byLine.get(key);
    if (alike === undefined) byLine.set(key, [item]);
    else alike.push(item);
  }
  const rows = [...byLine.keys()].sort(compareText).map((key) => rowOf(byLine.get(key) as [CertificateItem, ...CertificateItem[]]));
  const content = {
    schema: 1,
    date,
    rows,
    complete: rows.length > 0 && rows.every(({ differences }) => differences.length === 0),
  } as const;
  return { ...content, hash: contentHash(content) };
}

const order: readonly CertificateLine["kind"][] = ["channel-day", "store-day", "payout"];

function rowOf(items: readonly [CertificateItem, ...CertificateItem[]]): CertificateRow {
  const sorted = [...items].sort((a, b) => compareText(`${a.transaction} ${a.event}`, `${b.transaction} ${b.event}`));
  const bankable = sorted.filter(({ bank }) => bank !== null);
  return {
    ...items[0].line,
    source: total(sorted, ({ source, counts }) => ({ amount: source, count: counts?.source ?? 1 })),
    lineage: total(sorted, ({ lineage, counts }) => (lineage === undefined ? undefined : { amount: lineage, count: counts?.lineage ?? 1 })),
    erp: total(sorted, ({ erp, counts }) => (erp === undefined ? undefined : { amount: erp, count: counts?.lineage ?? 1 })),
    bank:
      bankable.length === 0
        ? null
        : total(bankable, ({ bank, counts }) =>
            bank === undefined || bank === null ? undefined : { amount: bank, count: counts?.lineage ?? 1 },
          ),
    differences: differencesIn(sorted),
  };
}

function total(items: readonly CertificateItem[], of: (item: CertificateItem) => CountAndAmount | undefined): CountAndAmount {
  return items.reduce(
    (sum, item) => {
      const here = of(item);
      return here === undefined ? sum : { count: sum.count + here.count, amount: sum.amount + here.amount };
    },
    { count: 0, amount: 0 },
  );
}

/** For each pair of sides, what comes to the difference of their amounts: an item is told where a side does not follow the one before it. */
function differencesIn(items: readonly CertificateItem[]): CertificateDifference[] {
  const found = new Map<
    string,
    { between: CertificateDifference["between"]; reason: string; amount: MinorUnits; transactions: Set<TransactionId> }
  >();
  const note = (between: CertificateDifference["between"], reason: string, amount: MinorUnits, { transaction }: CertificateItem) => {
    const key = `${betweens.indexOf(between)} ${reason}`;
    const known = found.get(key) ?? { between, reason, amount: 0, transactions: new Set() };
    known.amount += amount;
    known.transactions.add(transaction);
    found.set(key, known);
  };
  for (const item of items) {
    const { source, lineage, erp, bank, counts } = item;
    if (lineage === undefined) note("source and lineage", item.waitsFor, source, item);
    else if (lineage !== source) note("source and lineage", item.waitsFor || "is posted with another amount", source - lineage, item);
    else if (counts !== undefined && counts.source !== counts.lineage)
      note("source and lineage", "rows are missing, or wait for their sale or a class", 0, item);
    if (lineage !== undefined && erp === undefined) note("lineage and ERP", item.waitsFor, lineage, item);
    else if (lineage !== undefined && erp !== lineage) note("lineage and ERP", "the ERP holds another amount", lineage - (erp ?? 0), item);
    if (bank === null) continue;
    if (erp === undefined) {
      if (bank !== undefined) note("ERP and bank", "is in the bank and not in the ERP", -bank, item);
    } else if (bank === undefined) note("ERP and bank", notBankedReasons[item.notBanked ?? "no-row"], erp, item);
    else if (bank !== erp) note("ERP and bank", "the bank shows another amount", erp - bank, item);
  }
  return [...found.keys()].sort(compareText).map((key) => {
    const { between, reason, amount, transactions } = found.get(key)!;
    return { between, reason, count: transactions.size, amount, transactions: [...transactions].slice(0, differencesNamed) };
  });
}

const betweens: readonly CertificateDifference["between"][] = ["source and lineage", "lineage and ERP", "ERP and bank"];

const notBankedReasons = {
  "no-row": "no settlement row yet",
  "no-bank-line": "its payout is not in the bank yet",
  "not-deposited": "no bank line shows the deposit yet",
  "other-currency": "is settled in another currency, and its row does not say what of it",
  returned: "the payout came back",
} as const satisfies Record<NonNullable<CertificateItem["notBanked"]>, string>;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
