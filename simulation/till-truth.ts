import type { SentFile } from "./file-senders.ts";

const ticketElement = /<Transaction[ >][\s\S]*?<\/Transaction>/g;
const returnElement = /<Return [\s\S]*?<\/Return>/g;

/**
 * What tills took back of web orders: pieces by item, by what the order is called, such as "#1104". Read off the files of the stores by no rule
 * of the hub; a ticket counts once, however often and under whatever name its file was sent.
 */
export function takenBackByTills(files: readonly SentFile[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const tickets = new Map<string, string>();
  for (const { drop, bytes } of files)
    if (drop === "pos")
      for (const [ticket] of new TextDecoder().decode(bytes).matchAll(ticketElement)) tickets.set(textOf(ticket, "TransactionID"), ticket);
  const takenBack = new Map<string, Map<string, number>>();
  for (const ticket of tickets.values())
    for (const [line] of ticket.matchAll(returnElement)) {
      const order = textOf(line, "TransactionID");
      if (!order.startsWith("#")) continue;
      const pieces = takenBack.get(order) ?? new Map<string, number>();
      const item = textOf(line, "ItemID");
      takenBack.set(order, pieces.set(item, (pieces.get(item) ?? 0) + Number(textOf(line, "Quantity"))));
    }
  return takenBack;
}

/** Of the first element of this name; "" where there is none. */
function textOf(xml: string, element: string): string {
  return new RegExp(`<${element}[^>]*>([^<]*)<`).exec(xml)?.[1] ?? "";
}
