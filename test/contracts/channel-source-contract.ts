import { describe, expect, it, onTestFinished } from "vitest";
import { Unavailable } from "#domain/failures";
import type { ChannelSource } from "#ports/channel-source";

/** How the far side answers the next reading. */
export type SourceBehaviour =
  | "whole"
  | "absent"
  | "refused"
  | "throttled"
  | "failing"
  | "silent"
  | "cut-off"
  | "truncated"
  | "about-another"
  | "huge";

export interface ChannelSourceHouse {
  readonly source: ChannelSource;
  /** A shop with access, and one without. */
  readonly shop: string;
  readonly shopWithoutAccess: string;
  readonly resource: string;
  /** An object's id above 2^53, which a double would change. */
  readonly id: string;
  /** The bytes of the whole answer, and what its document is called. */
  readonly whole: Uint8Array;
  readonly sourceKey: string;
  /** Seconds that "throttled" asks for. */
  readonly throttledSeconds: number;
  /** Must appear in no message. */
  readonly secret: string;
  behave(behaviour: SourceBehaviour): void;
  /** Requests that have reached the far side. */
  requests(): number;
  close(): Promise<void>;
}

/** What every source of a channel promises: an answer is whole, about what was asked, and by name what it is otherwise. */
export function channelSourceContract(name: string, open: () => Promise<ChannelSourceHouse>): void {
  async function house(behaviour: SourceBehaviour) {
    const opened = await open();
    onTestFinished(() => opened.close());
    opened.behave(behaviour);
    const { source, shop, resource, id } = opened;
    return { ...opened, read: () => source.fetchResource({ shop, resource, id }) };
  }

  describe(`channel source: ${name}`, () => {
    it("gives the bytes as they came, and reads them into the document of that object", async () => {
      const { read, source, shop, resource, whole, sourceKey } = await house("whole");
      const answer = await read();
      if (answer.kind !== "found") throw new Error(`the answer is ${answer.kind}`);
      expect(Buffer.from(answer.body).equals(Buffer.from(whole))).toBe(true);
      const document = source.parseResource({ resource, shop, body: answer.body, readAt: "2026-12-05T00:00:00.000Z" });
      expect([document.source, document.shop, document.issues]).toEqual([sourceKey, shop, []]);
      expect(document.events.length).toBeGreaterThan(0);
    });

    it("gives the same answer however often it is asked", async () => {
      const { read, requests } = await house("whole");
      expect(await read()).toEqual(await read());
      expect(requests()).toBe(2);
    });

    it("says that an object is absent", async () => {
      expect(await (await house("absent")).read()).toEqual({ kind: "absent" });
    });

    it("says that its access is not accepted, and for which shop", async () => {
      const { read, shop } = await house("refused");
      expect(await read()).toEqual({ kind: "refused", reason: expect.stringContaining(shop) });
    });

    it("asks nothing for a shop without access, and says what is missing", async () => {
      const { source, shopWithoutAccess, resource, id, requests } = await house("whole");
      const answer = await source.fetchResource({ shop: shopWithoutAccess, resource, id });
      expect(answer).toEqual({ kind: "refused", reason: expect.stringContaining(shopWithoutAccess) });
      expect(requests()).toBe(0);
    });

    it.each(["evil.example/x", "EVIL.example", "", "a@evil.example"])("sends no secret to %j, which is no shop's domain", async (shop) => {
      const { source, resource, id, requests } = await house("whole");
      expect((await source.fetchResource({ shop, resource, id })).kind).toBe("refused");
      expect(requests()).toBe(0);
    });

    it.each(["../shop", "1/2", "", "1?x=1"])("reads nothing for %j, which is no id", async (id) => {
      const { source, shop, resource, requests } = await house("whole");
      expect((await source.fetchResource({ shop, resource, id })).kind).toBe("refused");
      expect(requests()).toBe(0);
    });

    it("passes on how long the far side wants to be left alone", async () => {
      const { read, throttledSeconds } = await house("throttled");
      expect(await read()).toEqual({ kind: "wait", seconds: throttledSeconds });
    });

    it.each(["failing", "silent", "cut-off", "truncated", "about-another"] as const)("takes a %s answer for none", async (behaviour) => {
      const { read } = await house(behaviour);
      await expect(read()).rejects.toBeInstanceOf(Unavailable);
    });

    it("does not read an answer without end", async () => {
      const answer = await (await house("huge")).read();
      expect(answer).toEqual({ kind: "too-large", bytes: expect.any(Number) });
    });

    it.each(["refused", "failing", "silent", "cut-off", "truncated", "about-another"] as const)(
      "says no secret and nothing of the answer when it is %s",
      async (behaviour) => {
        const { read, secret } = await house(behaviour);
        const said = await read().then(
          (answer) => JSON.stringify(answer),
          (error: Error) => `${error.message} ${error.stack} ${String(error.cause)}`,
        );
        expect(said).not.toContain(secret);
        expect(said).not.toContain("ada.quill@example.com");
      },
    );

    it("refuses to read what is no answer of this source", async () => {
      const { source, shop, resource } = await house("whole");
      for (const text of ["[]", "{}", '{"data":null}', "no json"]) {
        const body = new TextEncoder().encode(text);
        expect(() => source.parseResource({ resource, shop, body, readAt: "2026-12-05T00:00:00.000Z" })).toThrow(
          expect.objectContaining({ name: "Invalid" }),
        );
      }
    });
  });
}
