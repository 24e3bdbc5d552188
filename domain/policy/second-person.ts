import { Invalid } from "#domain/failures";

const nameCharactersMax = 200;

/**
 * Four eyes: the second person who approved what a first one puts in force, `what` such as "release"; undefined where nobody is named. Throws Invalid
 * where one is asked for and missing, or is the first one again: names are compared as people write them.
 */
export function approvalOf(
  { actor, approvedBy }: { readonly actor: string; readonly approvedBy?: string | undefined },
  what: string,
  isAskedFor: boolean,
): string | undefined {
  if (approvedBy === undefined) {
    if (isAskedFor) throw new Invalid(`a second person is asked for: name in approvedBy who approved the ${what}`);
    return undefined;
  }
  if (typeof approvedBy !== "string" || approvedBy.trim() === "" || approvedBy.length > nameCharactersMax)
    throw new Invalid(`approvedBy takes a name of 1 to ${nameCharactersMax} characters`);
  if (asCompared(approvedBy) === asCompared(actor)) throw new Invalid(`${actor} makes this ${what}, so somebody else approves it`);
  return approvedBy;
}

function asCompared(name: string): string {
  return name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();
}
