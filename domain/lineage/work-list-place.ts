import { Invalid } from "#domain/failures";

/** Where a page of a work list ended, as the `next` that both hosts give: the last entry's order and id. */
export function workListCursor({ order, id }: { readonly order: string; readonly id: string }): string {
  return JSON.stringify([order, id]);
}

/** What `after` means. Throws Invalid for anything but a cursor. */
export function workListPlace(after: string): [order: string, id: string] {
  let place: unknown;
  try {
    place = JSON.parse(after);
  } catch (cause) {
    throw new Invalid(`"${after.slice(0, 200)}" is no place in a work list: pass the \`next\` of the page before`, { cause });
  }
  if (Array.isArray(place) && place.length === 2 && typeof place[0] === "string" && typeof place[1] === "string")
    return [place[0], place[1]];
  throw new Invalid(`"${after.slice(0, 200)}" is no place in a work list: pass the \`next\` of the page before`);
}
