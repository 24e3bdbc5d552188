import { writeFileSync } from "node:fs";
import type { AnsweredPrivacyRequest } from "#functions/answer-privacy-requests";
import { type Hub, openHub } from "#hub";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";

export const privacy: Command = {
  name: "privacy",
  summary: "Answers what a channel asks in the name of its customers: erases raw bodies, or writes what is held to a file.",
  usage: ["privacy erase [REQUEST]", "privacy export REQUEST --out FILE"],
  examples: [
    "privacy erase   # every request to erase that is open; start does so each hour",
    "privacy erase privacy:shopify:fernwick-vale.myshopify.com:7",
    "privacy export privacy:shopify:fernwick-vale.myshopify.com:9 --out request-9.json",
  ],
  argumentsMax: 2,
  options: { out: { type: "string" } },
  async run(input) {
    const [action, request] = input.arguments;
    if (action !== "erase" && action !== "export") throw new UsageError(`privacy has erase, export, not ${JSON.stringify(action ?? "")}`);
    if (request?.startsWith("privacy:") === false)
      throw new UsageError(
        "a request is named by its transaction, privacy:<channel>:<shop>:<id>: exceptions list --class privacy.request shows it",
      );
    const file = textOption(input, "out");
    if (action === "export" && (request === undefined || file === undefined))
      throw new UsageError("privacy export takes a REQUEST and --out FILE");
    if (action === "erase" && file !== undefined) throw new UsageError("--out is of privacy export");
    const hub = await openHub(input.hub);
    try {
      const answer = hub.handlers.get("answer-privacy-requests") as (
        asked: unknown,
      ) => Promise<{ readonly answered: readonly AnsweredPrivacyRequest[] }>;
      const { answered } = await answer(request === undefined ? {} : { transaction: request });
      return await told(hub, input, answered, file);
    } finally {
      await hub.close();
    }
  },
};

async function told(hub: Hub, input: CommandInput, answered: readonly AnsweredPrivacyRequest[], file: string | undefined): Promise<number> {
  for (const each of answered) if (each.outcome === "exported" && file !== undefined) await moveOut(hub, each.address, file);
  if (input.json) input.terminal.print(JSON.stringify(answered));
  else if (answered.length === 0) input.terminal.print("No request to erase is open that was not answered.");
  else for (const each of answered) input.terminal.print(inWords(each, file));
  return answered.some(({ outcome }) => outcome === "unknown") ? 1 : 0;
}

/** The hub keeps no second copy: the file is the answer. */
async function moveOut(hub: Hub, address: string, file: string): Promise<void> {
  const bytes = await hub.documents.get(address);
  try {
    writeFileSync(file, bytes ?? new Uint8Array(), { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
  } finally {
    await hub.documents.remove(address);
  }
}

function inWords(answer: AnsweredPrivacyRequest, file: string | undefined): string {
  switch (answer.outcome) {
    case "erased":
      return `${answer.transaction}: ${answer.bodies} raw bodies are gone; what the ERP and other systems hold is for you to erase`;
    case "exported":
      return `${answer.transaction}: ${answer.documents} documents are in ${file ?? answer.address}, which holds personal data: delete it when it is sent`;
    case "unknown":
      return `${answer.transaction}: there is no such request, or it asks for nothing of this kind`;
  }
}
