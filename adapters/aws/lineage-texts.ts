import type { LineageItem } from "#domain/lineage";

/** An item as its row holds it: JSON without the raw body, and the raw body, so that it is removed without rewriting the rest. */
export function textsOf(item: LineageItem): { readonly body: string; readonly raw?: string } {
  if (item.type !== "document" || item.raw.inline === undefined) return { body: JSON.stringify(item) };
  const { inline, ...raw } = item.raw;
  return { body: JSON.stringify({ ...item, raw }), raw: inline };
}
