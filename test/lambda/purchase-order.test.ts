import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDynamoLineageStore } from "#adapters/aws";
import type { BusinessEvent } from "#domain/events";
import { sourceKey, stockTransaction } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import { acceptDocument } from "#functions/accept-document";
import { startLocalTables } from "../contracts/dynamo-local-table.ts";
import { temporaryHub } from "../hub/temporary-hub.ts";
import { skipReason } from "../skip.ts";
import { type LocalAws, startLocalAws } from "./local-aws.ts";
import { settleOn } from "./settle-on.ts";

const clientSecret = "buyer-secret-0123456789-0123456789";
const order = {
  number: "PO-300",
  entity: "US1",
  vendor: "linen-mill",
  location: "store-boston",
  currency: "USD",
  orderedOn: "2026-11-20",
  lines: [{ item: "KIT-BOARD-OAK", quantity: "40", unitCost: "21.50" }],
};

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`a purchase order through the bundles (${local.skipped})`, () => {
    test("needs Java and the packaged emulator", () => {});
  });
} else {
  let host: LocalAws;

  beforeAll(async () => {
    const embedded = await temporaryHub();
    const { policy } = embedded.hub;
    await embedded.remove();
    const connections = Object.entries(policy.connections).map(([name, settings]) => [name, { ...settings, receivesAgainstOrders: true }]);
    host = await startLocalAws({
      local,
      policy: { ...policy, connections: Object.fromEntries(connections) },
      webhookSecret: "unused",
      functions: ["place-purchase-order"],
      parameters: { "api-clients/buyer": JSON.stringify({ secrets: [clientSecret], may: ["place-purchase-orders"], entities: ["US1"] }) },
    });
  }, 120_000);

  afterAll(async () => {
    await host?.close();
    await local.stop();
  });

  async function place(body: object): Promise<unknown> {
    const answer = (await host.invoke("place-purchase-order", {
      version: "2.0",
      routeKey: "POST /v1/purchase-orders",
      headers: { authorization: `Bearer buyer.${clientSecret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      isBase64Encoded: false,
    })) as { statusCode: number; body: string };
    return [answer.statusCode, JSON.parse(answer.body)];
  }

  /** What the ERP says of the order's only line: ordered, and arrived. */
  async function pieces(): Promise<unknown> {
    const [held] = (await host.erps.erp("erp-us").purchasing?.find("US1", ["PO-300"])) ?? [];
    return held?.lines.map(({ item, quantityMillionths, receivedMillionths }) => [item, quantityMillionths, receivedMillionths]);
  }

  describe("a purchase order, through the bundles that Lambda would run", () => {
    test("is placed in the ERP once, and what a till receives on it arrives there", async () => {
      const placed = await place(order);
      expect(placed).toEqual([200, { number: "PO-300", entity: "US1", erpNumber: "PO-300" }]);
      expect(await place(order)).toEqual(placed);
      expect(await place({ ...order, vendor: "other-mill" })).toMatchObject([409, { title: "Number is taken" }]);
      expect(await pieces()).toEqual([["KIT-BOARD-OAK", 40_000_000, 0]]);

      const event = {
        ...{ name: "stock.received", schema: 1, key: "stock.received:0101.1.2026-11-27.120", version: "1" },
        ...{ occurredAt: "2026-11-27T15:00:00.000Z", store: "0101", register: "1", businessDate: "2026-11-27", sequence: "120" },
        ...{ vendor: "linen-mill", purchaseOrder: "PO-300", currency: "USD" },
        lines: [{ id: "1", item: "KIT-BOARD-OAK", quantityMillionths: 12_000_000, unitCost: 2_150 }],
      } as BusinessEvent;
      const document: ParsedDocument = {
        ...{ transaction: stockTransaction("0101", "1", "2026-11-27", "120"), kind: "stock" as const, channel: "pos", shop: "0101" },
        ...{ source: sourceKey("pos", "0101", "ticket", "1.2026-11-27.120"), events: [event], references: [], issues: [] },
      };
      const lineage = createDynamoLineageStore({ api: local.api, table: host.table });
      const unused = { put: async () => {} } as never;
      const body = new TextEncoder().encode("a receipt of the till");
      expect(await acceptDocument({ lineage, documents: unused }, document, body, "2026-11-27T15:01:00.000Z")).toMatchObject({
        answer: "accepted",
      });
      await settleOn(host);
      expect(await pieces()).toEqual([["KIT-BOARD-OAK", 40_000_000, 12_000_000]]);
      const { accounts } = await host.erps.erp("erp-us").trialBalance("US1", {});
      expect(accounts.map(({ debit, credit }) => [debit, credit])).toEqual([[25_800, 0], [0, 25_800]]); // biome-ignore format: one account beside the other
      expect(host.aws.faults).toEqual([]);
    }, 120_000);

    test("no log holds the client's secret, the vendor or the item", () => {
      const logs = [...host.functions.values()].map((started) => started.log()).join("");
      expect(logs).toContain("place-purchase-order");
      for (const word of [clientSecret, "linen-mill", "KIT-BOARD-OAK"]) expect(logs.includes(word), word).toBe(false);
    });
  });
}
