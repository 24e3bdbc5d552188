import { expect, test } from "vitest";
import type { EventOf } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { policy } from "./sale-policy.ts";

type Ticket = EventOf<"ticket.completed">;

const serial: Policy = {
  ...policy,
  stores: { ...policy.stores, "7": { ...policy.stores["7"]!, registers: ["1", "2"] } },
  items: {
    ...policy.items,
    list: {
      ...policy.items.list,
      CHEESE: { class: "food", name: "Cheese", stocked: true, unit: "KGM" },
      PHONE: { class: "home", name: "Phone", stocked: true, serialNumbers: true },
    },
  },
};

function sale(line: Partial<Ticket["lines"][number]>, more: Partial<Ticket> = {}): Ticket {
  return {
    name: "ticket.completed",
    schema: 1,
    key: "ticket.completed:1.2026-11-27.1201",
    version: "0",
    occurredAt: "2026-11-27T18:05:00.000Z",
    store: "7",
    register: "1",
    sequence: "1201",
    businessDate: "2026-11-27",
    currency: "USD",
    taxesIncluded: true,
    lines: [
      { id: "1", kind: "sale", item: "MUG", quantityMillionths: 1_000_000, gross: 1_000, discounts: [], taxes: [], restock: true, ...line },
    ],
    discounts: [],
    taxes: [],
    tenders: [{ id: "1", type: "Cash", amount: 1_000 }],
    cashRounding: 0,
    rounding: 0,
    stated: {},
    ...more,
  };
}

const look = (ticket: Ticket, by: Policy = serial) => {
  const { problems, documents } = targetLedger([ticket], by, `sale:pos:7:${ticket.register}:2026-11-27:1201`);
  return [problems.map((each) => `${each.class}/${each.code}`), documents.some(({ kind }) => kind === "ticket")];
};
const severity = (rule: "unit-known" | "serial-number" | "register-known", of: "error" | "warning" | "off"): Policy => ({
  ...serial,
  ticketRules: [{ rule, severity: of, when: {}, from: "2026-01-01", why: "w", layer: 0 }],
});

const cases = [
  ["unit-known", sale({ item: "CHEESE", unit: "kgm" }), sale({ item: "CHEESE", unit: "EA" }), "data.unmapped"],
  ["serial-number", sale({ item: "PHONE", serialNumber: "SN-1" }), sale({ item: "PHONE" }), "data.missing"],
  ["register-known", sale({}), sale({}, { register: "3" }), "data.unmapped"],
] as const;

test.each(cases)(
  "%s: who keeps it is booked, who breaks it is held, warned of or booked as policy says",
  (rule, keeps, breaks, problem) => {
    expect(look(keeps, severity(rule, "error"))).toEqual([[], true]);
    expect(look(breaks, severity(rule, "error"))).toEqual([[`${problem}/${rule}`], false]);
    expect(look(breaks, severity(rule, "warning"))).toEqual([[`policy.ticket-rule/${rule}`], true]);
    expect(look(breaks, severity(rule, "off"))).toEqual([[], true]);
  },
);

test("where nobody says otherwise a wrong unit and a missing serial number hold the ticket, and a register that is not listed is told", () => {
  expect(cases.map(([, , breaks]) => look(breaks)[1])).toEqual([false, false, true]);
});

test("a store that lists no registers, an item without a unit and a till that states none are asked nothing", () => {
  expect(look(sale({}, { register: "3" }), policy)).toEqual([[], true]);
  expect(look(sale({ unit: "BOX" }))).toEqual([[], true]);
  expect(look(sale({ item: "CHEESE" }))).toEqual([[], true]);
});

test.each([
  [1_002, { debit: undefined, credit: -2 }],
  [998, { debit: 2, credit: undefined }],
])("what policy lets a customer pay too much or too little is over or short of the till's cash (%i)", (paid, { debit, credit }) => {
  const lenient: Policy = {
    ...policy,
    ticketRules: [{ rule: "tenders-pay-total", severity: "error", limit: 2, when: {}, from: "2026-01-01", why: "w", layer: 0 }],
  };
  const given = sale({}, { tenders: [{ id: "1", type: "Cash", amount: paid }] });
  const stream = "sale:pos:7:1:2026-11-27:1201";
  expect(targetLedger([given], policy, stream).problems.map(({ class: name }) => name)).toEqual(["money.unbalanced"]);
  const { documents } = targetLedger([given], lenient, stream);
  const journal = documents.find(({ kind }) => kind === "ticket");
  const lines = journal?.type === "journal" ? journal.lines.map(({ role, amount }) => [role, amount]) : [];
  expect(lines.toSorted()).toEqual(
    [
      ["cash-drawer", paid],
      ["cash-over-short", debit ?? credit],
      ["sales", -1_000],
    ].toSorted(),
  );
});
