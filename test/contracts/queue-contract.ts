import { describe, expect, it } from "vitest";
import type { Queue, QueueMessage } from "#ports/queue";

export interface OpenQueue {
  readonly queue: Queue;
  /** The bodies that came to a queue, in any order, once there are `count` of them or none has come for a while. */
  received(queue: string, count: number): Promise<readonly unknown[]>;
}

function message(body: unknown, group = "maple.example", delaySeconds = 0): QueueMessage {
  return { body, group, delaySeconds };
}

/** What every adapter of ports/queue keeps. `open` gives the queues "postings" and "stock", empty. */
export function queueContract(name: string, open: () => Promise<OpenQueue>): void {
  describe(`queue contract: ${name}`, () => {
    it("delivers a message as it was sent, to its queue alone", async () => {
      const { queue, received } = await open();
      const body = { transactions: ["sale:1"], text: 'É "quoted"\n\u0001 \ud83d\ude00 \uffff' };
      expect(await queue.send("postings", [message(body)])).toEqual(["accepted"]);
      expect(await received("postings", 1)).toEqual([body]);
      expect(await received("stock", 1)).toEqual([]);
    });

    it("takes more messages than the host takes in a call, and answers each", async () => {
      const { queue, received } = await open();
      const bodies = Array.from({ length: 23 }, (_, index) => `message ${String(index).padStart(2, "0")}`);
      expect(
        await queue.send(
          "postings",
          bodies.map((body) => message(body)),
        ),
      ).toEqual(bodies.map(() => "accepted"));
      expect([...(await received("postings", 23))].sort()).toEqual(bodies);
      expect(await queue.send("postings", [])).toEqual([]);
    });

    it("takes messages that together are larger than a call", async () => {
      const { queue, received } = await open();
      const bodies = ["a", "b", "c"].map((letter) => letter.repeat(600_000));
      expect(
        await queue.send(
          "stock",
          bodies.map((body) => message(body)),
        ),
      ).toEqual(["accepted", "accepted", "accepted"]);
      expect([...(await received("stock", 3))].sort()).toEqual(bodies);
    });

    it("takes any group: shop domains, every shop, store names in any script, 128 characters", async () => {
      const { queue, received } = await open();
      const groups = ["maple.example", "*", "Größe 1 / Zürich", "店舗", "g".repeat(128)];
      const sent = await queue.send(
        "postings",
        groups.map((group) => message(group, group)),
      );
      expect(sent).toEqual(groups.map(() => "accepted"));
      expect([...(await received("postings", 5))].sort()).toEqual([...groups].sort());
    });

    it("keeps a delayed message back", async () => {
      const { queue, received } = await open();
      await queue.send("postings", [message("late", "maple.example", 900), message("now")]);
      expect(await received("postings", 2)).toEqual(["now"]);
    });

    it.each([-1, 901, 1.5, Number.NaN])("refuses a delay of %s seconds", async (delay) => {
      const { queue } = await open();
      await expect(queue.send("postings", [message("x", "maple.example", delay)])).rejects.toThrow(
        "a delay is a whole number of seconds from 0 to 900",
      );
    });

    it("refuses a group without a name or with a longer one, and a body that is too large to point at anything", async () => {
      const { queue } = await open();
      await expect(queue.send("postings", [message("x", "")])).rejects.toThrow("a group of 0 characters");
      await expect(queue.send("postings", [message("x", "g".repeat(129))])).rejects.toThrow("a group of 129 characters");
      await expect(queue.send("postings", [message("x".repeat(1_048_576))])).rejects.toThrow("no JSON body of at most 1048576 bytes");
      await expect(queue.send("postings", [message(undefined)])).rejects.toThrow("no JSON body");
    });
  });
}
