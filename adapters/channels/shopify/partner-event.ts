import { Invalid } from "#domain/failures";
import type { ChannelEvent, ChannelEventContent } from "#ports/channel";
import { isJsonObject, type JsonObject, parseText } from "./body.ts";

const sourcePrefix = "aws.partner/shopify.com";
const deniedPathsMax = 10;

/**
 * One event of Shopify's partner event source on EventBridge, as EventBridge wrote it: `detail.payload` is the webhook's body, and its
 * headers stand in `detail.metadata`, in older events directly in `detail`. Above 1,000,000 bytes it is the stub that a webhook
 * would be. A payload of the Events API has no data (`null`, or `{"order": null}`) and says why when the app may not read it. Throws Invalid.
 */
export function readPartnerEvent(text: string): ChannelEvent {
  const envelope = objectIn(text);
  const { source, detail } = envelope;
  if (typeof source !== "string" || !source.startsWith(sourcePrefix))
    throw new Invalid(`its source is not ${sourcePrefix}/…: check the rule that brings it`);
  if (!isJsonObject(detail)) throw new Invalid("it has no detail: check that the rule hands on the whole event");
  const { payload, metadata } = detail;
  if (!isJsonObject(payload)) throw new Invalid("its detail has no payload: check that the rule hands on the whole event");
  return { headers: textsOf(isJsonObject(metadata) ? metadata : detail), content: contentOf(payload) };
}

function objectIn(text: string): JsonObject {
  let value: unknown;
  try {
    value = parseText(text, "raw");
  } catch (cause) {
    throw new Invalid("it is no JSON text: check that the rule hands on the whole event", { cause });
  }
  if (!isJsonObject(value)) throw new Invalid("it is JSON but no object: check that the rule hands on the whole event");
  return value;
}

function contentOf(payload: JsonObject): ChannelEventContent {
  if (isDenied(payload)) return { kind: "denied", paths: deniedPaths(payload.errors) };
  return { kind: "body", body: new TextEncoder().encode(JSON.stringify(payload)) };
}

function isDenied({ data, errors }: JsonObject): boolean {
  if (data === null) return true;
  return Array.isArray(errors) && errors.length > 0 && isJsonObject(data) && Object.values(data).every((each) => each === null);
}

/** Names of the fields that were denied, as GraphQL gives them: names of the schema, not of anybody. */
function deniedPaths(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors
    .flatMap((error: { path?: unknown }) => (Array.isArray(error?.path) ? [error.path.join(".")] : []))
    .filter((path) => /^[A-Za-z0-9_.]{1,120}$/.test(path))
    .slice(0, deniedPathsMax);
}

function textsOf(headers: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
