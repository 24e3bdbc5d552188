import { type CommandInput, textOption, UsageError } from "./command.ts";

const actorCharactersMax = 100;
const reasonCharactersMax = 500;

/** The options of a command that somebody answers for. */
export const authorOptions = { actor: { type: "string" }, reason: { type: "string" } } as const;

/** Of what may ask for a second person. */
export const approvedByOption = { "approved-by": { type: "string" } } as const;

/** Of what is approved as it was looked at. */
export const seenOption = { seen: { type: "string" } } as const;

/** Whoever approved it, where somebody is named. */
export function approvedByOf(input: CommandInput): { readonly approvedBy?: string } {
  const approvedBy = textOption(input, "approved-by")?.trim();
  if (approvedBy === undefined) return {};
  if (approvedBy === "" || approvedBy.length > actorCharactersMax)
    throw new UsageError(`--approved-by takes a name of at most ${actorCharactersMax} characters`);
  return { approvedBy };
}

/** What whoever approved it looked at, as policy diff showed it. */
export function seenOf(input: CommandInput): { readonly seen?: string } {
  const seen = textOption(input, "seen")?.trim();
  return seen === undefined ? {} : { seen };
}

/** Who does something, and why: both are kept. UsageError when either is missing, empty or too long. */
export function authorOf(input: CommandInput, command: string): { readonly actor: string; readonly reason: string } {
  const actor = textOption(input, "actor")?.trim() ?? "";
  const reason = textOption(input, "reason")?.trim() ?? "";
  if (actor === "" || reason === "") throw new UsageError(`${command} needs --actor NAME and --reason TEXT: who does it and why is kept`);
  if (actor.length > actorCharactersMax) throw new UsageError(`--actor takes at most ${actorCharactersMax} characters`);
  if (reason.length > reasonCharactersMax) throw new UsageError(`--reason takes at most ${reasonCharactersMax} characters`);
  return { actor, reason };
}
