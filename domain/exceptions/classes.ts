/** What an open exception stops. Everything else flows on. */
export type Blocks = "transaction" | "document" | "nothing";

export interface ExceptionClassData {
  /** The desk that works on it. */
  readonly owner: "operations" | "finance" | "store-operations" | "integration" | "merchandising";
  readonly severity: "info" | "warning" | "error" | "critical";
  /** Hours from opening to the due time. */
  readonly dueHours: number;
  readonly blocks: Blocks;
  /** True when a person's closure stands while the same cause lasts; otherwise only the hub closes it, when its cause is gone. */
  readonly personCloses: boolean;
  /** Where a person may close it: the hub does so as well when its cause is gone. */
  readonly heals?: true;
  /** What to do, for the person who reads it. */
  readonly advice: string;
}

const rule = (
  owner: ExceptionClassData["owner"],
  severity: ExceptionClassData["severity"],
  dueHours: number,
  blocks: Blocks,
  personCloses: boolean,
  advice: string,
): ExceptionClassData => ({ owner, severity, dueHours, blocks, personCloses, advice });

/** What the hub closes when its cause is gone, and a person at any time. */
const healing = (...given: Parameters<typeof rule>): ExceptionClassData => ({ ...rule(...given), personCloses: true, heals: true });

/** The taxonomy (accounting.md), as data. The code narrows a class: data.unmapped / item. */
export const exceptionClasses = {
  "transport.connection": rule(
    "operations",
    "error",
    2,
    "nothing",
    false,
    "Something that the hub depends on did not answer in time. Deliver the document or drop the file again once it does.",
  ),
  "transport.parse": rule(
    "integration",
    "error",
    8,
    "transaction",
    false,
    "Ask the sender for a readable copy and ingest it again; the unreadable one stays on record.",
  ),
  "transport.too-large": rule(
    "integration",
    "error",
    8,
    "transaction",
    false,
    "Ask the sender to split the document, or raise the limit for this channel.",
  ),
  "transport.access": rule(
    "integration",
    "error",
    8,
    "nothing",
    false,
    "Give the hub an access token for this shop, with the scopes that docs/channels/shopify.md lists, then run replay: it reads the source again.",
  ),
  "data.value": rule(
    "integration",
    "error",
    8,
    "transaction",
    false,
    "Compare the document with its source; a corrected version from the source replaces it.",
  ),
  "data.missing": rule(
    "integration",
    "error",
    8,
    "transaction",
    false,
    "Have the source complete the document; the new version replaces it.",
  ),
  "data.duplicate": rule(
    "integration",
    "error",
    4,
    "transaction",
    false,
    "Two contents claim the same key and version. Find out which one the source holds; a newer version from there replaces both.",
  ),
  "data.unmapped": rule(
    "integration",
    "error",
    4,
    "document",
    false,
    "Add the mapping to the policy files, and release them where releases are made by name: a running hub notices within seconds, and the document posts by itself.",
  ),
  "sequence.parent-missing": rule(
    "operations",
    "warning",
    4,
    "document",
    false,
    "Usually heals when the missing document arrives. If it is overdue, fetch it from the source.",
  ),
  "sequence.out-of-order": rule(
    "operations",
    "info",
    24,
    "nothing",
    false,
    "Nothing to do: the ledger does not depend on the order of arrival.",
  ),
  "money.amount-mismatch": rule(
    "finance",
    "error",
    8,
    "document",
    false,
    "The document's own figures do not add up. Correct it at the source; it is kept and not posted.",
  ),
  "money.unbalanced": rule(
    "finance",
    "critical",
    4,
    "document",
    false,
    "The rules made an unbalanced journal. Nothing was posted; report it with the transaction id.",
  ),
  "money.missing-transaction": rule(
    "finance",
    "warning",
    24,
    "nothing",
    false,
    "The channel says paid, but no payment was seen. Fetch the order's transactions from the source.",
  ),
  "money.currency-mismatch": rule(
    "finance",
    "error",
    8,
    "transaction",
    false,
    "The currency changed within one transaction. Correct it at the source.",
  ),
  "money.fx-rate-missing": rule(
    "finance",
    "error",
    4,
    "document",
    false,
    "The entity keeps its books in another currency; supply the rate of the day.",
  ),
  "period.closed": rule(
    "finance",
    "warning",
    24,
    "document",
    false,
    "No period takes it now: its own is not open yet, or none after it is open. Open one in the policies; it posts by itself.",
  ),
  "period.late-event": rule(
    "finance",
    "info",
    72,
    "nothing",
    true,
    "Posted in the next open period, with its own date kept: mind it in the comparison of the months, then close this.",
  ),
  "period.cut-over": rule(
    "finance",
    "warning",
    48,
    "document",
    true,
    "What happened before the cut-over has changed. Book the difference to the opening balances in the ERP, then close this.",
  ),
  "policy.approval-needed": rule(
    "finance",
    "warning",
    48,
    "document",
    false,
    "Somebody of the named role decides: exceptions approve or reject, with a reason. Whoever caused it may not.",
  ),
  "policy.restatement": rule(
    "finance",
    "warning",
    48,
    "document",
    true,
    "New rules would change posted history. Review by account and period; a second person decides: exceptions approve or reject.",
  ),
  "policy.refund-exceeds-capture": rule(
    "finance",
    "error",
    4,
    "document",
    false,
    "More is refunded than was captured for this payment. Check the payment at the gateway.",
  ),
  "policy.over-return": rule(
    "operations",
    "error",
    8,
    "document",
    false,
    "More is returned than was sold and not yet returned. Check the earlier returns of this order.",
  ),
  "policy.return-window": healing(
    "store-operations",
    "warning",
    48,
    "nothing",
    true,
    "A store took goods back after their time. It is booked; ask the store why, then close this.",
  ),
  "policy.return-terms": healing(
    "store-operations",
    "warning",
    48,
    "nothing",
    true,
    "A store took goods back that the return rules do not take there, or gave another tender than they say. It is booked; ask the store why, then close this.",
  ),
  "policy.blind-return": healing(
    "store-operations",
    "warning",
    48,
    "nothing",
    true,
    "Goods came back without their sale, against the rule for that. It is booked; find the sale, or ask the store why, then close this.",
  ),
  "promotion.unknown": rule(
    "merchandising",
    "warning",
    48,
    "nothing",
    false,
    "The discount was given and is booked. Add the promotion to the policies, or find out who made it up; or close this.",
  ),
  "promotion.expired": rule(
    "merchandising",
    "warning",
    48,
    "nothing",
    false,
    "The discount was given and is booked. Switch the promotion off where it is redeemed, or correct its dates in the policies; or close this.",
  ),
  "promotion.over-limit": rule(
    "merchandising",
    "warning",
    48,
    "nothing",
    false,
    "More was given than the rule allows, and is booked. Compare the promotion's set-up in the channel with its rule; or close this.",
  ),
  "promotion.channel-mismatch": rule(
    "merchandising",
    "warning",
    48,
    "nothing",
    false,
    "The promotion was redeemed where it is not offered, and is booked. Mend its set-up in that channel, or its rule; or close this.",
  ),
  "source.control-total": rule(
    "store-operations",
    "error",
    8,
    "transaction",
    false,
    "The file's totals do not tie to its rows. Ask the store system for the file again.",
  ),
  "source.duplicate-file": rule("store-operations", "info", 24, "nothing", false, "The same file came again; nothing was taken in twice."),
  "privacy.request": rule(
    "operations",
    "warning",
    720,
    "nothing",
    true,
    "Answer or erase within 30 days: remove the raw bodies of the orders named, and the data in the ERP and other systems; then remove this request's own raw body and close the exception.",
  ),
  "inventory.negative": rule(
    "merchandising",
    "warning",
    24,
    "nothing",
    true,
    "Stock went below zero at this location: count it, or find the receipt that is missing.",
  ),
  "inventory.short-receipt": rule(
    "store-operations",
    "warning",
    168,
    "nothing",
    false,
    "Look for the rest of the shipment: a later receipt heals this. If nothing more comes, state transfer.closed for the shipment, and the loss is booked.",
  ),
  "erp.rejected": rule(
    "finance",
    "error",
    4,
    "document",
    false,
    "The ERP refused the document for the reason given. Mend the cause; the hub sends it again when its content or the policies change.",
  ),
  "erp.unknown-outcome": rule(
    "operations",
    "error",
    1,
    "transaction",
    false,
    "The ERP did not say whether it took the document; the hub finds out by itself. Check the ERP if this stays.",
  ),
  "erp.unavailable": rule(
    "operations",
    "error",
    1,
    "nothing",
    false,
    "The ERP cannot be reached. Postings wait in their queue and resume by themselves.",
  ),
} as const satisfies Record<string, ExceptionClassData>;

export type ExceptionClass = keyof typeof exceptionClasses;
