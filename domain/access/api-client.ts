import * as z from "zod/mini";
import { sha256Hex } from "#domain/canonical";

const apiPermissions = ["read", "write-events", "authorize-returns", "place-purchase-orders"] as const;
export type ApiPermission = (typeof apiPermissions)[number];

export const apiClientName = /^[a-z0-9][a-z0-9-]{0,62}$/;
const secretCharacters = /^[A-Za-z0-9._~+/=-]{32,256}$/;

/** A caller of the hub's API as it is registered beside its secrets: one, or two during a rotation. */
export const apiClientSchema = z.strictObject({
  secrets: z.array(z.string().check(z.regex(secretCharacters))).check(z.minLength(1), z.maxLength(2)),
  may: z.array(z.enum(apiPermissions)).check(z.minLength(1)),
  /** Whose documents it may write, and where it may authorise returns: a channel's name, and the shops or stores of it. */
  channels: z.optional(z.array(z.strictObject({ channel: z.string(), places: z.array(z.string()) }))),
  /** Whose purchase orders it may place. */
  entities: z.optional(z.array(z.string())),
});

export type ApiClient = z.infer<typeof apiClientSchema>;

/** The client and the secret of an `Authorization: Bearer <client>.<secret>`; undefined for anything else. */
export function bearerCredentials(authorization: string | undefined): { readonly client: string; readonly secret: string } | undefined {
  const [, client = "", secret = ""] = /^Bearer +([^. ]+)\.([^ ]+)$/i.exec(authorization ?? "") ?? [];
  return apiClientName.test(client) && secretCharacters.test(secret) ? { client, secret } : undefined;
}

/**
 * Whether the secret is one of the client's. Hashes are compared, each to its end and every one of them, and an unknown client costs the
 * same comparison: the time tells a stranger nothing.
 */
export function secretFits(client: ApiClient | undefined, secret: string): client is ApiClient {
  const given = sha256Hex(new TextEncoder().encode(secret));
  let fits = false;
  for (const known of client?.secrets ?? ["nobody's"]) {
    if (sameDigest(sha256Hex(new TextEncoder().encode(known)), given)) fits = true;
  }
  return client !== undefined && fits;
}

function sameDigest(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

/** Whether a client is registered to order for this entity. */
export function mayOrderFor(client: ApiClient, entity: string): boolean {
  return (client.entities ?? []).includes(entity);
}

/** Whether a client is registered for this shop or store. */
export function mayWrite(client: ApiClient, channel: string, place: string): boolean {
  return (client.channels ?? []).some((each) => each.channel === channel && each.places.includes(place));
}
