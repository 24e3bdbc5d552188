import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { Invalid } from "#domain/failures";
import type { Secrets } from "#ports/secrets";
import type { HubDatabase } from "./database.ts";

const secretsFile = z.object({
  shopify: z.record(z.string(), z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(2))).default({}),
  /** One token per shop, where its Admin API is read. */
  shopifyAccessTokens: z.optional(z.record(z.string(), z.string().check(z.minLength(1)))),
  /** What an ERP connection signs in with, by the names that its adapter asks for. */
  erps: z.optional(z.record(z.string(), z.record(z.string(), z.string().check(z.minLength(1))))),
  /** Who may call the API (api-clients.ts): kept as it is. */
  api: z.optional(z.unknown()),
});
export interface EmbeddedSecrets extends Secrets {
  /** What an ERP connection signs in with; undefined when nothing is stored for it. */
  connectionCredentials(connection: string): Promise<Readonly<Record<string, string>> | undefined>;
}

type SecretsFile = z.infer<typeof secretsFile>;

/**
 * ports/secrets over a JSON file `{"shopify": {"<shop>": ["<secret>"]}, "shopifyAccessTokens": {"<shop>": "<token>"},
 * "erps": {"<connection>": {"user": "<user>", "password": "<password>"}}}` that only its owner may read; a second secret per shop serves a rotation. A known shop without a secret is given a random one on first use; a token is
 * looked up each time, so that one that was added counts at once. `override` stands for the webhook secret of every known shop and
 * leaves the file alone. Throws Invalid when the file cannot be read.
 */
export function createSecrets(options: {
  readonly file: string;
  /** The shops that policy knows; any other shop has no secret. */
  readonly shops: readonly string[];
  readonly override?: string;
  /** Its write lock keeps two processes from making two secrets for one shop. */
  readonly database: HubDatabase;
}): EmbeddedSecrets {
  const { file, shops, override, database } = options;
  let known: SecretsFile | undefined;
  return {
    async webhookSecrets(shop) {
      if (!shops.includes(shop)) return [];
      if (override !== undefined) return [override];
      known ??= await database.write(() => completed(file, shops));
      return known.shopify[shop] ?? [];
    },
    async accessToken(shop) {
      return shops.includes(shop) ? read(file).shopifyAccessTokens?.[shop] : undefined;
    },
    async connectionCredentials(connection) {
      const { erps = {} } = read(file);
      return Object.hasOwn(erps, connection) ? erps[connection] : undefined;
    },
  };
}

/** Reads the file, adds what is missing, and writes it back whole. */
function completed(file: string, shops: readonly string[]): SecretsFile {
  const present = read(file);
  const missing = shops.filter((shop) => present.shopify[shop] === undefined);
  if (missing.length === 0) return present;
  const added = Object.fromEntries(missing.map((shop) => [shop, [randomBytes(32).toString("hex")]]));
  const complete: SecretsFile = { ...present, shopify: { ...present.shopify, ...added } };
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.partial`;
  writeFileSync(temporary, `${JSON.stringify(complete, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, file);
  return complete;
}

function read(file: string): SecretsFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { shopify: {} };
    throw error;
  }
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  try {
    return secretsFile.parse(JSON.parse(text));
  } catch {
    // The cause is left out: it may quote a secret.
    throw new Invalid(
      `${file} is not of the form {"shopify": {"<shop>": ["<secret>"]}, "shopifyAccessTokens": {"<shop>": "<token>"}, "erps": {"<connection>": {"<name>": "<value>"}}}: mend it, or remove it to have new secrets made`,
    );
  }
}
