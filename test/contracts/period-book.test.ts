import { describe, expect, it, onTestFinished } from "vitest";
import { createReleasedPeriodBook, createReleasedPolicyStore } from "#adapters/aws";
import { createDocumentStore, createPeriodBook, createPolicyStore, openDatabase, type PolicyLoader } from "#adapters/embedded";
import { sha256Hex } from "#domain/canonical";
import { type Policy, type PolicyFile, releaseTimeline } from "#domain/policy";
import type { InsertAnswer } from "#ports/lineage-store";
import type { PolicyRelease } from "#ports/policy-releases";
import { type OpenedBook, periodBookContract } from "./period-book-contract.ts";
import { settableClock } from "./settable-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const september = { period: "2026-09", state: "closed", from: "2026-10-06", why: "September is closed." } as const;
const entities = { US1: { periods: [september] }, CA1: {} };

type Later = Pick<OpenedBook, "releaseLater" | "files" | "pending" | "advance">;

function bookOf(book: OpenedBook["book"], current: () => Promise<Policy>, last: () => object | undefined, later: Later): OpenedBook {
  return {
    book,
    ...later,
    async read() {
      const { release, releasedBy, entities: books } = await current();
      return { release, releasedBy, record: JSON.stringify(last() ?? {}), periods: (entity) => books[entity]?.periods ?? [] };
    },
    shop: async () => Object.keys((await current()).shops ?? {})[0],
  };
}

const eve = { actor: "Eve", reason: "rates of 2027", approvedBy: "Mia" };

periodBookContract("files and SQLite", async () => {
  const database = openDatabase(":memory:");
  onTestFinished(() => database.close());
  const filesOf = (shop?: string): PolicyFile[] => [
    ...Object.entries(entities).map(([id, layer]) => ({ path: `entities/${id}.json`, content: JSON.stringify(layer) })),
    { path: "shops.json", content: JSON.stringify(shop === undefined ? {} : { [shop]: {} }) },
  ];
  let files = filesOf();
  const load: PolicyLoader = {
    read: () => files,
    build: (given) => ({
      version: JSON.stringify(given),
      build: (release) =>
        ({
          release,
          shops: JSON.parse(given.find(({ path }) => path === "shops.json")?.content ?? "{}"),
          entities: Object.fromEntries(
            given
              .filter(({ path }) => path.startsWith("entities/"))
              .map(({ path, content }) => [path.slice("entities/".length, -".json".length), JSON.parse(content)]),
          ),
        }) as Policy,
    }),
  };
  const clock = settableClock();
  const policies = createPolicyStore({ database, clock, directory: "policies", load });
  // By name: a folder that is followed is in force as it lies there.
  await policies.release({ actor: "A. Meyer", reason: "first" });
  return bookOf(
    createPeriodBook({ policies }),
    () => policies.reload(),
    () => policies.releases()[0],
    {
      async releaseLater(activeFrom, shop) {
        files = filesOf(shop);
        await policies.release(eve, activeFrom);
      },
      files: async () => (policies.content((await policies.reload()).release) ?? []).map(({ path }) => path),
      pending: async () =>
        policies
          .standing()
          .pending.map(({ release, activeFrom, actor, approvedBy, replaces }) => [release, activeFrom, actor, approvedBy, replaces]),
      advance: clock.advance,
    },
  );
});

/** A record in memory, the first release in it; `answers` come first, before what they say they did. */
async function openReleased(...answers: InsertAnswer[]) {
  const record: PolicyRelease[] = [];
  const documents = createDocumentStore(temporaryFolder());
  const clock = settableClock();
  async function insertAll(made: readonly PolicyRelease[]): Promise<InsertAnswer> {
    const answer = answers.shift();
    if (answer !== undefined) return answer;
    if (record.some((each) => made.some(({ release }) => release === each.release))) return "conflict";
    record.push(...made);
    return "inserted";
  }
  const releases = {
    last: async () => record.at(-1),
    latest: async (count: number) => record.toReversed().slice(0, count),
    get: async (number: number) => record.find(({ release }) => release === number),
    insert: (release: PolicyRelease) => insertAll([release]),
    insertAll,
  };
  async function stored(content: object): Promise<string> {
    const bytes = new TextEncoder().encode(JSON.stringify(content));
    const address = `sha256/${sha256Hex(bytes)}`;
    await documents.put(address, bytes);
    return address;
  }
  const address = await stored({ entities });
  const files = await stored([{ path: "entities/US1.json", content: "{}" }]);
  record.push({ release: 1, version: "1f".repeat(32), address, files, actor: "A. Meyer", reason: "first", at: clock.now() });
  const policies = createReleasedPolicyStore({ releases, documents, clock });
  const book = createReleasedPeriodBook({ releases, documents, clock });
  return {
    opened: bookOf(
      book,
      () => policies.reload(),
      () => record.at(-1),
      {
        async releaseLater(activeFrom, shop) {
          const content = { address: await stored({ entities, shops: { [shop]: {} } }), version: "2e".repeat(32), files };
          record.push({ release: record.length + 1, ...content, ...eve, at: clock.now(), activeFrom });
        },
        async files() {
          const { files: kept = "" } = releaseTimeline(record, clock.now()).inForce ?? {};
          return JSON.parse(new TextDecoder().decode(await documents.get(kept))).map(({ path }: PolicyFile) => path);
        },
        pending: async () =>
          releaseTimeline(record, clock.now()).pending.map(({ release, activeFrom, actor, approvedBy, replaces }) => [
            release,
            activeFrom,
            actor,
            approvedBy,
            replaces,
          ]),
        advance: clock.advance,
      },
    ),
    book,
    record,
  };
}

periodBookContract("releases in a table", async () => (await openReleased()).opened);

describe("period book over releases", () => {
  const closing = {
    entity: "US1",
    rule: { period: "2026-10", state: "closed" as const, from: "2026-11-06", by: "Dana Reyes", why: "October is closed." },
    actor: "Dana Reyes",
    reason: "October is closed.",
  };
  it.each([
    ["unavailable", "Unavailable", "2026-10 of US1 was not closed: close it again"],
    ["unknown", "UnknownOutcome", "nobody can say whether 2026-10 of US1 was closed: close it again"],
  ] as const)("an insert that is %s is told, and done right by the next try", async (answer, name, message) => {
    const { book, record } = await openReleased(answer);
    await expect(book.close(closing)).rejects.toMatchObject({ name, message });
    expect(await book.close(closing)).toEqual({ release: 2, isNew: true });
    expect(record.map(({ release, actor, version }) => [release, actor, version.length])).toEqual([
      [1, "A. Meyer", 64],
      [2, "Dana Reyes", 64],
    ]);
  });
});
