import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { JournalDocument } from "#domain/ledger";
import { type DocumentItem, documentItem, rawBodyOf } from "#domain/lineage";
import type { BoundJournal } from "#domain/posting";
import { windowFacts } from "../../../domain/posting/contributions.ts";
import { summaryDocuments } from "../../../domain/posting/summaries.ts";

const window = "store-day:pos:0101:2026-11-27";
/** Entities that no policy says anything of have calendar months. */
const months = { entities: {} };
const hashOf = (letter: string) => letter.repeat(64);
const time = (clock: string) => `2026-11-27T${clock}:00.000Z`;

type Lines = readonly (readonly [role: string, account: string, amount: number])[];

/** A ticket's journal as it is told: `cash` of goods sold at register 1, no tax. */
function contribution(ticket: string, hash: string, lines: Lines, more: Partial<EventOf<"posting.contributed">> = {}) {
  return {
    name: "posting.contributed" as const,
    schema: 1 as const,
    key: `posting.contributed:${ticket}`,
    version: hashOf(hash).slice(0, 16),
    occurredAt: time("10:00"),
    document: `sale:pos:0101:1:2026-11-27:${ticket}/ticket.completed:1/ticket/us/USD`,
    hash: hashOf(hash),
    entity: "us",
    currency: "USD",
    businessDate: "2026-11-27",
    lines: lines.map(([role, account, amount]) => ({ role, account, dimensions: {}, amount })),
    ...more,
  };
}

const cash = (amount: number): Lines => [
  ["cash-drawer", "1010", amount],
  ["sales", "4000", -amount],
];
const audited = (clock: string, number = 1): BusinessEvent => ({
  name: "store-day.audited",
  schema: 1,
  key: `store-day.audited:${number}`,
  version: time(clock),
  occurredAt: time(clock),
  store: "0101",
  businessDate: "2026-11-27",
  by: "Dana",
  reason: "complete",
});
const reopened = (clock: string): BusinessEvent => ({
  ...(audited(clock) as EventOf<"store-day.audited">),
  name: "store-day.reopened",
  key: "store-day.reopened:1",
});

function recorded(event: BusinessEvent, clock: string, plan = 1): DocumentItem {
  const source = `pos:0101:test:${event.key}`;
  const told =
    event.name === "posting.contributed" ? { told: { from: "sale", document: event.document, entity: "us", connection: "erp", plan } } : {};
  const parsed = {
    transaction: window,
    kind: "store-day" as const,
    source,
    channel: "pos",
    shop: "0101",
    events: [event],
    references: [],
    issues: [],
  };
  return { ...documentItem(parsed, rawBodyOf(new Uint8Array()), time(clock)), ...told } as DocumentItem;
}

const bound = (document: JournalDocument) => document as BoundJournal;

/** "summary-1 us 2026-11-27: Dr cash-drawer 1010 3000, Cr sales 4000 3000; +1a +2b": what is new beside what stands. */
function textsOf(documents: readonly JournalDocument[]): string[] {
  return documents.map(({ kind, entity, businessDate, lines, contributions = [] }) => {
    const sums = lines.map(({ role, account, amount }) => `${amount > 0 ? "Dr" : "Cr"} ${role} ${account} ${Math.abs(amount)}`);
    const parts = contributions.map(({ document, hash, sign }) => `${sign > 0 ? "+" : "-"}${/27:(\w+)/.exec(document)?.[1]}${hash[0]}`);
    return `${kind} ${entity} ${businessDate}: ${sums.join(", ")}; ${parts.join(" ")}`;
  });
}

const newOnes = (documents: readonly DocumentItem[], standing: readonly JournalDocument[] = []) =>
  summaryDocuments(window, windowFacts(documents), standing.map(bound), months).slice(standing.length);

const ticket1 = recorded(contribution("1", "a", cash(2_000)), "10:01");
const ticket2 = recorded(contribution("2", "b", cash(1_000)), "11:01");
const audit = recorded(audited("22:00"), "22:00");

describe("a summary of a store day", () => {
  test("posts nothing before the audit", () => {
    expect(newOnes([ticket1, ticket2])).toEqual([]);
  });

  test("sums by account, role and dimensions once the day is audited, and names its contributions", () => {
    expect(textsOf(newOnes([ticket1, ticket2, audit]))).toEqual([
      "summary-1 us 2026-11-27: Dr cash-drawer 1010 3000, Cr sales 4000 3000; +1a +2b",
    ]);
    expect(newOnes([ticket1, ticket2, audit])[0]?.key).toBe(`${window}/store-day.audited:1/summary-1/us/USD`);
  });

  test("is the same in whatever order its facts arrived", () => {
    const inOrder = newOnes([ticket1, ticket2, audit]);
    expect(newOnes([audit, ticket2, ticket1])).toEqual(inOrder);
    expect(newOnes([ticket2, audit, ticket1])).toEqual(inOrder);
  });

  test("stands as it stands: nothing is new when nothing came", () => {
    const standing = newOnes([ticket1, ticket2, audit]);
    expect(summaryDocuments(window, windowFacts([ticket1, ticket2, audit]), standing.map(bound), months)).toEqual(standing);
  });

  test("keeps lines of one role apart that lie in different accounts or dimensions", () => {
    const other = recorded(
      contribution("3", "c", [
        ["cash-drawer", "1011", 500],
        ["sales", "4000", -500],
      ]),
      "12:00",
    );
    const card = contribution("4", "d", cash(100));
    const elsewhere = recorded({ ...card, lines: [{ ...card.lines[0]!, dimensions: { register: "2" } }, card.lines[1]!] }, "12:01");
    expect(textsOf(newOnes([ticket1, other, elsewhere, audit]))).toEqual([
      "summary-1 us 2026-11-27: Dr cash-drawer 1010 100, Dr cash-drawer 1010 2000, Dr cash-drawer 1011 500, Cr sales 4000 2600; +1a +3c +4d",
    ]);
  });

  test("is one document per books, currency and business day", () => {
    const sister = recorded(contribution("3", "c", cash(500), { entity: "ca" }), "12:00");
    const euros = recorded(contribution("4", "d", cash(600), { currency: "EUR" }), "12:00");
    const nextDay = recorded(contribution("5", "e", cash(700), { businessDate: "2026-11-28" }), "12:00");
    expect(textsOf(newOnes([ticket1, sister, euros, nextDay, audit]))).toEqual([
      "summary-1 ca 2026-11-27: Dr cash-drawer 1010 500, Cr sales 4000 500; +3c",
      "summary-1 us 2026-11-27: Dr cash-drawer 1010 600, Cr sales 4000 600; +4d",
      "summary-1 us 2026-11-27: Dr cash-drawer 1010 2000, Cr sales 4000 2000; +1a",
      "summary-2 us 2026-11-28: Dr cash-drawer 1010 700, Cr sales 4000 700; +5e",
    ]);
  });
});

describe("after the audit", () => {
  const standing = newOnes([ticket1, ticket2, audit]);

  test("a late ticket posts a supplement, and the summary stays", () => {
    const late = recorded(contribution("3", "c", cash(700)), "22:05");
    expect(textsOf(newOnes([ticket1, ticket2, audit, late], standing))).toEqual([
      "supplement-2 us 2026-11-27: Dr cash-drawer 1010 700, Cr sales 4000 700; +3c",
    ]);
  });

  test("a changed ticket posts the difference: its old content leaves, its new one enters", () => {
    const changed = recorded(contribution("1", "x", cash(2_300)), "22:05", 2);
    const facts = [ticket1, ticket2, audit, changed];
    expect(textsOf(newOnes(facts, standing))).toEqual(["supplement-2 us 2026-11-27: Dr cash-drawer 1010 300, Cr sales 4000 300; -1a +1x"]);
    const both = [...standing, ...newOnes(facts, standing)];
    expect(newOnes(facts, both)).toEqual([]);
    // Changed back once more: the content that left enters again.
    const back = recorded(contribution("1", "a", cash(2_000)), "22:10", 3);
    expect(textsOf(newOnes([...facts, { ...back, key: `${back.key}3` }], both))).toEqual([
      "supplement-3 us 2026-11-27: Dr sales 4000 300, Cr cash-drawer 1010 300; +1a -1x",
    ]);
  });

  test("a ticket that is taken back leaves by a supplement", () => {
    const withdrawn = { ...recorded(contribution("1", "a", cash(2_000)), "22:05", 2), key: "D#withdrawn", events: [] };
    expect(textsOf(newOnes([ticket1, ticket2, audit, withdrawn], standing))).toEqual([
      "supplement-2 us 2026-11-27: Dr sales 4000 2000, Cr cash-drawer 1010 2000; -1a",
    ]);
  });

  test("what nets to nothing waits for company, and goes with it", () => {
    const sold = recorded(contribution("3", "c", cash(700)), "22:05");
    const voided = recorded(contribution("4", "d", cash(-700)), "22:06");
    expect(newOnes([ticket1, ticket2, audit, sold, voided], standing)).toEqual([]);
    const third = recorded(contribution("5", "e", cash(50)), "22:07");
    expect(textsOf(newOnes([ticket1, ticket2, audit, sold, voided, third], standing))).toEqual([
      "supplement-2 us 2026-11-27: Dr cash-drawer 1010 50, Cr sales 4000 50; +3c +4d +5e",
    ]);
  });

  test("a day that is reopened keeps what is posted, and its supplements wait for the next audit", () => {
    const late = recorded(contribution("3", "c", cash(700)), "22:05");
    const open = [ticket1, ticket2, audit, late, recorded(reopened("22:04"), "22:04")];
    expect(newOnes(open, standing)).toEqual([]);
    expect(textsOf(newOnes([...open, recorded(audited("23:00", 2), "23:00")], standing))).toEqual([
      "summary-2 us 2026-11-27: Dr cash-drawer 1010 700, Cr sales 4000 700; +3c",
    ]);
  });
});

describe("bounds", () => {
  const day = (count: number) =>
    Array.from({ length: count }, (_, index) => recorded(contribution(String(10_000 + index), "a", cash(100)), "10:00"));

  test("a day of 1,200 tickets is three documents, none with more than 500 contributions, and nothing is left out", () => {
    const documents = newOnes([...day(1_200), audit]);
    expect(documents.map(({ kind, contributions = [], lines }) => [kind, contributions.length, lines[0]?.amount])).toEqual([
      ["summary-1", 500, 50_000],
      ["summary-2", 500, 50_000],
      ["summary-3", 200, 20_000],
    ]);
    const first = documents.slice(0, 1);
    expect(newOnes([...day(1_200), audit], first).map(({ kind }) => kind)).toEqual(["summary-2", "summary-3"]);
  });

  test("a summary whose post was refused is wished for again under its own name, beside what stands after it", () => {
    const facts = [...day(1_200), audit];
    const [first, , third] = newOnes(facts);
    expect(newOnes(facts, [first!, third!]).map(({ kind, contributions = [] }) => [kind, contributions.length])).toEqual([
      ["summary-2", 500],
    ]);
  });

  test("long names make smaller documents: the list of contributions stays under 100,000 bytes", () => {
    const long = Array.from({ length: 300 }, (_, index) => {
      const name = `${String(10_000 + index)}-${"x".repeat(500)}`;
      return recorded(contribution("1", "a", cash(100), { key: `posting.contributed:${index}`, document: name }), "10:00");
    });
    const documents = newOnes([...long, audit]);
    expect(documents.map(({ contributions = [] }) => contributions.length)).toEqual([165, 135]);
    for (const { contributions } of documents) expect(JSON.stringify(contributions).length).toBeLessThan(100_500);
  });

  test("many different lines make smaller documents: 200 lines, or those of one contribution more", () => {
    const places = Array.from({ length: 250 }, (_, index) => {
      const told = contribution(String(10_000 + index), "a", cash(100));
      return recorded({ ...told, lines: [{ ...told.lines[0]!, dimensions: { register: String(index) } }, told.lines[1]!] }, "10:00");
    });
    expect(newOnes([...places, audit]).map(({ lines, contributions = [] }) => [lines.length, contributions.length])).toEqual([
      [200, 199],
      [52, 51],
    ]);
  });
});
