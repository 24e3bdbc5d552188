import { describe, expect, it } from "vitest";
import type { TaskCallbacks } from "#ports/task-callbacks";

/** A host in which tasks wait for callbacks. */
export interface CallbackSubject {
  readonly callbacks: TaskCallbacks;
  /** Opens a task that waits, and answers its token. */
  openTask(): Promise<string>;
  /** Lets the task run out of time. */
  timeOut(token: string): Promise<void>;
  /** What the task's waiting state was answered: its output, its error, or undefined while it waits. */
  answerOf(token: string): Promise<unknown>;
}

/** What every adapter of TaskCallbacks in ports/workflows keeps. */
export function taskCallbacksContract(name: string, open: () => Promise<CallbackSubject>): void {
  describe(`callbacks of ${name}`, () => {
    it("completes a task with an output, once: what comes after is too late and changes nothing", async () => {
      const { callbacks, openTask, answerOf } = await open();
      const token = await openTask();
      expect(await callbacks.completeTask(token, { approved: true })).toBe("accepted");
      expect(await callbacks.completeTask(token, { approved: false })).toBe("too-late");
      expect(await callbacks.failTask(token, "Refused", "changed my mind")).toBe("too-late");
      expect(await callbacks.heartbeatTask(token)).toBe("too-late");
      expect(await answerOf(token)).toEqual({ output: { approved: true } });
    });

    it("fails a task under an error name, once", async () => {
      const { callbacks, openTask, answerOf } = await open();
      const token = await openTask();
      expect(await callbacks.failTask(token, "Refused", "above the limit")).toBe("accepted");
      expect(await callbacks.completeTask(token, {})).toBe("too-late");
      expect(await answerOf(token)).toEqual({ error: "Refused", cause: "above the limit" });
    });

    it("takes one of two callbacks that come together", async () => {
      const { callbacks, openTask } = await open();
      const token = await openTask();
      const answers = await Promise.all([callbacks.completeTask(token, 1), callbacks.failTask(token, "Refused", "")]);
      expect([...answers].sort()).toEqual(["accepted", "too-late"]);
    });

    it("takes heartbeats as long as the task waits, and they answer nothing", async () => {
      const { callbacks, openTask, answerOf } = await open();
      const token = await openTask();
      expect([await callbacks.heartbeatTask(token), await callbacks.heartbeatTask(token)]).toEqual(["accepted", "accepted"]);
      expect(await answerOf(token)).toBeUndefined();
      expect(await callbacks.completeTask(token, null)).toBe("accepted");
      expect(await answerOf(token)).toEqual({ output: null });
    });

    it("tells whoever comes after a time-out that it is too late", async () => {
      const { callbacks, openTask, timeOut } = await open();
      const token = await openTask();
      await timeOut(token);
      expect(await callbacks.completeTask(token, {})).toBe("too-late");
    });

    it("knows no token that it has not given out", async () => {
      const { callbacks } = await open();
      for (const token of ["", "nobody's", "AAAA".repeat(50)]) {
        expect(await callbacks.completeTask(token, {})).toBe("unknown-token");
        expect(await callbacks.failTask(token, "Refused", "")).toBe("unknown-token");
        expect(await callbacks.heartbeatTask(token)).toBe("unknown-token");
      }
    });

    it("gives every task a token of its own", async () => {
      const { openTask } = await open();
      const tokens = [await openTask(), await openTask(), await openTask()];
      expect(new Set(tokens).size).toBe(3);
    });

    it("takes an output of 262,144 bytes, and refuses a larger one by name", async () => {
      const { callbacks, openTask } = await open();
      expect(await callbacks.completeTask(await openTask(), "x".repeat(262_142))).toBe("accepted");
      await expect(callbacks.completeTask(await openTask(), "x".repeat(262_143))).rejects.toMatchObject({ name: "Invalid" });
      await expect(callbacks.failTask(await openTask(), "E".repeat(257), "")).rejects.toMatchObject({ name: "Invalid" });
      await expect(callbacks.failTask(await openTask(), "E", "c".repeat(32_769))).rejects.toMatchObject({ name: "Invalid" });
    });
  });
}
