import { expect } from "vitest";
import type { LocalAws } from "./local-aws.ts";

/** Works as AWS would until neither stream, bus nor queue brings anything; answers the batches that were dispatched. */
export async function settleOn(host: LocalAws): Promise<number> {
  let dispatched = 0;
  for (let round = 0; round < 20; round += 1) {
    const records = await host.newRecords();
    if (records.length > 0) expect(await host.announce(records)).toEqual({ batchItemFailures: [] });
    const { routed, sent } = host.newMessages();
    const messages = [...routed, ...sent];
    if (records.length === 0 && messages.length === 0) return dispatched;
    for (const queue of new Set(messages.map((message) => message.queue))) {
      const bodies = messages.filter((message) => message.queue === queue).map(({ body }) => body);
      const answer = await host.dispatch(queue, bodies);
      expect([answer, host.functions.get("dispatch-postings")?.log()]).toEqual([{ batchItemFailures: [] }, expect.any(String)]);
      dispatched += 1;
    }
  }
  throw new Error("what was sent did not come to rest");
}
