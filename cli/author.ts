import { type CommandInput, textOption, UsageError } from "./command.ts";

const actorCharactersMax = 100;
const reasonCharactersMax = 500;

/** The options of a command that somebody answers for. */
export const authorOptions = { actor: { type: "string" }, reason: { type: "string" } } as const;

/** Who does something, and why: both are kept. UsageError when either is missing, empty or too long. */
export function authorOf(input: CommandInput, command: string): { readonly actor: string; readonly reason: string } {
  const actor = textOption(input, "actor")?.trim() ?? "";
  const reason = textOption(input, "reason")?.trim() ?? "";
  if (actor === "" || reason === "") throw new UsageError(`${command} needs --actor NAME and --reason TEXT: who does it and why is kept`);
  if (actor.length > actorCharactersMax) throw new UsageError(`--actor takes at most ${actorCharactersMax} characters`);
  if (reason.length > reasonCharactersMax) throw new UsageError(`--reason takes at most ${reasonCharactersMax} characters`);
  return { actor, reason };
}
