import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { streamOf } from "#domain/identity";
import { formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { classOfBalanceType, contractedFee, type GatewayAccountPolicy, gatewayAccountFor, type Policy } from "#domain/policy";
import { type MatchReason, type RowClass, type RowNature, rowVariance, type SettlementRow } from "#domain/settlement";
import { dimensionsOf } from "../dimensions.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";
import { bookWriteOff, suspenseWriteOffOf, writeOffOf } from "./write-off.ts";

type Recorded = EventOf<"settlement.recorded">;
type Matched = EventOf<"settlement.matched">;

interface RowLedger {
  readonly events: readonly BusinessEvent[];
  readonly recorded: Recorded;
  readonly row: SettlementRow;
  readonly matched: Matched | undefined;
  readonly account: GatewayAccountPolicy;
  readonly policy: Policy;
  readonly draft: TargetDraft;
}

/**
 * The ledger of one settlement row (c23–c26, c32, c47): what the gateway kept, withheld or added moves between clearing and the role of
 * its class. The money of charges and refunds is in clearing since their sale, so that their rows book the fee alone.
 */
export function settlementRowLedger(events: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  const recorded = events.find((event) => event.name === "settlement.recorded");
  if (recorded === undefined) return;
  const { row } = recorded;
  const account = gatewayAccountFor(policy, row.source, row.account);
  if (account === undefined) {
    draft.problem({
      class: "data.unmapped",
      code: "gateway-account",
      cause: `gateway-account:${row.account}`,
      event: recorded.key,
      message: `row ${row.id} is of the account ${row.account} at ${row.source}, which the policies do not know. Add it to gatewayAccounts; the row posts by itself.`,
    });
    draft.hold(recorded);
    return;
  }
  const matched = events.find((event) => event.name === "settlement.matched");
  const ledger: RowLedger = { events, recorded, row, matched, account, policy, draft };
  const rowClass = row.class ?? classOfBalanceType(policy, row.source, row.type);
  if (rowClass === undefined) {
    unlistedRow(
      ledger,
      events.find((event) => event.name === "settlement.released"),
    );
    return;
  }
  bookRow(ledger, rowClass);
  if (rowClass === "sale_refund") {
    convertSold(ledger);
    settleVariance(ledger);
  }
  if (rowClass === "dispute") disputeLoss(ledger);
}

/** c47: where the money of a class belongs, against clearing, and what the gateway keeps of it. */
const otherSide: Readonly<Record<Exclude<RowClass, "sale_refund" | "payout_movement">, { readonly role: string; readonly fees: string }>> =
  {
    dispute: { role: "dispute-receivable", fees: "dispute-fees" },
    reserve: { role: "reserve-receivable", fees: "card-fees" },
    platform_fee: { role: "platform-fees", fees: "platform-fees" },
    financing: { role: "payout-loan", fees: "financing-cost" },
    promo_funding: { role: "promotion-funding", fees: "card-fees" },
    channel_transfer: { role: "accounts-payable", fees: "card-fees" },
    shipping_expense: { role: "accrued-carrier-cost", fees: "card-fees" },
    tax_duty: { role: "channel-liable-tax", fees: "card-fees" },
    investigate: { role: "settlement-suspense", fees: "card-fees" },
  };

/** Where the nature of a row says more than its class. c26: a fee for a dispute is a cost at once, and protection makes a loss good. */
const roleOfNature: Partial<Record<RowNature, string>> = {
  "dispute-fee": "dispute-fees",
  protection: "chargeback-loss",
  duty: "duties-payable",
};

function bookRow(ledger: RowLedger, rowClass: RowClass): void {
  if (rowClass === "sale_refund") bookFeeOfSale(ledger);
  else if (rowClass === "payout_movement") bookPayoutMovement(ledger);
  else {
    const { role, fees } = otherSide[rowClass];
    const { nature } = ledger.row;
    bookAgainst(ledger, (nature === undefined ? undefined : roleOfNature[nature]) ?? role, fees);
    if (rowClass === "investigate") investigate(ledger);
  }
}

/**
 * c23, c32: Dr card fees, Cr clearing. A sale of another entity leaves that entity's clearing here, gross, and is owed to it net by the
 * entity that is paid out.
 */
function bookFeeOfSale(ledger: RowLedger): void {
  const { row, account, draft, recorded } = ledger;
  const { fee, beyond } = keptOf(ledger);
  const kept = fee + beyond;
  const seller = ledger.matched?.entity ?? account.entity;
  if (seller === account.entity) {
    const lines = new JournalLines();
    lines.add("card-fees", dimensions(ledger, "card-fees"), fee);
    lines.add("settlement-suspense", dimensions(ledger, "settlement-suspense"), beyond);
    lines.add(...clearing(ledger), -kept);
    draft.journal(frame(ledger, seller), "fee", lines);
    return;
  }
  const pair = draft.pairOf(recorded.key, "settlement");
  const own = new JournalLines();
  own.add("due-from", dimensionsOf("due-from", { counterparty: account.entity }), row.net);
  own.add("card-fees", dimensions(ledger, "card-fees"), fee);
  own.add("settlement-suspense", dimensions(ledger, "settlement-suspense"), beyond);
  own.add(...clearing(ledger), -(row.net + kept));
  draft.journal(frame(ledger, seller), "settlement", own, pair);
  const paid = new JournalLines();
  paid.add(...clearing(ledger), row.net);
  paid.add("due-to", dimensionsOf("due-to", { counterparty: seller }), -row.net);
  draft.journal(frame(ledger, account.entity), "settlement", paid, pair);
}

/**
 * c24: what the gateway kept of the sale. A fee is what it states or, where it states none, what is missing, as long as its contract says so
 * within the tolerance; what goes beyond the contract is a claim on the gateway until somebody has settled it, and no fee.
 */
function keptOf(ledger: RowLedger): { readonly fee: MinorUnits; readonly beyond: MinorUnits } {
  const { row, account, matched, recorded } = ledger;
  const stated = feeOf(row);
  if (account.feeContract?.states === "net-only") {
    const isBeyond = matched?.outcome === "matched" && matched.reason === "fee";
    return { fee: stated + (matched?.fee ?? 0), beyond: isBeyond ? 0 - (matched.difference ?? 0) : 0 };
  }
  const day = businessDateIn(timeZoneOf(ledger, account.entity), row.occurredAt);
  const contracted = contractedFee(account.feeContract, { ...row, day });
  const taxes = sum(row.fees.filter(({ name }) => taxParts.has(name)).map(({ amount }) => amount));
  const beyond = contracted === undefined ? 0 : stated - taxes - contracted.amount;
  if (contracted === undefined || Math.abs(beyond) <= contracted.toleranceMinorUnits) return { fee: stated, beyond: 0 };
  const claim: Problem & { readonly amount: MinorUnits } = {
    class: "money.tolerance-exceeded",
    code: "fee",
    cause: `fee ${recorded.key}`,
    event: recorded.key,
    amount: -beyond,
    currency: row.currency,
    message: `of row ${row.id} of ${row.account} over ${money(row.gross, row)} the gateway keeps ${money(stated - taxes, row)}, and its contract says ${money(contracted.amount, row)}: ${money(beyond, row)} stands in settlement suspense. Claim it from the gateway, or correct feeContract of ${row.account}.`,
  };
  ownSuspense(ledger, claim, matched?.entity);
  return { fee: stated - beyond, beyond };
}

/** Parts of a fee that are tax on it: contracts name fees without it. */
const taxParts: ReadonlySet<string> = new Set(["vat"]);

/** What the gateway added to clearing, against the role that it belongs to; its fees to theirs. */
function bookAgainst(ledger: RowLedger, role: string, feeRole: string): void {
  const { row, account, draft } = ledger;
  const lines = new JournalLines();
  lines.add(role, dimensions(ledger, role), -row.gross);
  lines.add(feeRole, dimensions(ledger, feeRole), feeOf(row));
  lines.add(...clearing(ledger), row.net);
  draft.journal(frame(ledger, account.entity), "settlement", lines);
}

/**
 * The payout itself posts in its own stream, and so does one that came back when its row names it. Money that is carried to another batch
 * has not left the gateway: clearing keeps it. Only what these rows cost is booked here.
 */
function bookPayoutMovement(ledger: RowLedger): void {
  const { row, account, draft } = ledger;
  const fee = feeOf(row);
  const lines = new JournalLines();
  lines.add("card-fees", dimensions(ledger, "card-fees"), fee);
  lines.add(...clearing(ledger), -fee);
  if (row.nature === "payout-returned" && row.references.pspReference === undefined) {
    lines.add(...clearing(ledger), row.gross);
    lines.add("bank-in-transit", dimensionsOf("bank-in-transit", { account: account.bankAccount, currency: row.currency }), -row.gross);
  }
  if (row.nature === "conversion" && ledger.matched?.conversion === undefined) {
    lines.add("currency-conversion", dimensions(ledger, "currency-conversion"), -row.gross);
    lines.add(...clearing(ledger), row.gross);
  }
  draft.journal(frame(ledger, account.entity), "settlement", lines);
  if (row.nature === "conversion") bookConversion(ledger);
}

/**
 * c33: a balance that the gateway changes leaves clearing in one currency and comes in the other. Once both legs are known, the one that is
 * not in the currency of the books is worth there what the other one is: `currency-conversion` is then worth nothing, and what the
 * gateway's rate differs from the day's is an exchange difference and no fee. A leg alone is worth the rate of its day, and is booked with its
 * fee; what a leg is worth is no part of a document's content, so that the pair is a document of its own.
 */
function bookConversion(ledger: RowLedger): void {
  const { row, account, matched, policy, draft } = ledger;
  const at = frame(ledger, account.entity);
  const other = matched?.conversion;
  if (other === undefined) return;
  const functional = policy.entities[account.entity]?.functionalCurrency;
  // Of two foreign currencies, the one that goes is worth the one that comes.
  const isWorthTheOther = row.currency !== functional && (other.currency === functional || row.gross < 0);
  const worth = isWorthTheOther ? { amount: other.amount, currency: other.currency, day: at.businessDate } : undefined;
  const lines = new JournalLines();
  lines.add("currency-conversion", dimensions(ledger, "currency-conversion"), -row.gross, worth);
  lines.add(...clearing(ledger), row.gross);
  draft.journal(at, "conversion", lines);
}

/**
 * c33: a payment that waits in one currency and is settled in another. It leaves clearing in its own currency at the rate of the day on
 * which it came there, and comes back in the row's at what the gateway gave for it before its fee: both over `currency-conversion`, which
 * is then worth nothing in the books. What the rates differ by is the exchange difference, apart from every fee.
 */
function convertSold(ledger: RowLedger): void {
  const { row, matched, account, draft } = ledger;
  const parts = matched?.parts.filter(({ sold }) => sold !== undefined) ?? [];
  const seller = matched?.entity ?? account.entity;
  const at = frame(ledger, seller);
  const functional = ledger.policy.entities[seller]?.functionalCurrency;
  const taken = new Map<string, JournalLines>();
  const given = new JournalLines();
  const conversion = (currency: string) => dimensionsOf("currency-conversion", { gateway: account.clearing.gateway, currency });
  for (const { amount, sale, sold } of parts) {
    if (sold === undefined) continue;
    const { currency, occurredAt } = sold;
    const shop = ledger.policy.shops[streamOf(sale).place];
    const carriedOn = businessDateIn(shop?.timeZone ?? timeZoneOf(ledger, seller), occurredAt);
    const lines = taken.get(currency) ?? new JournalLines();
    taken.set(currency, lines);
    const carried = { amount: sold.amount, currency, day: carriedOn };
    const got = { amount, currency: row.currency, day: at.businessDate };
    lines.add(...clearingLine(account, currency), -sold.amount, { ...carried, amount: -sold.amount });
    lines.add("currency-conversion", conversion(currency), sold.amount, got);
    given.add(...clearing(ledger), amount);
    // Where the sale is in the currency of the books, it is this journal that must say what the sale was worth.
    const worth = currency === functional ? { ...carried, amount: -sold.amount } : { ...got, amount: -amount };
    given.add("currency-conversion", conversion(row.currency), -amount, worth);
  }
  for (const [currency, lines] of taken) draft.journal({ ...at, currency }, "conversion", lines);
  draft.journal(at, "conversion", given);
}

/** A row of an unlisted type: held until its payout is in the bank, its period ends or policy says its class, then it alone is in suspense, with an owner. */
function unlistedRow(ledger: RowLedger, released: EventOf<"settlement.released"> | undefined): void {
  const { row, recorded, draft } = ledger;
  const held = released === undefined;
  const where = held ? "It is held" : `${whyReleased(released)}, so it stands in settlement suspense`;
  const open: Problem & { readonly amount: MinorUnits } = {
    class: "money.unclassified-balance-type",
    code: held ? "held" : "suspense",
    cause: `${row.source} ${row.type}`,
    event: recorded.key,
    // Its fee is booked as one.
    amount: held ? row.net : row.gross,
    currency: row.currency,
    message: `row ${row.id} of ${row.account} is a ${JSON.stringify(row.type)} over ${money(row.net, row)}, which is in no class. ${where}; say in balanceTypes what it is, and it posts by itself.${held ? "" : " What nobody will ever explain is given up with --write-off."}`,
  };
  if (held) {
    draft.problem(open);
    draft.hold(recorded);
    return;
  }
  bookAgainst(ledger, "settlement-suspense", "card-fees");
  ownSuspense(ledger, open);
}

function whyReleased({ because, payoutId, period }: EventOf<"settlement.released">): string {
  switch (because) {
    case "bank-line":
      return `Its payout ${payoutId} is in the bank`;
    case "period-end":
      return `The period ${period} has ended`;
  }
}

/** The gateway itself does not say what such a row is for: booked, and somebody owns the question. */
function investigate(ledger: RowLedger): void {
  const { row, recorded } = ledger;
  ownSuspense(ledger, {
    class: "money.tolerance-exceeded",
    code: "investigate",
    cause: recorded.key,
    event: recorded.key,
    amount: row.gross,
    currency: row.currency,
    message: `row ${row.id} of ${row.account} is a ${JSON.stringify(row.type)} over ${money(row.net, row)}: it stands in settlement suspense. Ask the gateway what it is for, and say its class in balanceTypes; what nobody will ever explain is given up with --write-off.`,
  });
}

/** c26: a dispute that was lost turns what the gateway took into a loss, or into a lower price where the goods were the reason. */
function disputeLoss(ledger: RowLedger): void {
  const { row, matched, account, draft } = ledger;
  const dispute = matched?.dispute;
  if (matched === undefined || dispute === undefined || row.gross >= 0 || (row.nature ?? "dispute") !== "dispute") return;
  if (dispute.outcome !== "lost" && dispute.outcome !== "accepted") return;
  const role = dispute.fraud ? "chargeback-loss" : "price-concessions";
  const lines = new JournalLines();
  const loss = role === "chargeback-loss" ? dimensions(ledger, role) : dimensionsOf(role, { reason: "dispute" });
  lines.add(role, loss, -row.gross);
  lines.add("dispute-receivable", dimensions(ledger, "dispute-receivable"), row.gross);
  const timeZone = timeZoneOf(ledger, account.entity);
  const businessDate = businessDateIn(timeZone, dispute.closedAt);
  draft.journal({ event: matched, entity: account.entity, currency: row.currency, businessDate }, "dispute-loss", lines);
}

/**
 * What a look for the sale found or did not find: open in the clearing account, with an owner, until the other side comes or somebody gives
 * it up.
 */
function settleVariance(ledger: RowLedger): void {
  const { events, row, matched, recorded, draft } = ledger;
  const variance = rowVariance(row, matched);
  if (matched === undefined || variance === undefined) return;
  const missing = matched.outcome === "unmatched";
  const settles = `row ${row.id} of ${row.account} settles ${money(row.gross, row)} (${row.type}${named(row)})`;
  const difference = matched.difference ?? 0;
  const open: Problem = {
    class: missing ? "money.missing-transaction" : "money.tolerance-exceeded",
    code: variance.reason,
    cause: recorded.key,
    event: recorded.key,
    amount: variance.amount,
    currency: row.currency,
    message: missing
      ? `${settles}, and ${whyMissing[variance.reason]}.`
      : matched.reason === "fee"
        ? `${settles} and states no fee. Its contract says ${money(matched.fee ?? 0, row)}, and ${money(0 - difference, row)} more is missing: it stands in settlement suspense. Claim it from the gateway, or correct feeContract of ${row.account}.`
        : matched.difference === undefined
          ? `${settles}, and what it states in the currency of its payment is not what was paid: the difference stays open in clearing. Have the gateway correct it, or book it by hand: a write-off would not.`
          : `${settles}, ${money(difference, row)} other than its payments come to: the difference stays open in clearing.`,
  };
  const writeOff = writeOffOf(events, variance, row.currency);
  // A fee beyond its contract stands in suspense, everything else in clearing.
  const inSuspense = matched.outcome === "matched" && variance.reason === "fee";
  if (writeOff === undefined) draft.problem(open);
  else bookWriteOff(writeOff, writtenOffIn(ledger, matched.entity), inSuspense ? suspense(ledger) : clearing(ledger), open, draft);
}

/** In whose books something is given up. */
function writtenOffIn(ledger: RowLedger, seller: string | undefined) {
  const entity = seller ?? ledger.account.entity;
  return { entity, timeZone: timeZoneOf(ledger, entity), gateway: ledger.account.clearing.gateway };
}

/** What stands in settlement suspense has an owner until its cause is gone, or somebody gives it up: its amount is the problem's. */
function ownSuspense(ledger: RowLedger, open: Problem & { readonly amount: MinorUnits }, seller?: string): void {
  const writeOff = suspenseWriteOffOf(ledger.events, open.amount, ledger.row.currency);
  if (writeOff === undefined) ledger.draft.problem(open);
  else bookWriteOff(writeOff, writtenOffIn(ledger, seller), suspense(ledger), open, ledger.draft);
}

const whyMissing: Readonly<Record<MatchReason, string>> = {
  missing: "no payment of ours is known for it",
  "amount-mismatch": "no open payment of its order has this amount",
  duplicate: "every payment that it could be is settled by another row",
  currency: "the payment that it names is in another currency",
  fee: "its amount differs by a fee that the gateway does not state",
  timing: "its payment is not here yet",
  unknown: "it names nothing that it could be found by",
};

function named({ references }: SettlementRow): string {
  const name = references.orderName ?? references.merchantReference ?? references.paymentId;
  return name === undefined ? "" : `, ${name}`;
}

function feeOf(row: SettlementRow): MinorUnits {
  return sum(row.fees.map((fee) => fee.amount));
}

function clearing({ account, row }: RowLedger): [role: string, dimensions: Readonly<Record<string, string>>] {
  return clearingLine(account, row.currency);
}

function suspense(ledger: RowLedger): [role: string, dimensions: Readonly<Record<string, string>>] {
  return ["settlement-suspense", dimensions(ledger, "settlement-suspense")];
}

/** The clearing account of a gateway account in a currency. */
export function clearingLine(
  account: GatewayAccountPolicy,
  currency: string,
): [role: string, dimensions: Readonly<Record<string, string>>] {
  const { role, gateway } = account.clearing;
  return [role, dimensionsOf(role, { gateway, acquirer: gateway, currency })];
}

function dimensions({ account, row, policy }: RowLedger, role: string): Readonly<Record<string, string>> {
  const { gateway } = account.clearing;
  const channel = account.shop === undefined ? undefined : policy.shops[account.shop]?.channelDimension;
  const jurisdiction = role === "channel-liable-tax" ? account.withholdsFor : undefined;
  return dimensionsOf(role, { gateway, currency: row.currency, funder: gateway, vendor: gateway, channel, jurisdiction });
}

function frame(ledger: RowLedger, entity: string): DocumentFrame {
  const { recorded, row } = ledger;
  return { event: recorded, entity, currency: row.currency, businessDate: businessDateIn(timeZoneOf(ledger, entity), row.occurredAt) };
}

function timeZoneOf({ policy }: RowLedger, entity: string): string {
  return policy.entities[entity]?.timeZone ?? "UTC";
}

function money(amount: MinorUnits, { currency }: { readonly currency: string }): string {
  return `${formatMinorUnits(amount, currency)} ${currency}`;
}
