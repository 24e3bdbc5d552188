import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHandler as createReadBack } from "#functions/read-back-erp";
import { drain, type Hub, openHub } from "#hub";
import type { Erp } from "#ports/erp";
import { catalogue, defaultDate, sampleOpening, sampleTruth } from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { startDemoClock } from "../../cli/demo-clock.ts";
import { playTradingDay } from "../../cli/demo-day.ts";
import { compareWithTruth } from "../../cli/demo-truth.ts";
import { startTryton, type Tryton } from "../../scripts/tryton.ts";
import { trytonPeople } from "../fixtures/tryton.ts";
import { skipReason } from "../skip.ts";
import { policiesFolder } from "./temporary-hub.ts";

const started = await startTryton();
const title = "the demo's trading day, with Tryton as the ERP of each entity";

if ("skipped" in started) {
  skipReason("the trading day on Tryton", started.skipped);
  describe.skip(`${title} (${started.skipped})`, () => {
    test("needs Python and Tryton's packages", () => {});
  });
} else {
  describe(title, () => {
    const folder = mkdtempSync(join(tmpdir(), "throughline-day-"));
    const hubs: Hub[] = [];
    let onSandbox: Hub;
    let onTryton: Hub;

    beforeAll(async () => {
      onSandbox = await playedHub("sandbox", policiesFolder);
      await openBooks(started, onSandbox);
      onTryton = await playedHub("tryton", policiesFor(started), started);
    }, 300_000);
    afterAll(async () => {
      for (const hub of hubs) await hub.close();
      await started.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(["US1", "US2", "CA1"])(
      "leaves the trial balance and the stock of %s as the sandbox ERP has them, to the cent and the piece",
      async (entity) => {
        const [sandbox, tryton] = [erpOf(onSandbox, entity), erpOf(onTryton, entity)];
        expect(await balancesOf(tryton, entity)).toEqual(await balancesOf(sandbox, entity));
        expect(await stockOf(tryton, entity)).toEqual(await stockOf(sandbox, entity));
      },
    );

    test("is what the sample knows by its own arithmetic", async () => {
      const figures = await compareWithTruth(onTryton, defaultDate);
      expect(figures).toHaveLength(60);
      expect(figures.filter(({ books, truth }) => books !== truth)).toEqual([]);
      const held: string[] = [];
      for (const entity of ["US1", "US2", "CA1"])
        for (const { item, location, quantityMillionths } of await erpOf(onTryton, entity).stock(entity))
          held.push(`${item} ${location} ${quantityMillionths / 1_000_000}`);
      const known = sampleTruth({ date: defaultDate }).onHand.map(({ item, location, pieces }) => `${item} ${location} ${pieces}`);
      expect(held.sort()).toEqual(known.sort());
    });

    test("begins with the equity that a person adds up, which the day does not touch", async () => {
      const equity = await Promise.all(
        ["US1", "US2", "CA1"].map(async (entity) => {
          const { currency, accounts } = await erpOf(onTryton, entity).trialBalance(entity, {});
          return [entity, currency, ...accounts.flatMap(({ account, debit, credit }) => (account === "3000" ? [debit, credit] : []))];
        }),
      );
      // One piece of everything costs 543.80 USD or 723.50 CAD. Bank, drawers of 200.00 and safe of 500.00, less gift cards, and the goods:
      expect(equity).toEqual([
        // 184,500.00 + 2 × 200.00 + 500.00 − 6,400.00 + (120 + 24) × 543.80
        ["US1", "USD", 0, 25_730_720],
        // 42,100.00 + 2 × 200.00 + 500.00 + 18 × 543.80
        ["US2", "USD", 0, 5_278_840],
        // 36,750.00 + 1 × 200.00 + 500.00 + 15 × 723.50
        ["CA1", "CAD", 0, 4_830_250],
      ]);
    });

    test("agrees with its policies and reads back as it was posted: no drift, nothing by hand, no master data to mend", async () => {
      const look = await createReadBack({ ...onTryton, erp: onTryton.erps.erp })({ now: true });
      expect(look).toMatchObject({ outcome: "done", failed: [] });
      expect(look.journals).toBeGreaterThan(300);
      await drain(onTryton);
      expect((await openRows(onTryton)).filter(({ class: name }) => name.startsWith("erp."))).toEqual([]);
    });

    async function playedHub(name: string, policies: string, signIn?: Pick<Tryton, "user" | "password">): Promise<Hub> {
      const dataFolder = join(folder, name);
      mkdirSync(dataFolder);
      if (signIn !== undefined) {
        const { user, password } = signIn;
        const erps = { "erp-us": { user, password }, "erp-ca": { user, password } };
        writeFileSync(join(dataFolder, "secrets.json"), JSON.stringify({ erps }), { mode: 0o600 });
      }
      const clock = startDemoClock(dataFolder, defaultDate);
      const hub = await openHub({ dataFolder, policiesFolder: policies, webhookSecret: "trading day", clock });
      hubs.push(hub);
      // Tryton answers in milliseconds, of which a document needs many: it gets them in larger parts.
      const played = await playTradingDay(hub, { date: defaultDate, dataFolder, progress: () => {}, deliveriesPerRound: 60 });
      expect(played.left).toMatchObject({ kind: "drained" });
      return hub;
    }

    /** The sample's policies, with this Tryton behind each of their connections. */
    function policiesFor({ url, database }: Tryton): string {
      const policies = join(folder, "policies");
      cpSync(policiesFolder, policies, { recursive: true });
      for (const region of ["us", "ca"]) {
        const file = join(policies, "regions", `${region}.json`);
        const content = JSON.parse(readFileSync(file, "utf8"));
        const tryton = { adapter: "tryton", url, database, inventoryJournal: "hub", requestTimeoutSeconds: 60, leaseSeconds: 120 };
        for (const connection of Object.values<object>(content.connections)) Object.assign(connection, tryton);
        writeFileSync(file, JSON.stringify(content));
      }
      return policies;
    }
  });
}

/** What the retailer's accountants set up in Tryton: what the policies name, and what they bring into the day. */
async function openBooks(tryton: Tryton, { policy }: Hub): Promise<void> {
  const people = await trytonPeople(tryton);
  await people.items(catalogue.map(({ sku }) => sku));
  await people.locations(Object.keys(policy.locations));
  for (const { entity, currency, accounts } of sampleOpening) {
    const named = policy.accounts.filter((rule) => (rule.entity ?? entity) === entity);
    const chart = new Map([...named, ...accounts].map(({ account, name }) => [account, name]));
    const code = policy.entities[entity]?.erpCompany ?? "";
    await people.company({ code, currency, accounts: [...chart], year: ["2026-01-01", "2026-12-31"] });
  }
}

function erpOf({ erps, policy }: Hub, entity: string): Erp {
  return erps.erp(policy.entities[entity]?.connection ?? "");
}

async function balancesOf(erp: Erp, entity: string): Promise<readonly string[]> {
  const { currency, accounts } = await erp.trialBalance(entity, {});
  return accounts.map(({ account, debit, credit }) => `${account} ${debit} ${credit} ${currency}`).sort();
}

async function stockOf(erp: Erp, entity: string): Promise<readonly string[]> {
  const levels = await erp.stock(entity);
  return levels
    .map(
      ({ item, location, quantityMillionths, value, movements }) => `${item} at ${location}: ${quantityMillionths} ${value} ${movements}`,
    )
    .sort();
}
