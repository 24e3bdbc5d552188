import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { afterAll, expect, test, vi } from "vitest";
import { openHub } from "#hub";
import { type PosFileDelivery, sampleDay, settlementFiles, type WebhookDelivery } from "#sample";
import { drops, retention, routes, schedules } from "#wiring";
import { apiExamples } from "../../scripts/api-examples.ts";
import { policiesFolder } from "./temporary-hub.ts";

/** What nobody says by chance: of a person, and of the secrets that a hub is given. */
const person = {
  name: "Zaphod Beeblebrox",
  email: "zaphod@canary.example",
  address: "42 Betelgeuse Way",
  phone: "+15550104242",
  card: "4000056655665556",
};
const secrets = {
  webhook: "canary-webhook-secret-0123456789abcdef",
  client: "canary-client-secret-0123456789-abcdef",
  token: "shpat_0canary0token0",
};
const said = (words: Readonly<Record<string, string>>) =>
  new RegExp(
    Object.values(words)
      .map((word) => word.replace("+", String.raw`\+`))
      .join("|"),
    "i",
  );
const anybody = said(person);
const anything = said({ ...person, ...secrets });

const project = resolve(import.meta.dirname, "../..");
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const day = sampleDay({ plain: false });
const order = day.find((each): each is WebhookDelivery => each.kind === "webhook" && each.id === "1001 orders/create 1") as WebhookDelivery;
const posLog = new TextDecoder().decode(day.find((each): each is PosFileDelivery => each.id === "POSLog 0101")?.bytes);
const [report, statement] = settlementFiles({ plain: false }).map(({ bytes }) => new TextDecoder().decode(bytes)) as [string, string];

const buyer = {
  email: person.email,
  phone: person.phone,
  customer: { id: 7, first_name: person.name, email: person.email, default_address: { address1: person.address, phone: person.phone } },
  shipping_address: { name: person.name, address1: person.address },
  payment_details: { credit_card_number: person.card },
  note: `${person.name}, card ${person.card}, token ${secrets.token}`,
};
const withBuyer = { ...(JSON.parse(new TextDecoder().decode(order.body)) as object), ...buyer };

interface Sent {
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function webhook(body: string, topic = "orders/create", secret = secrets.webhook): Sent {
  const signature = createHmac("sha256", secret).update(body).digest("base64");
  return { headers: { "x-shopify-topic": topic, "x-shopify-shop-domain": order.shop, "x-shopify-hmac-sha256": signature }, body };
}

function call(content: unknown, authorization = `Bearer till.${secrets.client}`): Sent {
  return {
    headers: { authorization, "content-type": "application/json" },
    body: typeof content === "string" ? content : JSON.stringify(content),
  };
}

const stranger = `Bearer ${person.name}.${secrets.token}`;
const [ticket] = apiExamples.map(({ body }) => body) as [{ readonly documents: readonly object[] }];
const ordered = apiExamples.find(({ path }) => path === "/v1/purchase-orders")?.body as object;
const asked = apiExamples.find(({ path }) => path === "/v1/return-authorizations")?.body as object;

/** Through every door of wiring/: what it takes, and what it does not. */
const requests: Readonly<Record<string, readonly Sent[]>> = {
  "POST /webhooks/shopify": [
    webhook(JSON.stringify(withBuyer)),
    webhook(JSON.stringify({ ...withBuyer, id: 6120000044441, name: "#4441", note: `${person.name} ${"x".repeat(70_000)}` })),
    webhook(JSON.stringify({ ...withBuyer, id: 6120000044442, name: "#4442", total_price: "1.00" })),
    webhook(JSON.stringify(buyer)),
    webhook(`{"email": "${person.email}", ${person.name}`),
    webhook(JSON.stringify(withBuyer), "orders/create", person.name),
    webhook(JSON.stringify(withBuyer), `carts/${encodeURIComponent(person.email)}`),
    webhook(`${person.name}${" ".repeat(1_000_000)}`),
    webhook(
      JSON.stringify({ shop_domain: order.shop, customer: { id: 7, ...person }, orders_requested: [6120000001001] }),
      "customers/data_request",
    ),
  ],
  "GET /v1/transactions/{reference}": [
    { path: `/v1/transactions/${encodeURIComponent(person.email)}`, headers: call("").headers },
    { path: `/v1/transactions/${encodeURIComponent(person.card)}`, headers: call("", stranger).headers },
  ],
  "POST /v1/events": [
    call(ticket),
    call({ documents: ticket.documents.map((document) => ({ ...document, id: "2.2026-11-27.4712", customer: person })) }),
    call({ documents: [buyer], ...person }),
    call(`{"documents": ["${person.name}`),
    call(ticket, stranger),
  ],
  "POST /v1/return-authorizations": [
    call(asked),
    call({ ...asked, customer: person }),
    call({ ...asked, sale: person.email }),
    call(asked, stranger),
  ],
  "POST /v1/return-authorizations/{authorization}/cancellation": [
    { ...call({ channel: "pos", place: "0101", note: person.name }), path: `/v1/return-authorizations/${secrets.token}/cancellation` },
    { ...call({}, stranger), path: `/v1/return-authorizations/${encodeURIComponent(person.name)}/cancellation` },
  ],
  "POST /v1/purchase-orders": [
    call(ordered),
    call({ ...ordered, vendor: person.name }),
    call({ ...ordered, number: person.card, note: person.address }),
    call(ordered, stranger),
  ],
};

const customer = `<Customer><CustomerID>7</CustomerID><Name>${person.name}</Name><EMail>${person.email}</EMail></Customer>`;
const posFile = posLog
  .replaceAll("R. Castellane", person.name)
  .replaceAll(
    "<Total TotalType",
    `${customer}<CreditDebit><PrimaryAccountNumber>${person.card}</PrimaryAccountNumber></CreditDebit><Total TotalType`,
  );

/** Into every drop folder: what can be read, and what cannot. */
const files: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pos: {
    "day.xml": posFile,
    "cut.xml": posFile.slice(0, 4_000),
    "broken.xml": `<POSLog><Transaction>${customer}</POSLog>`,
    "strange.txt": `${person.name};${person.card}\n`,
  },
  settlement: {
    "report.csv": report.replaceAll("online", person.name),
    "cut.csv": report.replaceAll("online", person.name).slice(0, 700),
    "strange.csv": `name,card\n${person.name},${person.card}\n`,
    "statement.xml": statement.replaceAll(
      "</NtryDtls>",
      `<TxDtls><RltdPties><Dbtr><Nm>${person.name}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>${person.email}</Ustrd></RmtInf></TxDtls></NtryDtls>`,
    ),
    "broken.xml": `<Document><BkToCstmrStmt>${person.name}</Document>`,
  },
};

/** What a folder holds that nobody can take a person out of: where, and the text around it. */
function heldFor(dataFolder: string, words: RegExp): string[] {
  const held: string[] = [];
  const note = (where: string, text: string) => {
    const at = text.search(words);
    if (at >= 0) held.push(`${where}: ${text.slice(Math.max(at - 80, 0), at + 40)}`);
  };
  const removable = ["documents/sha256/", "documents/drops/", "drops/", ...retention.passingFolders.map((each) => `documents/${each}/`)];
  for (const path of readdirSync(dataFolder, { recursive: true, encoding: "utf8" })) {
    if (!statSync(join(dataFolder, path)).isFile() || path === "secrets.json" || path.startsWith("hub.sqlite")) continue;
    if (!removable.some((folder) => path.startsWith(folder))) note(path, `${path} ${readFileSync(join(dataFolder, path), "latin1")}`);
  }
  const database = new DatabaseSync(join(dataFolder, "hub.sqlite"), { readOnly: true });
  try {
    for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[])
      for (const row of database.prepare(`SELECT * FROM ${name}`).all()) note(name, textOf(row));
  } finally {
    database.close();
  }
  return held;
}

/** A row without its removable attachment, the raw body, which stands in a column of its own. */
function textOf({ raw: _, ...row }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(row);
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-silent-"));
  folders.push(folder);
  const api = {
    till: {
      secrets: [secrets.client],
      may: ["read", "write-events", "authorize-returns", "place-purchase-orders"],
      channels: [{ channel: "pos", places: ["0101"] }],
      entities: ["US1"],
    },
  };
  const content = { shopify: { [order.shop]: [secrets.webhook] }, shopifyAccessTokens: { [order.shop]: secrets.token }, api };
  writeFileSync(join(folder, "secrets.json"), JSON.stringify(content), { mode: 0o600 });
  return folder;
}

test("what is sent goes through every door of wiring/", () => {
  expect(Object.keys(requests)).toEqual(routes.map(({ method, path }) => `${method} ${path}`));
  expect(Object.keys(files)).toEqual(drops.map(({ folder }) => folder));
});

test("start prints nothing of a person or a secret, whatever comes through its doors, and keeps persons where they can be removed", {
  timeout: 120_000,
}, async () => {
  const dataFolder = newFolder();
  for (const [folder, contents] of Object.entries(files)) {
    mkdirSync(join(dataFolder, "drops", folder), { recursive: true });
    for (const [name, text] of Object.entries(contents)) writeFileSync(join(dataFolder, "drops", folder, name), text);
  }
  // The Admin API of the shop is not asked: its token is left to the next test.
  writeFileSync(
    join(dataFolder, "secrets.json"),
    readFileSync(join(dataFolder, "secrets.json"), "utf8").replace(/"shopifyAccessTokens":\{[^}]*\},/, ""),
  );
  const child = spawn(process.execPath, ["bin/hub.ts", "start", "--json", "--port", "0", "--data", dataFolder], { cwd: project });
  let printed = "";
  child.stderr.on("data", (part: Buffer) => (printed += part.toString("utf8")));
  child.stdout.on("data", (part: Buffer) => (printed += part.toString("utf8")));
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url } = JSON.parse(line) as { readonly url: string };
  const statuses: Record<string, number[]> = {};
  let answers = "";
  try {
    for (const [door, each] of Object.entries(requests))
      for (const { path, headers, body } of each) {
        const [method = "", at = ""] = door.split(" ");
        const response = await fetch(`${url}${path ?? at}`, { method, headers, ...(body === undefined ? {} : { body }) });
        (statuses[door] ??= []).push(response.status);
        answers += `${await response.text()}\n`;
      }
    await untilQuiet(url, join(dataFolder, "drops"));
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
  expect(statuses).toEqual({
    "POST /webhooks/shopify": [200, 200, 200, 200, 400, 401, 404, 413, 200],
    "GET /v1/transactions/{reference}": [404, 401],
    "POST /v1/events": [200, 422, 422, 400, 401],
    "POST /v1/return-authorizations": [200, 422, 200, 401],
    "POST /v1/return-authorizations/{authorization}/cancellation": [404, 401],
    "POST /v1/purchase-orders": [200, 409, 422, 401],
  });
  expect(printed).toContain(url);
  expect(printed).not.toMatch(anything);
  expect(answers).not.toMatch(said(secrets));
  expect(heldFor(dataFolder, anything)).toEqual([]);
  // They are there all the same: in the raw bodies and the files, which can be removed.
  const lineage = new DatabaseSync(join(dataFolder, "hub.sqlite"), { readOnly: true });
  expect(lineage.prepare("SELECT count(*) AS count FROM lineage WHERE raw LIKE ?").get(`%${person.email}%`)).toEqual({
    count: expect.any(Number),
  });
  expect(Number(lineage.prepare("SELECT count(*) AS count FROM lineage WHERE raw LIKE ?").get(`%${person.email}%`)?.count)).toBeGreaterThan(
    1,
  );
  lineage.close();
});

/** Every file is taken in, and nothing is left to do. */
async function untilQuiet(url: string, dropFolder: string): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await sleep(200);
    const left = Object.keys(files).flatMap((folder) =>
      readdirSync(join(dropFolder, folder), { withFileTypes: true }).filter((entry) => entry.isFile()),
    );
    const health = (await (await fetch(`${url}/health`)).json()) as { readonly unannounced: boolean; readonly visibleMessages: number };
    quiet = left.length === 0 && !health.unannounced && health.visibleMessages === 0 ? quiet + 1 : 0;
  }
}

test("what a shop's API answers, refuses or quotes is not told by what asks it by itself", { timeout: 60_000 }, async () => {
  const dataFolder = newFolder();
  const quoting = [200, 400, 401, 429, 500] as const;
  let asked = 0;
  const api = createServer((request, response) => {
    request.resume();
    const status = quoting[asked % quoting.length] as number;
    asked += 1;
    const errors = [{ message: `${person.name} <${person.email}> may not: ${secrets.token}` }];
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(status === 500 ? `${person.name} ${secrets.token}` : JSON.stringify({ errors, ...buyer }));
  });
  await once(api.listen(0, "127.0.0.1"), "listening");
  const hub = await openHub({ dataFolder, policiesFolder, shopifyOrigin: () => `http://127.0.0.1:${(api.address() as AddressInfo).port}` });
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0),
  );
  try {
    for (const _ of quoting)
      for (const { function: name, onAwsAlone } of schedules) {
        if (onAwsAlone === true) continue;
        const handler = hub.handlers.get(name) as (input: unknown) => Promise<unknown>;
        // What start tells of a round that failed is the error's name and message.
        await handler({}).catch((error: unknown) => written.push(inspect(error)));
      }
    await hub.metrics.flush();
  } finally {
    for (const spy of spies) spy.mockRestore();
    await hub.close();
    api.closeAllConnections();
    api.close();
  }
  expect(asked).toBeGreaterThanOrEqual(quoting.length);
  expect(written.join("\n")).not.toMatch(anything);
  expect(heldFor(dataFolder, anything)).toEqual([]);
});

test("what is looked for would be found", () => {
  const all = [
    ...Object.values(requests)
      .flat()
      .map(({ body, path, headers }) => `${path} ${body} ${JSON.stringify(headers)}`),
    ...Object.values(files).flatMap((each) => Object.values(each)),
  ];
  expect(all.filter((text) => !anything.test(text)).length).toBeLessThanOrEqual(3);
  expect(anybody.test(posFile)).toBe(true);
});
