import { describe, expect, test } from "vitest";
import { chainOf } from "#domain/lineage";
import { drain, type Hub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions, stateOf } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { settableClock } from "../contracts/settable-clock.ts";
import { temporaryHub } from "./temporary-hub.ts";

const plainOrder = sampleDay().filter(
  (delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && delivery.id.startsWith("1001 "),
);

async function withHub(run: (hub: Hub) => Promise<void>): Promise<void> {
  const { hub, remove } = await temporaryHub();
  try {
    await run(hub);
  } finally {
    await remove();
  }
}

/** "<event> <kind>" of the first hundred documents that the ERP holds. */
async function documentsIn(hub: Hub): Promise<string[]> {
  const { keys } = await hub.erps.erp("erp-us").documentKeys({ entity: "US1" }, undefined, 100);
  return keys.map((key) => key.split("/").slice(1, 3).join(" ").replace(/:\d+/, "")).sort();
}

const wholeOrder = ["fulfillment.shipped issue", "fulfillment.shipped revenue", "payment.captured capture"];

describe("an ERP that fails", () => {
  // The order waits for its lease, as nobody knows what became of the request: nine seconds.
  test.concurrent.each(["throttle", "fail-before", "fail-after", "drop-before", "drop-after"] as const)(
    "%s: the order is posted all the same, once, without a person",
    { timeout: 60_000 },
    (kind) =>
      withHub(async (hub) => {
        for (const delivery of plainOrder) await deliverWebhook(hub, delivery);
        // The adapter sends the same bytes once more at once: both times are lost.
        hub.erps.sandbox?.faults.inject({ kind, requests: kind === "throttle" ? 1 : 2, path: "/v1/batches" });
        expect(await drain(hub)).toEqual({ kind: "drained" });
        expect(await documentsIn(hub)).toEqual(wholeOrder);
        const [view] = await findTransactions(hub, "#1001");
        expect(view === undefined ? "unknown" : stateOf(view)).toBe("settled");
        const chain = view === undefined ? undefined : chainOf(view, "erp-us");
        expect([chain?.plans.length, chain?.takeOvers.get(1)?.length]).toEqual([1, 1]);
      }),
  );

  test("the breaker opens after five failed calls, tries one call every five seconds, and closes with the first that succeeds", async () => {
    const clock = settableClock();
    const { hub, remove } = await temporaryHub(clock);
    // The adapter sends each call twice before it gives up.
    hub.erps.sandbox?.faults.inject({ kind: "fail-before", requests: 10_000, path: "/v1/batches" });
    const callsMade = () => (10_000 - (hub.erps.sandbox?.faults.pending()[0]?.requests ?? 0)) / 2;
    const workOff = async () => {
      while (await hub.worker.step());
      return callsMade();
    };
    try {
      for (const delivery of sampleDay()) {
        if (delivery.kind !== "webhook" || delivery.signature === "forged") continue;
        await deliverWebhook(hub, delivery);
        await workOff();
      }
      expect(callsMade()).toBe(5);
      clock.advance(6);
      expect(await workOff()).toBe(6);
      hub.erps.sandbox?.faults.clear();
      for (let look = 0; look < 20; look += 1) {
        clock.advance(10);
        while (await hub.worker.step());
      }
      expect((await verifyHub(hub, () => {})).checks.filter((check) => !check.ok)).toEqual([]);
      expect(await hub.worker.backlog()).toEqual({ unannounced: false, visibleMessages: 0, hiddenMessages: 0, deadMessages: 0 });
      const [view] = await findTransactions(hub, "#1024");
      expect([view === undefined ? "unknown" : stateOf(view), (await documentsIn(hub)).length]).toEqual(["settled", 100]);
    } finally {
      await remove();
    }
  });

  test("what it refused is sent again when a person closes its exception, once it is mended in the ERP", () =>
    withHub(async (hub) => {
      await setPeriod(hub, "closed");
      for (const delivery of plainOrder) await deliverWebhook(hub, delivery);
      expect(await drain(hub)).toEqual({ kind: "drained" });
      const rejected = async () => {
        const [view] = await findTransactions(hub, "#1001");
        const open = view?.exceptions.filter(({ opened, closed }) => opened.class === "erp.rejected" && closed === undefined);
        return open?.map(({ opened }) => opened) ?? [];
      };
      const close = async () => {
        for (const { transaction, key } of await rejected())
          expect(await hub.resolveException({ transaction, exception: key, by: "Ana Ruiz", reason: "the period is open" })).toEqual({
            outcome: "resolved",
          });
        expect(await drain(hub)).toEqual({ kind: "drained" });
      };
      const first = await rejected();
      // Closed too early: it is refused again, and that is another exception.
      await close();
      const second = await rejected();
      expect([first.length, second.length]).toEqual([3, 3]);
      expect(second.filter(({ key }) => first.some((each) => each.key === key))).toEqual([]);
      expect(await documentsIn(hub)).toEqual([]);

      await setPeriod(hub, "open");
      await close();
      expect([await rejected(), (await documentsIn(hub)).length]).toEqual([[], 3]);
      const [view] = await findTransactions(hub, "#1001");
      expect(view === undefined ? "unknown" : stateOf(view)).toBe("settled");
      expect((await verifyHub(hub, () => {})).checks.filter((check) => !check.ok)).toEqual([]);
    }));

  test("what it refuses is an exception with its reason, and nothing is sent again and again", () =>
    withHub(async (hub) => {
      await setPeriod(hub, "closed");
      for (const delivery of plainOrder) await deliverWebhook(hub, delivery);
      expect(await drain(hub)).toEqual({ kind: "drained" });
      expect(await documentsIn(hub)).toEqual([]);
      const [view] = await findTransactions(hub, "#1001");
      const open = view?.exceptions
        .filter(({ closed }) => closed === undefined)
        .map(({ opened }) => [opened.class, opened.code, opened.amount]);
      expect(open?.sort()).toEqual([
        ["erp.rejected", "period-closed", undefined],
        ["erp.rejected", "period-closed", 7595],
        ["erp.rejected", "period-closed", 7595],
      ]);
      expect(view === undefined ? 0 : chainOf(view, "erp-us").plans.length).toBe(1);
    }));
});

async function setPeriod(hub: Hub, state: "open" | "closed"): Promise<void> {
  const body = JSON.stringify({ periods: [{ id: "open", from: "2026-01-01", to: "2099-12-31", state }] });
  const path = `/v1/companies/${hub.policy.entities.US1?.erpCompany}/periods`;
  const response = await fetch(`${hub.erps.sandbox?.url}${path}`, { method: "PUT", headers: { "content-type": "application/json" }, body });
  expect(response.status).toBe(200);
}
