import { describe, expect, test } from "vitest";
import { eventSchema } from "#domain/events";
import { customerReference, jurisdiction, location, owningSystems, product, tax, tender } from "#domain/policy";
import { eventExamples } from "../../../scripts/event-examples.ts";

const accepts = (record: { readonly schema: { safeParse(value: unknown): { success: boolean } } }, value: unknown) =>
  record.schema.safeParse(value).success;

test("every field of every record has a system that owns it, and says what it is", () => {
  const fields = [product, location, customerReference, tender, tax, jurisdiction].flatMap(({ fields: own }) => Object.values(own));
  expect(fields.length).toBeGreaterThan(25);
  for (const { owner, means } of fields) expect([Object.hasOwn(owningSystems, owner), means.length > 5]).toEqual([true, true]);
});

test("a record is validated by its fields and takes no other one", () => {
  const mug = { class: "table", name: "Mug", stocked: true };
  expect(accepts(product, mug)).toBe(true);
  expect(accepts(product, { ...mug, deposit: "bottle" })).toBe(true);
  expect(accepts(product, { ...mug, price: 1_200 })).toBe(false);
  expect(accepts(product, { class: "table", name: "Mug" })).toBe(false);
  expect(accepts(location, { name: "Centre", kind: "distribution-centre", ids: { shopify: ["71"] } })).toBe(true);
  expect(accepts(location, { name: "Centre", kind: "warehouse", ids: {} })).toBe(false);
  expect(accepts(jurisdiction, { name: "Massachusetts", why: "A store in Boston." })).toBe(true);
  expect(accepts(tender, { channel: "pos", match: "cash", role: "cash-drawer", why: "Cash stays in the drawer." })).toBe(true);
  expect(accepts(tender, { channel: "pos", match: "Cash", role: "cash-drawer", why: "Names are in lower case." })).toBe(false);
  expect(accepts(tax, { channel: "pos", match: "A", jurisdiction: "US-MA" })).toBe(true);
  expect(accepts(tax, { channel: "pos", match: "A", jurisdiction: "US-MA", rate: "0.0625" })).toBe(false);
});

describe("a customer is known by an id and the system that owns it", () => {
  test.each([[{ system: "crm", id: "8812" }], [{ system: "loyalty-eu", id: "gid:Customer.77_a" }]])("%j", (reference) => {
    expect(accepts(customerReference, reference)).toBe(true);
  });

  test.each([
    ["a mail address", { system: "crm", id: "ann@example.com" }],
    ["a name", { system: "crm", id: "Ann Meyer" }],
    ["an id of no system", { id: "8812" }],
    ["a system that is no short name", { system: "Our CRM", id: "8812" }],
    ["an id with personal data beside it", { system: "crm", id: "8812", email: "ann@example.com" }],
  ])("never %s", (_, reference) => {
    expect(accepts(customerReference, reference)).toBe(false);
  });

  test("so an order or a ticket that says more of its customer is no event", () => {
    for (const name of ["order.placed", "ticket.completed"] as const) {
      const event = eventExamples[name];
      expect(eventSchema.safeParse({ ...event, customer: { system: "crm", id: "8812" } }).success).toBe(true);
      expect(eventSchema.safeParse({ ...event, customer: { system: "crm", id: "8812", name: "Ann Meyer" } }).success).toBe(false);
    }
  });
});
