import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSecrets, openDatabase } from "#adapters/embedded";
import { secretsContract } from "./secrets-contract.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function openSecrets(folder: string, shops: readonly string[], override?: string) {
  const database = openDatabase(join(folder, "hub.db"));
  onTestFinished(() => database.close());
  const file = join(folder, "secrets.json");
  return { file, secrets: createSecrets({ file, shops, database, ...(override === undefined ? {} : { override }) }) };
}

secretsContract("a file", async (stored) => {
  const { file, secrets } = openSecrets(temporaryFolder(), Object.keys(stored));
  writeFileSync(file, JSON.stringify({ shopify: stored }), { mode: 0o600 });
  return secrets;
});

describe("secrets in a file", () => {
  it("makes a random secret per known shop on first use, in a file for its owner alone", async () => {
    const { file, secrets } = openSecrets(temporaryFolder(), ["maple.example", "birch.example"]);
    expect(existsSync(file)).toBe(false);
    const [maple] = await secrets.webhookSecrets("maple.example");
    const [birch] = await secrets.webhookSecrets("birch.example");
    expect(maple).toMatch(/^[0-9a-f]{64}$/);
    expect(birch).toMatch(/^[0-9a-f]{64}$/);
    expect(maple).not.toBe(birch);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ shopify: { "maple.example": [maple], "birch.example": [birch] } });
  });

  it("knows no secret of an unknown shop, with or without an override", async () => {
    const folder = temporaryFolder();
    expect(await openSecrets(folder, ["maple.example"]).secrets.webhookSecrets("oak.example")).toEqual([]);
    expect(await openSecrets(folder, ["maple.example"], "given").secrets.webhookSecrets("oak.example")).toEqual([]);
  });

  it("keeps its secrets over a restart, and adds one for a new shop", async () => {
    const folder = temporaryFolder();
    const before = await openSecrets(folder, ["maple.example"]).secrets.webhookSecrets("maple.example");
    const { secrets, file } = openSecrets(folder, ["maple.example", "birch.example"]);
    expect(await secrets.webhookSecrets("maple.example")).toEqual(before);
    expect(await secrets.webhookSecrets("birch.example")).toHaveLength(1);
    expect(Object.keys(JSON.parse(readFileSync(file, "utf8")).shopify)).toEqual(["maple.example", "birch.example"]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("gives two processes that start together the same secret", async () => {
    const folder = temporaryFolder();
    const one = openSecrets(folder, ["maple.example"]);
    const two = openSecrets(folder, ["maple.example"]);
    const [a, b] = await Promise.all([one.secrets.webhookSecrets("maple.example"), two.secrets.webhookSecrets("maple.example")]);
    expect(a).toEqual(b);
  });

  it("reads both secrets of a rotation, and takes away the rights of others", async () => {
    const { file, secrets } = openSecrets(temporaryFolder(), ["maple.example"]);
    writeFileSync(file, '{"shopify":{"maple.example":["new","old"]}}');
    chmodSync(file, 0o644);
    expect(await secrets.webhookSecrets("maple.example")).toEqual(["new", "old"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("takes an override for every known shop and leaves the file alone", async () => {
    const { file, secrets } = openSecrets(temporaryFolder(), ["maple.example"], "given");
    expect(await secrets.webhookSecrets("maple.example")).toEqual(["given"]);
    expect(existsSync(file)).toBe(false);
  });

  it("tells what an ERP connection signs in with, at once when it was added, and nothing for another", async () => {
    const { file, secrets } = openSecrets(temporaryFolder(), []);
    expect(await secrets.connectionCredentials("erp-us")).toBeUndefined();
    writeFileSync(file, JSON.stringify({ shopify: {}, erps: { "erp-us": { user: "hub", password: "pw" } } }));
    expect(await secrets.connectionCredentials("erp-us")).toEqual({ user: "hub", password: "pw" });
    expect(await secrets.connectionCredentials("constructor")).toBeUndefined();
    // As docs/erp-adapters.md shows it, without a shop.
    writeFileSync(file, JSON.stringify({ erps: { "erp-us": { apiKey: "key" } } }));
    expect(await secrets.connectionCredentials("erp-us")).toEqual({ apiKey: "key" });
  });

  it("tells the access token of a known shop, at once when it was added, and keeps it when it makes a webhook secret", async () => {
    const { file, secrets } = openSecrets(temporaryFolder(), ["maple.example", "birch.example"]);
    expect(await secrets.accessToken("maple.example")).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, JSON.stringify({ shopify: {}, shopifyAccessTokens: { "maple.example": "token", "oak.example": "other" } }));
    expect(await secrets.accessToken("maple.example")).toBe("token");
    expect(await secrets.accessToken("birch.example")).toBeUndefined();
    expect(await secrets.accessToken("oak.example")).toBeUndefined();
    await secrets.webhookSecrets("maple.example");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ shopifyAccessTokens: { "maple.example": "token" } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each(["not json: hunter2", '{"shopify":{"maple.example":"hunter2"}}', '{"shopify":{"maple.example":[]}}'])(
    "refuses a broken file without repeating it: %s",
    async (text) => {
      const { file, secrets } = openSecrets(temporaryFolder(), ["maple.example"]);
      writeFileSync(file, text);
      const error = await secrets.webhookSecrets("maple.example").catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: "Invalid", message: expect.stringContaining("mend it, or remove it") });
      expect(JSON.stringify([String(error), (error as Error).cause ?? null])).not.toContain("hunter2");
      expect(readFileSync(file, "utf8")).toBe(text);
    },
  );
});
