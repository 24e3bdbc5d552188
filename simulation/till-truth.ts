import type { SentFile } from "./file-senders.ts";

const ticketElement = /<Transaction[ >][\s\S]*?<\/Transaction>/g;
const returnElement = /<Return [\s\S]*?<\/Return>/g;

/** The ticket that a post-void names: its register, number and day. */
const voidedLink =
  /<TransactionLink ReasonCode="Voided"><WorkstationID>(\d+)<\/WorkstationID><SequenceNumber>(\d+)<\/SequenceNumber><BusinessDayDate>([\d-]+)</;

/**
 * What tills took back of web orders: pieces by item, by what the order is called, such as "#1104". Read off the files of the stores by no rule
 * of the hub; a ticket counts once, however often and under whatever name its file was sent, and neither it nor its post-void where it was voided.
 */
export function takenBackByTills(files: readonly SentFile[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const tickets = new Map<string, string>();
  for (const { drop, bytes } of files)
    if (drop === "pos")
      for (const [ticket] of new TextDecoder().decode(bytes).matchAll(ticketElement)) tickets.set(textOf(ticket, "TransactionID"), ticket);
  for (const [id, ticket] of [...tickets]) {
    const [, register = "", number = "", day = ""] = voidedLink.exec(ticket) ?? [];
    if (number === "") continue;
    tickets.delete(id);
    tickets.delete(`${textOf(ticket, "UnitID")}-${register}-${number.padStart(4, "0")}-${day.replaceAll("-", "")}`);
  }
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
