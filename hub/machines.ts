import { readFileSync } from "node:fs";
import { join } from "node:path";
import { functionSubstitutions, type Machine, parseMachine } from "#asl";
import { functions, machines } from "#wiring";
import { embeddedActions } from "./workflow-integrations.ts";

const folder = join(import.meta.dirname, "..", "state-machines");

/** The machines of wiring/, parsed from the same files that AWS runs. Throws InvalidMachine. */
export function loadMachines(): ReadonlyMap<string, Machine> {
  const substitutions = functionSubstitutions(functions.map(({ name }) => name));
  return new Map(
    machines.map(({ name, type }) => {
      const text = readFileSync(join(folder, `${name}.asl.json`), "utf8");
      return [name, parseMachine(text, { name, type, actions: embeddedActions, substitutions })];
    }),
  );
}
