import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { TargetDraft } from "../../../domain/ledger/draft.ts";
import { JournalLines } from "../../../domain/ledger/journal-lines.ts";

const refund = { name: "refund.issued", key: "refund.issued:7", version: "1", occurredAt: "2026-11-27T10:00:00.000Z" } as BusinessEvent;
const frame = { event: refund, entity: "us", currency: "USD", businessDate: "2026-11-27" };

function owedBy(counterparty: string): JournalLines {
  const lines = new JournalLines();
  lines.add("due-from", { counterparty }, 4000);
  lines.add("cogs", {}, -4000);
  return lines;
}

test("two documents of one key are a fault that is told, and not one document", () => {
  const draft = new TargetDraft("sale:shopify:us.example:1");
  draft.journal(frame, "intercompany-restock", owedBy("two"));
  expect(() => draft.journal(frame, "intercompany-restock", owedBy("three"))).toThrow(
    "the posting rules make two documents of the key sale:shopify:us.example:1",
  );
});
