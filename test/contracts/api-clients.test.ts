import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSsmApiClients } from "#adapters/aws";
import { createApiClients, createSecrets, openDatabase } from "#adapters/embedded";
import { apiClientsContract } from "./api-clients-contract.ts";
import { answers, scriptedAws } from "./scripted-aws.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const registration = { secrets: ["till-secret-0123456789-0123456789"], may: ["read"] };

apiClientsContract("the secrets file", async (stored) => {
  const file = join(temporaryFolder(), "secrets.json");
  writeFileSync(file, JSON.stringify({ shopify: {}, api: stored }));
  return createApiClients({ file });
});

apiClientsContract("SSM, scripted", async (stored) => {
  const Parameters = Object.entries(stored).map(([client, value]) => ({
    Name: `/throughline/api-clients/${client}`,
    Value: JSON.stringify(value),
  }));
  const { api, clock } = await scriptedAws(answers({ Parameters }));
  return createSsmApiClients({ api, clock, prefix: "/throughline" });
});

describe("API clients in the secrets file", () => {
  it("knows nobody while there is no file, and counts a change of it at once", async () => {
    const file = join(temporaryFolder(), "secrets.json");
    const clients = createApiClients({ file });
    expect(await clients.find("till")).toBeUndefined();
    writeFileSync(file, JSON.stringify({ shopify: {}, api: { till: registration } }));
    expect(await clients.find("till")).toEqual(registration);
    writeFileSync(file, JSON.stringify({ shopify: {}, api: {} }));
    expect(await clients.find("till")).toBeUndefined();
  });

  it("takes away the rights of others to the file", async () => {
    const file = join(temporaryFolder(), "secrets.json");
    writeFileSync(file, JSON.stringify({ shopify: {}, api: { till: registration } }));
    chmodSync(file, 0o644);
    expect(await createApiClients({ file }).find("till")).toEqual(registration);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("stay when a webhook secret is made", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "secrets.json");
    writeFileSync(file, JSON.stringify({ shopify: {}, api: { till: registration } }), { mode: 0o600 });
    const database = openDatabase(join(folder, "hub.db"));
    onTestFinished(() => database.close());
    await createSecrets({ file, shops: ["maple.example"], database }).webhookSecrets("maple.example");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      shopify: { "maple.example": [expect.stringMatching(/^[0-9a-f]{64}$/)] },
      api: { till: registration },
    });
  });
});

describe("API clients in SSM", () => {
  it("asks for all of them at once, under a path of their own, and for nothing when the name is no client's", async () => {
    const { api, clock, requests } = await scriptedAws(answers({ Parameters: [] }));
    const clients = createSsmApiClients({ api, clock, prefix: "/throughline" });
    expect(await clients.find("../shops")).toBeUndefined();
    expect(requests).toEqual([]);
    for (let invented = 0; invented < 20; invented++) expect(await clients.find(`client-${invented}`)).toBeUndefined();
    expect(requests).toMatchObject([{ Path: "/throughline/api-clients", WithDecryption: true }]);
  });
});
