import { describe, expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import { type CertificateItem, certificateOf } from "#domain/reports";
import { issueCertificate } from "#functions/issue-certificate";
import type { InsertAnswer } from "#ports/lineage-store";
import { memoryHouse } from "./memory-house.ts";

const item = (transaction: string): CertificateItem => ({
  line: { kind: "store-day", name: "0101", currency: "USD", means: "cash-drawer" },
  transaction,
  event: "ticket.completed:1",
  source: 2_000,
  lineage: 2_000,
  erp: 2_000,
  bank: null,
  waitsFor: "",
});
const one = certificateOf("2026-11-27", [item("a")]);
const two = certificateOf("2026-11-27", [item("a"), item("b")]);
const transaction = "certificate:hub:money:2026-11-27";

function house(answer?: InsertAnswer) {
  const { lineage, documents, items } = memoryHouse(answer);
  let now = "2026-11-28T04:00:00.000Z";
  return { ports: { lineage, documents, clock: { now: () => now } }, items, at: (instant: string) => void (now = instant) };
}

describe("a certificate", () => {
  test("is on record with its content as the raw body, whose hash it names", async () => {
    const { ports, items } = house();
    expect(await issueCertificate(ports, one)).toEqual({ transaction, issuedAt: "2026-11-28T04:00:00.000Z", isNew: true, earlier: [] });
    const [document] = items();
    if (document?.type !== "document") throw new Error("no document");
    expect([document.raw.hash, document.events]).toEqual([
      one.hash,
      [
        {
          name: "certificate.issued",
          schema: 1,
          key: `certificate.issued:${one.hash.slice(0, 32)}`,
          version: "2026-11-28T04:00:00.000Z",
          occurredAt: "2026-11-28T04:00:00.000Z",
          date: "2026-11-27",
          hash: one.hash,
          complete: true,
          rows: 1,
          differences: 0,
        },
      ],
    ]);
    expect(JSON.parse(document.raw.inline ?? "").rows[0].source).toEqual({ count: 1, amount: 2_000 });
  });

  test("is issued once for the same facts, and stays beside the one of later facts", async () => {
    const { ports, items, at } = house();
    await issueCertificate(ports, one);
    at("2026-11-29T04:00:00.000Z");
    expect(await issueCertificate(ports, one)).toMatchObject({ issuedAt: "2026-11-28T04:00:00.000Z", isNew: false });
    expect(items()).toHaveLength(1);
    expect(await issueCertificate(ports, two)).toEqual({
      transaction,
      issuedAt: "2026-11-29T04:00:00.000Z",
      isNew: true,
      earlier: [{ hash: one.hash, issuedAt: "2026-11-28T04:00:00.000Z" }],
    });
  });

  test("that nobody can say is on record is said so", async () => {
    await expect(issueCertificate(house("unknown").ports, one)).rejects.toThrow(Unavailable);
  });
});
