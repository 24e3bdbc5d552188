import { createHandler } from "#functions/redrive-dead-letters";
import { announced, deadLettersOf, streamDeadLetters, undeliveredQueue } from "#wiring";
import { bus, clock, deadLetters, lineage, metrics, policies, references, workflows, workLists } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { redrivenDeadLettersSchema } from "./schemas/exceptions.ts";
import { task } from "./triggers/task.ts";
import { workedQueues } from "./triggers/worked-queues.ts";

const announcing = { references, workLists, bus, policies, workflows };
const redrive = createHandler({
  ...{ deadLetters, lineage, ...announcing, clock, metrics, deadLettersOf },
  queues: async () => workedQueues(Object.keys((await policies.current()).connections)),
  streamLetters: announced().map(({ name }) => streamDeadLetters(name)),
  busLetters: undeliveredQueue,
});
export const handler = task("redrive-dead-letters", redrive, { input: anyInputSchema, output: redrivenDeadLettersSchema }, metrics);
