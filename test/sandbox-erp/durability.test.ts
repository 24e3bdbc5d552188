import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../sandbox-erp/database.ts";
import { temporaryFolder } from "../contracts/temporary-folder.ts";
import { journal, type RunningErp, startErp, stock } from "../fixtures/sandbox-erp.ts";

const program = new URL("../../sandbox-erp/run.ts", import.meta.url).pathname;

async function startProcess(databasePath: string): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, "--database", databasePath], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface({ input: child.stdout! }), "line")) as [string];
  return { process: child, url: (JSON.parse(line) as { url: string }).url };
}

function batch(call: number): object {
  const sale = (key: string) => journal(key, [["1010", 100], ["2200", -100]]); // biome-ignore format: one journal, one line
  return { groups: [[sale(`${call}/a`), sale(`${call}/b`)], [stock(`${call}/c`, [[-1]])]] };
}

const open = async (databasePath: string): Promise<RunningErp> => {
  const erp = await startErp({ databasePath }, { empty: true });
  onTestFinished(() => erp.close());
  return erp;
};

describe("the ERP's database", () => {
  it("waits for the disk at every commit (a kill does not show it, a power cut would)", () => {
    const database = openDatabase(join(temporaryFolder(), "erp.db"));
    expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    database.close();
  });

  it("says storage-busy while another process writes for long, and has applied nothing", async () => {
    const databasePath = join(temporaryFolder(), "erp.db");
    const erp = await startErp({ databasePath });
    onTestFinished(() => erp.close());
    const other = new DatabaseSync(databasePath);
    other.exec("BEGIN IMMEDIATE");
    expect(await erp.call("POST", "/v1/batches", batch(1))).toMatchObject({ status: 503, body: { code: "storage-busy" } });
    other.exec("ROLLBACK");
    other.close();
    expect((await erp.call("GET", "/v1/document-keys")).body.keys).toEqual([]);
    expect((await erp.call("POST", "/v1/batches", batch(1))).status).toBe(200);
  });

  it("holds every call that was answered, and every call whole, after the process is killed in the middle of its work", async () => {
    const databasePath = join(temporaryFolder(), "erp.db");
    const before = await startErp({ databasePath });
    await before.post(stock("opening", [[1_000_000, 50_000_000]]));
    await before.close();
    const { process: service, url } = await startProcess(databasePath);

    const answered: number[] = [];
    let sent = 0;
    const client = async () => {
      for (;;) {
        const call = (sent += 1);
        const response = await fetch(`${url}/v1/batches`, { method: "POST", body: JSON.stringify(batch(call)) }).catch(() => undefined);
        if (response === undefined) return;
        if ((await response.text().catch(() => "")) !== "") answered.push(call);
      }
    };
    const clients = [client(), client(), client(), client()];
    await expect.poll(() => answered.length, { timeout: 20_000 }).toBeGreaterThan(40);
    service.kill("SIGKILL");
    await Promise.all(clients);

    const after = await open(databasePath);
    const held = new Map<string, number>();
    let page: { keys: readonly string[]; next?: string };
    let cursor = "";
    do {
      page = (await after.call("GET", `/v1/document-keys?limit=500${cursor}`)).body;
      for (const key of page.keys) held.set(key.split("/")[0]!, (held.get(key.split("/")[0]!) ?? 0) + 1);
      cursor = `&after=${page.next}`;
    } while (page.next !== undefined);
    held.delete("opening");
    for (const call of answered) expect(held.get(String(call)), `call ${call} was answered`).toBe(3);
    expect([...new Set(held.values())]).toEqual([3]);

    const { accounts } = (await after.call("GET", "/v1/companies/US01/trial-balance")).body;
    const balance = (account: string) => accounts.filter((each) => each.account === account).map((each) => each.debit - each.credit)[0];
    const [level] = (await after.call("GET", "/v1/companies/US01/stock")).body.levels;
    expect(balance("1010")).toBe(200 * held.size);
    expect(level).toMatchObject({ quantityMillionths: (1_000_000 - held.size) * 1_000_000, value: balance("1300") });
  });

  it("can be served twice at once: what one service changes in the master data, the other goes by", async () => {
    const databasePath = join(temporaryFolder(), "erp.db");
    const one = await startErp({ databasePath });
    onTestFinished(() => one.close());
    const other = await open(databasePath);
    const march = journal("a", [["1010", 100], ["2200", -100]]); // biome-ignore format: one journal, one line
    expect((await other.post(march))[0].status).toBe("done");
    const periods = [{ id: "2026-03", from: "2026-03-01", to: "2026-03-31", state: "closed" }];
    await one.call("PUT", "/v1/companies/US01/periods", { periods });
    expect((await other.post({ ...march, key: "b" }))[0].code).toBe("period-closed");
    expect((await one.post(march))[0].number).toBe("US01-000001");
  });
});
