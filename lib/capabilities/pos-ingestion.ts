import { Construct } from "constructs";
import { doors, drops, pascalCase } from "#wiring";
import { Door } from "../parts/door.ts";
import { Machine } from "../parts/machine.ts";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import { machineWiring, type Platform } from "../platform.ts";

/** Takes in what senders drop: a file that appears in a folder of wiring/ starts the folder's machine, once. */
export class PosIngestion extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { platform, recordException }: { readonly platform: Platform; readonly recordException: ThroughlineFunction },
  ) {
    super(scope, id);
    const built = new Map([[recordException.wiring.name, recordException]]);
    for (const name of new Set(drops.flatMap(({ machine, archives }) => (archives === undefined ? [machine] : [machine, archives])))) {
      const functions = machineWiring(name).functions.map((step) => {
        const known = built.get(step) ?? new ThroughlineFunction(this, pascalCase(step), { platform, name: step });
        built.set(step, known);
        return known;
      });
      new Machine(this, pascalCase(name), { platform, name, functions });
    }
    for (const wiring of doors.filter(({ from }) => from === "drops"))
      new Door(this, `Door-${wiring.name}`, {
        platform,
        wiring,
        pattern: {
          source: ["aws.s3"],
          detailType: ["Object Created"],
          detail: {
            bucket: { name: [platform.reach.drops.bucketName] },
            object: { key: drops.map(({ folder }) => ({ prefix: `${folder}/` })) },
          },
        },
        description: "Files that appear in the drop folders",
      });
  }
}
