import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { PolicyContent } from "#domain/policy";
import { lookForSecrets } from "#lib";
import { neededSecrets } from "../../lib/secrets/needed-secrets.ts";

const shops = { "example.myshopify.com": { channel: "shopify" }, "market-1": { channel: "market" } } as unknown as PolicyContent["shops"];
const connections = { "erp-us": { adapter: "netsuite" }, "erp-ca": { adapter: "sandbox" } } as unknown as PolicyContent["connections"];
const settings = { stage: "prod" };
const needed = neededSecrets({ shops, connections }, settings);
const where = { settings, needed, account: "123456789012", region: "eu-west-1" };
const webhooks = "/throughline/prod/shops/example.myshopify.com/webhook-secrets";
const credentials = "/throughline/prod/connections/erp-us/credentials";

afterEach(() => vi.unstubAllEnvs());

/** Systems Manager with these parameters, one per page; answers what it was asked. */
async function systemsManager(names: readonly string[], status = 200): Promise<unknown[]> {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += part;
    });
    request.on("end", () => {
      const body = JSON.parse(text);
      asked.push([request.headers["x-amz-target"], body.ParameterFilters]);
      const at = Number(body.NextToken ?? 0);
      const next = at + 1 < names.length ? { NextToken: String(at + 1) } : {};
      const answer =
        status === 200
          ? { Parameters: names.slice(at, at + 1).map((Name) => ({ Name })), ...next }
          : { __type: "AccessDeniedException", message: "not allowed" };
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  return asked;
}

test("a stage needs the webhook secret of each Shopify shop and the credentials of each ERP but the sandbox", () => {
  expect(needed.map(({ parameter }) => parameter)).toEqual([credentials, webhooks]);
});

describe("a deploy", () => {
  test("goes on when every secret is there, whatever else is, and asks for names below the stage's path alone", async () => {
    const asked = await systemsManager([webhooks, "/throughline/prod/api-clients/planning", credentials]);
    expect(await lookForSecrets(where)).toBeUndefined();
    const filter = [{ Key: "Path", Option: "Recursive", Values: ["/throughline/prod"] }];
    expect(asked).toEqual(Array.from({ length: 3 }, () => ["AmazonSSM.DescribeParameters", filter]));
  });

  test("is refused for a missing secret, with who needs it and the command that puts it", async () => {
    await systemsManager([webhooks]);
    await expect(lookForSecrets(where)).rejects.toThrow(
      [
        "a secret is missing in the account 123456789012, eu-west-1, for the stage prod:",
        "/throughline/prod/connections/erp-us/credentials: the ERP connection erp-us (netsuite) signs in with it; docs/erp-adapters.md lists the keys",
        "  aws ssm put-parameter --region eu-west-1 --type SecureString --name /throughline/prod/connections/erp-us/credentials --value '{…}'",
        "Put them and deploy again; -c secrets=unchecked deploys without them, and what needs them waits or is refused.",
      ].join("\n"),
    );
  });

  test("names all that are missing at once", async () => {
    await systemsManager([]);
    await expect(lookForSecrets({ ...where, secrets: "required" })).rejects.toThrow(
      "2 secrets are missing in the account 123456789012, eu-west-1, for the stage prod:",
    );
  });

  test("is refused when nobody may look, with what to allow", async () => {
    await systemsManager([], 400);
    await expect(lookForSecrets(where)).rejects.toThrow(
      "nobody could look whether the secrets below /throughline/prod are there (AccessDeniedException: not allowed): allow ssm:DescribeParameters to whoever deploys, or deploy with -c secrets=unchecked",
    );
  });

  test("that says so does not look", async () => {
    const asked = await systemsManager([]);
    expect(await lookForSecrets({ ...where, secrets: "unchecked" })).toBe(
      "nobody looked whether the secrets are there: -c secrets=unchecked",
    );
    expect(asked).toEqual([]);
  });
});

describe("without credentials a synthesis", () => {
  const nowhere = { settings, needed };

  test("warns", async () => {
    expect(await lookForSecrets(nowhere)).toContain("as there are no credentials");
  });

  test("is refused where the look is required, and for a word that means nothing", async () => {
    await expect(lookForSecrets({ ...nowhere, secrets: "required" })).rejects.toThrow(
      "there are no credentials to look with: set AWS_PROFILE",
    );
    await expect(lookForSecrets({ ...nowhere, secrets: "yes" })).rejects.toThrow(
      'the context secrets is "yes": set it to -c secrets=unchecked or -c secrets=required, or leave it out',
    );
  });
});
