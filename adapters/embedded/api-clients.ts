import { chmodSync, readFileSync, statSync } from "node:fs";
import * as z from "zod";
import { apiClientSchema } from "#domain/access";
import { Invalid } from "#domain/failures";
import type { ApiClients } from "#ports/api-clients";

const clientsOfFile = z.object({ api: z.optional(z.record(z.string(), apiClientSchema)) });
type Registered = NonNullable<z.infer<typeof clientsOfFile>["api"]>;

/**
 * ports/api-clients over the member "api" of the secrets file (adapters/embedded/secrets.ts):
 * `{"api": {"<client>": {"secrets": ["<secret>"], "may": ["read", "write-events"], "channels": [{"channel": "pos", "places": ["0101"]}]}}}`.
 * A change of the file counts at once. Throws Invalid, without a word of the content, when the file cannot be read.
 */
export function createApiClients({ file }: { readonly file: string }): ApiClients {
  let known: { readonly stamp: string; readonly clients: Registered } | undefined;
  return {
    async find(client) {
      const stamp = stampOf(file);
      if (stamp === undefined) return undefined;
      if (known?.stamp !== stamp) known = { stamp, clients: read(file) };
      return Object.hasOwn(known.clients, client) ? known.clients[client] : undefined;
    },
  };
}

/** Undefined while there is no file. */
function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? undefined : `${stat.mtimeNs} ${stat.size} ${stat.ino}`;
}

function read(file: string): Registered {
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  try {
    return clientsOfFile.parse(JSON.parse(readFileSync(file, "utf8"))).api ?? {};
  } catch {
    // The cause is left out: it may quote a secret.
    throw new Invalid(
      `the member "api" of ${file} is not of the form {"<client>": {"secrets": ["<32 to 256 characters>"], "may": ["read", "write-events"], "channels": [{"channel": "pos", "places": ["0101"]}]}}: mend it`,
    );
  }
}
