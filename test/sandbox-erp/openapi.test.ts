import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { refusalCodes } from "#sandbox-erp";
import { routes } from "../../sandbox-erp/routes.ts";
import { type RunningErp, startErp } from "../fixtures/sandbox-erp.ts";

interface Content {
  readonly content: { readonly "application/json": { readonly schema: { readonly $ref: string }; readonly example?: unknown } };
}
interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly schema: unknown;
  readonly example: string | number;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}
type Schema = Record<string, unknown>;
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const file = JSON.parse(readFileSync(new URL("../../sandbox-erp/openapi.json", import.meta.url), "utf8")) as OpenApi;
const operations = Object.entries(file.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
);
const operation = (id: string) => operations.find((each) => each.operationId === id)!;

/** The file's schema of this name as a check that fails on what the file does not allow. */
const checks = new Map<string, z.ZodType>();
function schemaOf(name: string): z.ZodType {
  let check = checks.get(name);
  if (check === undefined) {
    const local = JSON.stringify(file.components.schemas).replaceAll("#/components/schemas/", "#/$defs/");
    check = z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs: JSON.parse(local) } as Parameters<typeof z.fromJSONSchema>[0]);
    checks.set(name, check);
  }
  return check;
}
const nameOf = (content: Content) => content.content["application/json"].schema.$ref.split("/").at(-1)!;

// Master data first, then documents, then questions: the order in which the file's examples make one story.
const story = [
  "putCompany",
  "putAccounts",
  "putPeriods",
  "putMasterData",
  "listCompanies",
  "listAccounts",
  "listPeriods",
  "getMasterData",
  "placePurchaseOrder",
  "lookupPurchaseOrders",
  "postBatch",
  "getDocument",
  "lookupDocuments",
  "listDocumentKeys",
  "listJournals",
  "trialBalance",
  "listStock",
  "enterHandJournal",
  "health",
  "injectFault",
  "clearFaults",
  "listFaults",
];

let erp: RunningErp;
beforeAll(async () => {
  erp = await startErp({}, { empty: true });
});
afterAll(() => erp.close());

function send(id: string, body: unknown) {
  const { path, method, parameters = [] } = operation(id);
  let address = path;
  for (const parameter of parameters) {
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(parameter.example));
  }
  const query = new URLSearchParams(
    parameters.filter((each) => each.in === "query").map((each): [string, string] => [each.name, String(each.example)]),
  );
  return erp.call(method, query.size === 0 ? address : `${address}?${query}`, body);
}

describe("the OpenAPI file and the service", () => {
  it("name the same routes", () => {
    const inFile = operations.map(({ method, path }) => `${method} ${path}`).sort();
    expect(inFile).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    expect(story.toSorted()).toEqual(operations.map((each) => each.operationId).sort());
  });

  it("name the same error codes, each under the status that it has", () => {
    const enumerated = (file.components.schemas.ErrorCode as { enum: string[] }).enum;
    expect(enumerated.toSorted()).toEqual(Object.keys(refusalCodes).sort());
    for (const { responses } of operations) {
      for (const [status, { description }] of Object.entries(responses)) {
        if (status === "200") continue;
        const named = [...description.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code as keyof typeof refusalCodes);
        expect(named.map((code) => refusalCodes[code])).toEqual(named.map(() => Number(status)));
      }
    }
  });

  it.each(story)("%s answers its example request with its example answer, as its schema says", async (id) => {
    const { requestBody, responses } = operation(id);
    if (requestBody !== undefined) {
      expect(schemaOf(nameOf(requestBody)).safeParse(requestBody.content["application/json"].example).error).toBeUndefined();
    }
    const answer = await send(id, requestBody?.content["application/json"].example);
    expect(answer.status, answer.text).toBe(200);
    expect(schemaOf(nameOf(responses["200"]!)).safeParse(answer.body).error).toBeUndefined();
    expect(answer.body).toEqual(responses["200"]!.content["application/json"].example);
  });

  const bodies = operations.filter((each) => each.requestBody !== undefined);
  const removals = bodies.flatMap(({ operationId, requestBody }) =>
    placesOf(requestBody!.content["application/json"].example).map((place) => [operationId, place.join("."), place] as const),
  );
  it.each(removals)("%s without %s: taken by both or by neither", async (id, _, place) => {
    const content = operation(id).requestBody!;
    await agree(id, without(content.content["application/json"].example, place), schemaOf(nameOf(content)));
  });

  // Beyond every bound of the file, and of another type.
  const wrongValues = [null, "", "x".repeat(501), "\u0000", 0.5, 9_007_199_254_740_991, -9_007_199_254_740_991, [], {}];
  it.each(removals)("%s with anything but the right kind of value in %s: taken by both or by neither", async (id, _, place) => {
    const content = operation(id).requestBody!;
    for (const value of wrongValues) {
      const body = structuredClone(content.content["application/json"].example);
      const parent = place.slice(0, -1).reduce((each, name) => (each as Schema)[name], body) as Schema;
      parent[place.at(-1)!] = value;
      await agree(id, body, schemaOf(nameOf(content)));
    }
  });

  const additions = bodies.flatMap(({ operationId, requestBody }) =>
    objectsOf(requestBody!.content["application/json"].example).map((place) => [operationId, place.join("."), place] as const),
  );
  it.each(additions)("%s with a member too many in %s: taken by both or by neither", async (id, _, place) => {
    const content = operation(id).requestBody!;
    const body = structuredClone(content.content["application/json"].example);
    const target = place.reduce((value, name) => (value as Schema)[name], body) as Schema;
    target.tooMany = "x";
    await agree(id, body, schemaOf(nameOf(content)));
  });

  const queries = operations.flatMap(({ operationId, parameters = [] }) =>
    parameters.filter((parameter) => parameter.in === "query").map((parameter) => [operationId, parameter.name] as const),
  );
  it.each(queries)("%s refuses a wrong %s by name, and a parameter that the file does not have", async (id, name) => {
    const { path, parameters = [] } = operation(id);
    const address = parameters.reduce((text, each) => text.replace(`{${each.name}}`, encodeURIComponent(each.example)), path);
    const wrong = await erp.call("GET", `${address}?${name}=%00`);
    expect(wrong).toMatchObject({ status: 400, body: { code: "invalid-request", message: expect.stringContaining(name) } });
    expect(await erp.call("GET", `${address}?tooMany=1`)).toMatchObject({ status: 400, body: { code: "invalid-request" } });
  });

  it("gives every refusal of a whole request as the file's Error, under a status that the operation has", async () => {
    for (const [id, body, path] of [
      ["putCompany", "{", undefined],
      ["putAccounts", { accounts: [] }, "/v1/companies/absent/accounts"],
      ["putPeriods", { periods: [{ id: "x", from: "2026-03-31", to: "2026-04-30", state: "open" }] }, undefined],
      ["getDocument", undefined, "/v1/documents/absent"],
      ["trialBalance", undefined, "/v1/companies/absent/trial-balance"],
    ] as const) {
      const { method, responses } = operation(id);
      const answer = path === undefined ? await send(id, body) : await erp.call(method, path, body);
      expect(Object.keys(responses).filter((status) => status !== "200")).toContain(String(answer.status));
      expect(schemaOf("Error").safeParse(answer.body).error).toBeUndefined();
    }
  });
});

/** What the file says of a body is what the service does with it; for a batch, with one of its steps. */
async function agree(id: string, body: unknown, schema: z.ZodType): Promise<void> {
  // Each step in a group of its own: a refused one must not hide those after it.
  const groups = (body as { groups?: unknown } | undefined)?.groups;
  const answer = await send(id, Array.isArray(groups) ? { ...(body as object), groups: groups.flat().map((step) => [step]) } : body);
  const refused = answer.status === 400 || (answer.body.groups ?? []).flat().some((step) => step.code === "invalid-step");
  const { success } = schema.safeParse(body);
  expect({ taken: !refused, text: refused === success ? answer.text : "" }).toEqual({ taken: success, text: "" });
  await erp.call("DELETE", "/v1/faults");
}

type Place = readonly (string | number)[];

/** The place of every member of every object, and of nothing that has a key of its own (dimensions). */
function placesOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((name) => {
    const key = Array.isArray(value) ? Number(name) : name;
    const below = placesOf((value as Schema)[name], [...place, key]);
    return Array.isArray(value) ? below : [[...place, key], ...below];
  });
}

function objectsOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.keys(value).flatMap((name) =>
    objectsOf((value as Schema)[name], [...place, Array.isArray(value) ? Number(name) : name]),
  );
  return Array.isArray(value) ? below : [place, ...below];
}

function without(value: unknown, place: Place): unknown {
  const copy = structuredClone(value);
  const parent = place.slice(0, -1).reduce((each, name) => (each as Schema)[name], copy) as Schema;
  delete parent[place.at(-1)!];
  return copy;
}
