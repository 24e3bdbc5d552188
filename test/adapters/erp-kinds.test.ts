import { expect, it } from "vitest";
import { createErp } from "#adapters/erp-kinds";
import { type ConnectionPolicy, connectionPace } from "#domain/policy";
import { goldenPolicy } from "../golden/golden-policy.ts";

const unused = {
  http: { send: () => Promise.reject(new Error("nothing is sent before it is asked for")) },
  clock: { now: () => "2026-11-27T10:00:00.000Z" },
  credentials: async () => ({ user: "hub" }),
};

function erpOf(change: Partial<ConnectionPolicy>, connection = "erp-us") {
  const settings = { ...goldenPolicy.connections["erp-us"], url: "https://erp.example/", ...change } as ConnectionPolicy;
  return createErp({ ...unused, policy: { ...goldenPolicy, connections: { "erp-us": settings } }, connection });
}

it("makes the adapter that the connection's kind names", () => {
  expect(erpOf({}).capabilities).toMatchObject({ idempotency: "native", inventoryJournal: "erp" });
  const tryton = erpOf({ adapter: "tryton", database: "books", inventoryJournal: "hub" });
  expect(tryton.capabilities).toMatchObject({ idempotency: "look-up", inventoryJournal: "hub" });
});

it.each([
  ["sandbox", "erp", undefined],
  ["netsuite", "erp", undefined],
  ["tryton", "hub", 1],
  ["odoo", "hub", 1],
  ["erpnext", "hub", 1],
  ["business-central", "hub", 1],
] as const)(
  "takes one sender at a time where the hub books the average cost, and the policies know it: %s",
  (adapter, inventoryJournal, sendersMax) => {
    const change = { adapter, inventoryJournal, database: "1234567", leaseSeconds: 90 } as const;
    expect(erpOf(change).capabilities.sendersMax).toBe(sendersMax);
    const settings = { ...goldenPolicy.connections["erp-us"], ...change } as ConnectionPolicy;
    const standard = { documentsPerSecond: 1, burstDocuments: 1, throttledPauseSeconds: 2, failuresToOpen: 5, openSeconds: 30 };
    // Its lease, and what passes before the lease begins.
    expect(connectionPace(settings, standard).senderSeconds).toBe(sendersMax === 1 ? 105 : undefined);
  },
);

it("says what is missing of a connection, and which there are", () => {
  expect(() => erpOf({}, "erp-ca")).toThrow("no ERP connection erp-ca in the policies: known are erp-us");
  expect(() => erpOf({ adapter: "tryton", inventoryJournal: "hub" })).toThrow("set connections.erp-us.database in the policies");
  expect(() => erpOf({ adapter: "tryton", database: "books" })).toThrow('set inventoryJournal of its connection to "hub"');
});

it("says which credential is missing, and asks the ERP nothing", async () => {
  const tryton = erpOf({ adapter: "tryton", database: "books", inventoryJournal: "hub" });
  await expect(tryton.masterData("us")).rejects.toMatchObject({
    name: "Unavailable",
    message: 'the credentials of the ERP connection erp-us lack "user" or "password": write both',
  });
});

it("makes NetSuite's adapter with the account that the connection names, and asks for whole credentials", async () => {
  expect(erpOf({ adapter: "erpnext", inventoryJournal: "hub" }).capabilities).toMatchObject({ idempotency: "look-up" });
  const odoo = erpOf({ adapter: "odoo", database: "books", inventoryJournal: "hub" });
  expect(odoo.capabilities).toMatchObject({ idempotency: "look-up", inventoryJournal: "hub" });
  const netSuite = erpOf({ adapter: "netsuite", database: "1234567", inventoryJournal: "erp" });
  expect(netSuite.capabilities).toMatchObject({ idempotency: "native", inventoryJournal: "erp" });
  expect(() => erpOf({ adapter: "netsuite", inventoryJournal: "erp" })).toThrow("set connections.erp-us.database in the policies");
  const numbered = createErp({
    ...unused,
    policy: {
      ...goldenPolicy,
      connections: {
        "erp-us": { ...goldenPolicy.connections["erp-us"]!, adapter: "netsuite", database: "1234567", url: "https://erp.example" },
      },
      entities: { us: { ...goldenPolicy.entities.us!, erpCompany: "2" } },
    },
    connection: "erp-us",
  });
  await expect(numbered.masterData("us")).rejects.toMatchObject({
    name: "Unavailable",
    message: expect.stringContaining("the credentials of the ERP connection erp-us are not whole"),
  });
});

it("makes Business Central's adapter, and asks for whole credentials", async () => {
  const central = erpOf({ adapter: "business-central", inventoryJournal: "hub" });
  expect(central.capabilities).toMatchObject({ idempotency: "look-up", inventoryJournal: "hub" });
  expect(() => erpOf({ adapter: "business-central" })).toThrow('set inventoryJournal of its connection to "hub"');
  await expect(central.masterData("us")).rejects.toMatchObject({
    name: "Unavailable",
    message: 'the credentials of the ERP connection erp-us lack "tenantId", "clientId" or "clientSecret": write all three',
  });
});
