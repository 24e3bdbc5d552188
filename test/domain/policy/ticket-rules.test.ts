import { expect, test } from "vitest";
import { type TicketRule, ticketRuleFor } from "#domain/policy";

const stores = { "0101": { entity: "us", currency: "USD" } };
const rule = (more: Partial<TicketRule>): TicketRule => ({
  rule: "tender-limit",
  severity: "error",
  when: {},
  from: "2026-01-01",
  why: "a test",
  layer: 0,
  ...more,
});
const ticket = { store: "0101", businessDate: "2026-11-27", currency: "USD" };

test("a limit of a tender stands before one of all tenders, and its case says nothing", () => {
  const policy = { stores, ticketRules: [rule({ limit: 100 }), rule({ limit: 50, severity: "warning", when: { tender: "cash" } })] };
  expect(ticketRuleFor(policy, "tender-limit", ticket, "CASH")).toEqual({ severity: "warning", limit: 50 });
  expect(ticketRuleFor(policy, "tender-limit", ticket, "Check")).toEqual({ severity: "error", limit: 100 });
});

test("a limit is money of the store: of a ticket in another currency it says nothing", () => {
  const policy = { stores, ticketRules: [rule({ limit: 100 })] };
  expect(ticketRuleFor(policy, "tender-limit", { ...ticket, currency: "CAD" }, "Cash")).toEqual({ severity: "error" });
  expect(ticketRuleFor(policy, "tender-limit", { ...ticket, store: "9" }, "Cash")).toEqual({ severity: "error" });
});

test("where nobody says otherwise the standard severity holds, before its first day too", () => {
  expect(ticketRuleFor({ stores }, "item-count", ticket)).toEqual({ severity: "warning" });
  const policy = { stores, ticketRules: [rule({ rule: "item-count", from: "2026-11-28" })] };
  expect(ticketRuleFor(policy, "item-count", ticket)).toEqual({ severity: "warning" });
});
