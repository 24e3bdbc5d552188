import type { ReplayedLineage } from "#functions/replay-lineage";
import { drain, type Hub, openHub } from "#hub";
import { type Command, dayOption } from "../command.ts";

const recordsPerRead = 500;

export const replay: Command = {
  name: "replay",
  summary: "Announces recorded events again and retries dead letters; on a healthy hub nothing comes of it.",
  usage: ["replay [--from DAY] [--to DAY]"],
  examples: ["replay", "replay --from 2026-11-27 --to 2026-11-27 --json"],
  argumentsMax: 0,
  options: { from: { type: "string" }, to: { type: "string" } },
  async run(input) {
    const from = dayOption(input, "from");
    const to = dayOption(input, "to");
    const hub = await openHub(input.hub);
    try {
      await drain(hub);
      const redriven = await hub.worker.redrive();
      if (redriven > 0) input.terminal.note(`${redriven} dead letters are tried again`);
      const end = await lastRecord(hub);
      const announced = await announceAgain(
        hub,
        { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
        (count) => input.terminal.progress(`announced ${count}`),
      );
      await drain(hub, { progress: ({ messages }) => input.terminal.progress(`looking again: ${messages} messages left`) });
      const outcome = { announced, ...(await countSince(hub, end)) };
      if (input.json) input.terminal.print(JSON.stringify(outcome));
      else
        input.terminal.print(
          `announced ${outcome.announced} documents again: posted ${outcome.posted}, reversed ${outcome.reversed}, new exceptions ${outcome.exceptions}`,
        );
      return 0;
    } finally {
      await hub.close();
    }
  },
};

async function lastRecord(hub: Hub): Promise<number> {
  let last = 0;
  for (;;) {
    const records = await hub.lineage.readAfter(last, recordsPerRead);
    const end = records.at(-1);
    if (end === undefined) return last;
    last = end.seq;
  }
}

/** What was recorded before this call, however many calls of the function it takes. */
async function announceAgain(
  hub: Hub,
  window: { readonly from?: string; readonly to?: string },
  progress: (count: number) => void,
): Promise<number> {
  const replayLineage = hub.handlers.get("replay-lineage") as (input: unknown) => Promise<ReplayedLineage>;
  let announced = 0;
  let after: string | undefined;
  do {
    const answer: ReplayedLineage = await replayLineage({ ...window, ...(after === undefined ? {} : { after }) });
    progress((announced += answer.announced));
    after = answer.next;
  } while (after !== undefined);
  return announced;
}

async function countSince(hub: Hub, start: number): Promise<{ posted: number; reversed: number; exceptions: number }> {
  const counts = { posted: 0, reversed: 0, exceptions: 0 };
  for (let after = start; ; ) {
    const records = await hub.lineage.readAfter(after, recordsPerRead);
    const end = records.at(-1);
    if (end === undefined) return counts;
    after = end.seq;
    for (const { item } of records) {
      if (item.type === "exception") counts.exceptions += 1;
      if (item.type !== "plan") continue;
      for (const step of item.steps) {
        if (step.kind === "post") counts.posted += 1;
        else if (step.kind === "reverse") counts.reversed += 1;
      }
    }
  }
}
