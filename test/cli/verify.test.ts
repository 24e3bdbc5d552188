import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unsentNumbers } from "#domain/posting";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-verify-"));
const sound = join(folder, "sound");

beforeAll(async () => {
  expect((await runCli(["demo", "--json", "--data", sound])).status).toBe(0);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The names of the checks that fail after somebody has been at the files. */
async function failuresAfter(
  name: string,
  database: "hub.sqlite" | "sandbox-erp.sqlite",
  tamper: (database: DatabaseSync) => void,
): Promise<string[]> {
  const copy = join(folder, name);
  cpSync(sound, copy, { recursive: true });
  const opened = new DatabaseSync(join(copy, database));
  tamper(opened);
  opened.close();
  const { status, stdout } = await runCli(["verify", "--json", "--data", copy]);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { name: string; ok: boolean; failures: string[] }[] };
  const failed = checks.filter((check) => !check.ok);
  expect([status, ok]).toEqual(failed.length > 0 ? [1, false] : [0, true]);
  for (const { failures } of failed) expect(failures[0]).toMatch(/\S/);
  return failed.map((check) => check.name);
}

/** Changes the first item of the lineage whose sort key is like `key`. */
function edit(database: DatabaseSync, key: string, change: (body: string) => string): void {
  const row = database.prepare("SELECT seq, body FROM lineage WHERE k LIKE ? ORDER BY seq LIMIT 1").get(key) as {
    seq: number;
    body: string;
  };
  const changed = change(row.body);
  expect(changed).not.toBe(row.body);
  database.prepare("UPDATE lineage SET body = ? WHERE seq = ?").run(changed, row.seq);
}

test("nothing is wrong with the demo's folder", async () => {
  expect(await failuresAfter("untouched", "hub.sqlite", () => {})).toEqual([]);
});

test("an amount that was changed in a recorded fact is seen", async () => {
  const changed = await failuresAfter("fact", "hub.sqlite", (database) =>
    edit(database, "D#shopify%:order:%", (body) => body.replace(/"gross":(\d+)/, (_, gross) => `"gross":${Number(gross) + 1}`)),
  );
  expect(changed).toContain("facts hash to their key");
});

test("an amount that was changed in a plan is seen by its balance, and by the chain when a plan follows", async () => {
  const changed = await failuresAfter("plan", "hub.sqlite", (database) =>
    edit(database, "P#erp-us#000001", (body) =>
      body.replace(/"functionalAmount":(\d+)/, (_, amount) => `"functionalAmount":${Number(amount) + 1}`),
    ),
  );
  expect(changed).toContain("planned journals balance");
});

test("a plan in the middle that was rewritten breaks the chain", async () => {
  const changed = await failuresAfter("chain", "hub.sqlite", (database) => {
    const followed = database.prepare("SELECT t FROM lineage WHERE k = 'P#erp-us#000002' ORDER BY seq LIMIT 1").get() as { t: string };
    const first = database.prepare("SELECT seq, body FROM lineage WHERE t = ? AND k = 'P#erp-us#000001'").get(followed.t) as {
      seq: number;
      body: string;
    };
    database
      .prepare("UPDATE lineage SET body = ? WHERE seq = ?")
      .run(first.body.replace(/"policyVersion":"./, '"policyVersion":"0'), first.seq);
  });
  expect(changed).toEqual(["plans are chained by hash"]);
});

test("an outcome that was removed is seen", async () => {
  const changed = await failuresAfter("outcome", "hub.sqlite", (database) => {
    database.exec("DELETE FROM lineage WHERE seq = (SELECT max(seq) FROM lineage WHERE k LIKE 'P#%#R')");
  });
  expect(changed).toContain("every plan has an outcome");
});

interface Outcome {
  readonly results: readonly { readonly number?: string }[];
}
const unsent = new Set<string>(Object.values(unsentNumbers));

test("a document that stands in the ERP although its recorded answer says refused is seen", async () => {
  const changed = await failuresAfter("refused", "hub.sqlite", (database) => {
    const row = database
      .prepare("SELECT seq, body FROM lineage WHERE t = 'sale:pos:0101:1:2026-11-27:1' AND k LIKE 'P#erp-us#%#R' ORDER BY seq LIMIT 1")
      .get() as { seq: number; body: string };
    const outcome = JSON.parse(row.body) as { results: unknown[] };
    // What the ticket tells its store day stands in no ERP.
    const sent = (outcome as Outcome).results.findIndex(({ number }) => number !== undefined && !unsent.has(number));
    outcome.results[sent] = { kind: "refused", code: "made-up", message: "nobody refused it" };
    database.prepare("UPDATE lineage SET body = ? WHERE seq = ?").run(JSON.stringify(outcome), row.seq);
  });
  expect(changed).toContain("every document of ours that stands in the ERP is one that the lineage takes for posted");
});

test("a plan that was removed leaves documents in the ERP that nobody planned", async () => {
  const changed = await failuresAfter("orphan", "hub.sqlite", (database) => {
    database.exec("DELETE FROM lineage WHERE t = 'sale:pos:0101:1:2026-11-27:1' AND k LIKE 'P#%'");
  });
  expect(changed).toEqual([
    "every document of ours in the ERP is in a plan",
    "what a transaction was told stands in the plans of the one that told it",
  ]);
});

test("an exception that was removed leaves a quarantined document without one", async () => {
  const changed = await failuresAfter("exception", "hub.sqlite", (database) => {
    database.exec("DELETE FROM lineage WHERE t = 'sale:pos:0101:2:2026-11-27:6' AND k LIKE 'X#%'");
  });
  expect(changed).toEqual(["every quarantined document has an exception"]);
});

test("a journal line that was deleted in the ERP is seen by its journal and by the trial balance", async () => {
  const changed = await failuresAfter("erp-line", "sandbox-erp.sqlite", (database) => {
    database.exec("DELETE FROM lines WHERE (document, line) IN (SELECT document, line FROM lines ORDER BY document DESC, line LIMIT 1)");
  });
  expect(changed).toEqual(["journals in the ERP balance", "journals in the ERP say what was planned", "trial balances tie"]);
});

test("a document that was deleted in the ERP is missed", async () => {
  const changed = await failuresAfter("erp-document", "sandbox-erp.sqlite", (database) => {
    database.exec("PRAGMA foreign_keys = OFF; DELETE FROM documents WHERE key LIKE 'sale:pos:0101:1:2026-11-27:1/%'");
  });
  expect(changed).toContain("every posted document is in the ERP");
});

test("amounts that were changed in the ERP and still balance differ from the plan", async () => {
  const changed = await failuresAfter("erp-amounts", "sandbox-erp.sqlite", (database) => {
    database.exec(
      "UPDATE lines SET amount = 2 * amount, functional = 2 * functional WHERE document = (SELECT id FROM documents WHERE key LIKE '%/capture/US1/USD@1' LIMIT 1)",
    );
  });
  expect(changed).toEqual(["journals in the ERP say what was planned"]);
});

test("a raw body that was rewritten is seen", async () => {
  const changed = await failuresAfter("raw", "hub.sqlite", (database) => {
    const first = "SELECT seq FROM lineage WHERE k LIKE 'D#shopify%:order:%' AND raw LIKE '{%' ORDER BY seq LIMIT 1";
    expect(database.prepare(`UPDATE lineage SET raw = ' ' || raw WHERE seq = (${first})`).run().changes).toBe(1);
  });
  expect(changed).toEqual(["raw bodies hash to what was received"]);
});

test("a plan that was taken out of the middle leaves a gap", async () => {
  const changed = await failuresAfter("gap", "hub.sqlite", (database) => {
    const { t } = database.prepare("SELECT t FROM lineage WHERE k = 'P#erp-us#000002' ORDER BY seq LIMIT 1").get() as { t: string };
    database.prepare("DELETE FROM lineage WHERE t = ? AND k LIKE 'P#erp-us#000001%'").run(t);
  });
  expect(changed).toContain("plans are numbered without a gap");
});

test("a fact that was removed from under its plan is missed", async () => {
  const changed = await failuresAfter("covered", "hub.sqlite", (database) => {
    database.exec("DELETE FROM lineage WHERE t = 'sale:pos:0101:1:2026-11-27:2' AND k LIKE 'D#%'");
  });
  expect(changed).toEqual(["plans cover recorded facts"]);
});

test("a fact that was slipped in and never announced is seen", async () => {
  const changed = await failuresAfter("unannounced", "hub.sqlite", (database) => {
    database.exec("UPDATE cursor SET position = position - 1 WHERE name = 'lineage'");
  });
  expect(changed).toEqual(["everything recorded is announced"]);
});

test("facts that were told to another transaction and are gone from there are missed", async () => {
  const failures = await failuresAfter("untold", "hub.sqlite", (database) => {
    const told = database.prepare("DELETE FROM lineage WHERE k LIKE 'D#told:%'").run();
    expect(told.changes).toBe(80);
  });
  expect(failures).toContain("what a transaction told lies in the one that was told");
});

test("facts in the name of a transaction that never told them are seen", async () => {
  const failures = await failuresAfter("hearsay", "hub.sqlite", (database) => {
    const row = database.prepare("SELECT t, k, body FROM lineage WHERE k LIKE 'D#told:%' LIMIT 1").get() as {
      t: string;
      k: string;
      body: string;
    };
    const body = row.body.replace(/told:erp-(?:us|ca)/g, "told:erp-none");
    expect(body).not.toBe(row.body);
    database
      .prepare("INSERT INTO lineage (t, k, body) VALUES (?, ?, ?)")
      .run(row.t, row.k.replace(/told:erp-(?:us|ca)/, "told:erp-none"), body);
  });
  expect(failures).toContain("what a transaction was told stands in the plans of the one that told it");
});

test("what only the hub may close and somebody closed is seen, and a closure without a reason", async () => {
  const closed = (name: string, from: RegExp, to: string) =>
    failuresAfter(name, "hub.sqlite", (database) => edit(database, "X#sequence.parent-missing#%#C", (body) => body.replace(from, to)));
  expect(await closed("closed-by", /"by":"hub"/, '"by":"Ana Ruiz"')).toEqual(["a person closed only what a person may close"]);
  expect(await closed("no-reason", /"reason":"[^"]*"/, '"reason":""')).toEqual(["every closed exception says who closed it and why"]);
});
