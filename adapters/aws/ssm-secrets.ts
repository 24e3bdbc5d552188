import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Secrets } from "#ports/secrets";
import type { AwsApi, JsonOperation } from "./aws-api.ts";
import { AwsFailure } from "./aws-failure.ts";
import { createParameterFolder, jsonIn, notRead } from "./parameter-folder.ts";

export interface AwsSecrets extends Secrets {
  /** What an ERP connection signs in with, by the names that its adapter asks for; undefined when nothing is stored for it. */
  connectionCredentials(connection: string): Promise<Readonly<Record<string, string>> | undefined>;
}

const getParameter: JsonOperation = { service: "ssm", target: "AmazonSSM.GetParameter", jsonVersion: "1.1" };

const cacheSeconds = 300;
/** What is not there yet is looked for again, at most this often. */
const unknownSeconds = 30;
const credentialsMax = 100;

const shopDomain = /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/;
const connectionName = /^[a-z0-9][a-z0-9-]{0,62}$/;

const secretList = z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(2));
const credentialRecord = z.record(z.string(), z.string());

/**
 * ports/secrets over SSM SecureString parameters: `<prefix>/shops/<shop>/webhook-secrets` holds one secret, or two during a rotation, as a
 * JSON array or one per line; `<prefix>/connections/<connection>/credentials` a JSON object of text, and so does
 * `<prefix>/sources/<shop>/credentials`, with the shop's "accessToken". Everything below `<prefix>/shops` is
 * read at once (parameter-folder.ts), so only webhook secrets belong there. No failure repeats a value.
 */
export function createSsmSecrets(options: { readonly api: AwsApi; readonly clock: Clock; readonly prefix: string }): AwsSecrets {
  const { api, clock, prefix } = options;
  const shopsPath = `${prefix}/shops`;
  const now = () => Date.parse(clock.now());
  const shops = createParameterFolder({ api, clock, path: shopsPath, nameOf: shopOf, parse: secretsIn });
  const credentials = new Map<string, { readonly record: Readonly<Record<string, string>> | undefined; readonly readAt: number }>();

  return {
    async webhookSecrets(shop) {
      if (!shopDomain.test(shop)) return [];
      const found = await shops.find(shop);
      // Not Invalid, which is for what the sender can mend: Shopify delivers again, and finds the parameter mended.
      if (found === "unreadable") throw new Unavailable(`${parameterOf(shop)} holds no list of one or two secrets: write it again`);
      return found ?? [];
    },

    async connectionCredentials(connection) {
      if (!connectionName.test(connection)) throw new Invalid(`"${connection.slice(0, 80)}" is no name of an ERP connection`);
      return credentialsAt(`${prefix}/connections/${connection}/credentials`);
    },

    async accessToken(shop) {
      if (!shopDomain.test(shop)) return undefined;
      const name = `${prefix}/sources/${shop}/credentials`;
      const record = await credentialsAt(name);
      if (record !== undefined && record.accessToken === undefined) throw new Invalid(`${name} holds no "accessToken": write it again`);
      return record?.accessToken;
    },
  };

  async function credentialsAt(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    const known = credentials.get(name);
    const keepSeconds = known?.record === undefined ? unknownSeconds : cacheSeconds;
    if (known !== undefined && now() - known.readAt < keepSeconds * 1_000) return known.record;
    const record = await readCredentials(name);
    if (credentials.size >= credentialsMax) credentials.clear();
    credentials.set(name, { record, readAt: now() });
    return record;
  }

  function parameterOf(shop: string): string {
    return `${shopsPath}/${shop}/webhook-secrets`;
  }

  async function readCredentials(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    let answer: { readonly Parameter?: { readonly Value?: string } };
    try {
      answer = (await api.call(getParameter, { Name: name, WithDecryption: true })) as typeof answer;
    } catch (error) {
      if (error instanceof AwsFailure && error.code === "ParameterNotFound") return undefined;
      throw notRead(name, error);
    }
    const record = credentialRecord.safeParse(jsonIn(answer.Parameter?.Value));
    if (!record.success) throw new Invalid(`${name} holds no JSON object of text: write it again`);
    return record.data;
  }
}

/** "maple.myshopify.com/webhook-secrets" is maple's. */
function shopOf(below: string): string | undefined {
  const [shop, leaf, ...rest] = below.split("/");
  return leaf === "webhook-secrets" && rest.length === 0 ? shop : undefined;
}

/** A JSON array, or one secret per line. */
function secretsIn(value: string | undefined): readonly string[] | undefined {
  const text = value?.trim() ?? "";
  const list = text.startsWith("[") ? jsonIn(text) : text.split(/\s*\n\s*/);
  const parsed = secretList.safeParse(list);
  return parsed.success ? parsed.data : undefined;
}
