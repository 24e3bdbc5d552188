import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Secrets } from "#ports/secrets";
import type { AwsApi, JsonOperation } from "./aws-api.ts";
import { AwsFailure } from "./aws-failure.ts";

export interface AwsSecrets extends Secrets {
  /** What an ERP connection signs in with, by the names that its adapter asks for; undefined when nothing is stored for it. */
  connectionCredentials(connection: string): Promise<Readonly<Record<string, string>> | undefined>;
}

const getParametersByPath: JsonOperation = { service: "ssm", target: "AmazonSSM.GetParametersByPath", jsonVersion: "1.1" };
const getParameter: JsonOperation = { service: "ssm", target: "AmazonSSM.GetParameter", jsonVersion: "1.1" };

const cacheSeconds = 300;
/** What is not there yet is looked for again, at most this often whatever names a stranger invents. */
const unknownSeconds = 30;
/** After a failed reading, what is in hand goes on serving for this long, … */
const staleSecondsMax = 3_600;
/** … and the next reading waits for this long. */
const retrySeconds = 10;
const pageParametersMax = 10;
const pagesMax = 50;
const credentialsMax = 100;

const shopDomain = /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/;
const connectionName = /^[a-z0-9][a-z0-9-]{0,62}$/;

const secretList = z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(2));
const credentialRecord = z.record(z.string(), z.string());

interface Shops {
  readonly secrets: ReadonlyMap<string, readonly string[] | "unreadable">;
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

/**
 * ports/secrets over SSM SecureString parameters: `<prefix>/shops/<shop>/webhook-secrets` holds one secret, or two during a rotation, as a
 * JSON array or one per line; `<prefix>/connections/<connection>/credentials` a JSON object of text, and so does
 * `<prefix>/sources/<shop>/credentials`, with the shop's "accessToken". Everything below `<prefix>/shops` is
 * read at once and kept for five minutes: a stranger who invents shops costs no request each, and cannot use up the account's share of
 * requests. So only webhook secrets belong there. No failure repeats a value.
 */
export function createSsmSecrets(options: { readonly api: AwsApi; readonly clock: Clock; readonly prefix: string }): AwsSecrets {
  const { api, clock, prefix } = options;
  const shopsPath = `${prefix}/shops`;
  const now = () => Date.parse(clock.now());
  let shops: Shops | undefined;
  let reading: Promise<Shops> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  const credentials = new Map<string, { readonly record: Readonly<Record<string, string>> | undefined; readonly readAt: number }>();

  return {
    async webhookSecrets(shop) {
      if (!shopDomain.test(shop)) return [];
      const read = await shopsFor(shop);
      const found = read.secrets.get(shop);
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

  async function shopsFor(shop: string): Promise<Shops> {
    const known = shops;
    const age = known === undefined ? Number.POSITIVE_INFINITY : now() - known.readAt;
    const fresh = age < (known?.secrets.has(shop) ? cacheSeconds : unknownSeconds) * 1_000;
    if (known !== undefined && (fresh || now() - failedAt < retrySeconds * 1_000)) return known;
    try {
      reading ??= readShops();
      shops = await reading;
      return shops;
    } catch (error) {
      failedAt = now();
      if (known !== undefined && age < staleSecondsMax * 1_000) return known;
      throw error;
    } finally {
      reading = undefined;
    }
  }

  async function readShops(): Promise<Shops> {
    const secrets = new Map<string, readonly string[] | "unreadable">();
    let next: string | undefined;
    for (let page = 0; page < pagesMax; page++) {
      const answer = await askForPage(next);
      for (const { Name, Value } of answer.Parameters ?? []) {
        const shop = shopOf(Name);
        if (shop !== undefined) secrets.set(shop, secretsIn(Value) ?? unreadable(Name));
      }
      next = answer.NextToken;
      if (next === undefined || next === "") return { secrets, readAt: now() };
    }
    throw new Unavailable(
      `below ${shopsPath} lie more than ${pagesMax * pageParametersMax} parameters: remove those of shops that are gone`,
    );
  }

  async function askForPage(NextToken: string | undefined): Promise<ParametersPage> {
    const input = { Path: shopsPath, Recursive: true, WithDecryption: true, MaxResults: pageParametersMax };
    try {
      return (await api.call(getParametersByPath, NextToken === undefined ? input : { ...input, NextToken })) as ParametersPage;
    } catch (error) {
      throw notRead(shopsPath, error);
    }
  }

  function shopOf(name: string | undefined): string | undefined {
    const [shop, leaf, ...rest] = name?.startsWith(`${shopsPath}/`) ? name.slice(shopsPath.length + 1).split("/") : [];
    return leaf === "webhook-secrets" && rest.length === 0 ? shop : undefined;
  }

  function unreadable(name: string | undefined): "unreadable" {
    api.report(new AwsFailure(getParametersByPath.target, `UnreadableParameter ${name}`, "not-applied"));
    return "unreadable";
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

interface ParametersPage {
  readonly Parameters?: readonly { readonly Name?: string; readonly Value?: string }[];
  readonly NextToken?: string;
}

function notRead(what: string, cause: unknown): Unavailable {
  return new Unavailable(`${what} could not be read (${cause instanceof Error ? cause.message : String(cause)}): ask again`, { cause });
}

/** A JSON array, or one secret per line. */
function secretsIn(value: string | undefined): readonly string[] | undefined {
  const text = value?.trim() ?? "";
  const list = text.startsWith("[") ? jsonIn(text) : text.split(/\s*\n\s*/);
  const parsed = secretList.safeParse(list);
  return parsed.success ? parsed.data : undefined;
}

/** Undefined for what is no JSON: the parser's own message would quote it. */
function jsonIn(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
