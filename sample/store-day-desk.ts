import { brokenTicket } from "./ticket-scenarios.ts";
import { lostNumber } from "./till-steps.ts";

/** What a named person does about a store day on the next morning, in the order in which they do it. */
export interface DeskStep {
  readonly store: string;
  readonly step: "audit" | "waive" | "approve" | "reconcile";
  readonly by: string;
  readonly reason: string;
  /** Of a waiver. */
  readonly what?: "sequence" | "cards";
  readonly register?: string;
  readonly range?: { readonly from: number; readonly to: number };
}

const sales = "Dana Reyes";
const operations = "Rui Costa";
const only = (sequence: number) => ({ from: sequence, to: sequence });

/**
 * The sales audit of the morning. Boston first asks too early and is told what is missing; what will not come is waived, and the drawer that is
 * short is for somebody else to decide. Toronto is complete. Austin's third register says nothing: that day waits for its file.
 */
export const storeDayDesk: readonly DeskStep[] = [
  { store: "0101", step: "audit", by: sales, reason: "every register closed" },
  {
    store: "0101",
    step: "waive",
    by: sales,
    reason: "the till started anew at noon; its journal has nothing under the number",
    what: "sequence",
    register: lostNumber.register,
    range: only(lostNumber.sequence),
  },
  {
    store: "0101",
    step: "waive",
    by: sales,
    reason: "its tenders do not pay it: the store sends it again, and it comes as a late ticket",
    what: "sequence",
    register: brokenTicket.register,
    range: only(brokenTicket.sequence),
  },
  {
    store: "0101",
    step: "waive",
    by: sales,
    reason: "the terminal charged the ticket that is held",
    what: "cards",
    register: brokenTicket.register,
  },
  { store: "0101", step: "audit", by: sales, reason: "counted, and the rest is waived" },
  { store: "0301", step: "audit", by: sales, reason: "counted, every register complete" },
  { store: "0201", step: "audit", by: sales, reason: "every register closed" },
  { store: "0101", step: "approve", by: operations, reason: "counted again by two people: 25.00 is not there" },
];

/** Once the bags are at the bank. */
export const storeDayReconciliations: readonly DeskStep[] = [
  { store: "0101", step: "reconcile", by: sales, reason: "the bag is at the bank, the batches are at the acquirer" },
  { store: "0301", step: "reconcile", by: sales, reason: "the bag is at the bank, the batches are at the acquirer" },
];
