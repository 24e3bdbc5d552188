import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createWorkerLease, openDatabase } from "#adapters/embedded";
import { settableClock } from "./settable-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function openLeases() {
  const file = join(temporaryFolder(), "hub.db");
  const clock = settableClock();
  const alive = new Set([100, 200]);
  const worker = (owner: string, processId: number, host = "till-server") => {
    const database = openDatabase(file);
    onTestFinished(() => database.close());
    return createWorkerLease({
      database,
      clock,
      name: "worker",
      owner,
      leaseSeconds: 10,
      host,
      processId,
      isProcessAlive: (id) => alive.has(id),
    });
  };
  return { clock, alive, worker };
}

const start = Date.parse("2026-03-02T10:00:00.000Z");

describe("worker lease", () => {
  it("is held by one worker, and tells the others who it is", async () => {
    const { worker } = openLeases();
    const [one, two] = [worker("one", 100), worker("two", 200)];
    const holder = { owner: "one", host: "till-server", processId: 100, expiresAt: start + 10_000 };
    expect(await two.holder()).toBeUndefined();
    expect(await one.acquire()).toEqual({ kind: "held" });
    expect(await two.acquire()).toEqual({ kind: "held-by-other", holder });
    expect(await two.holder()).toEqual(holder);
    expect(await two.renew()).toBe(false);
    await two.release();
    expect(await two.holder()).toEqual(holder);
  });

  it("goes to exactly one of two workers that ask at once", async () => {
    const { worker } = openLeases();
    const answers = await Promise.all([worker("one", 100).acquire(), worker("two", 200).acquire()]);
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(["held", "held-by-other"]);
  });

  it("lasts as long as it is renewed", async () => {
    const { worker, clock } = openLeases();
    const [one, two] = [worker("one", 100), worker("two", 200)];
    await one.acquire();
    for (let renewals = 0; renewals < 5; renewals += 1) {
      clock.advance(9);
      expect(await one.renew()).toBe(true);
    }
    expect((await two.acquire()).kind).toBe("held-by-other");
    expect(await one.acquire()).toEqual({ kind: "held" });
  });

  it("is taken over when it ran out, and the first owner cannot renew it any more", async () => {
    const { worker, clock } = openLeases();
    const [one, two] = [worker("one", 100), worker("two", 200)];
    await one.acquire();
    clock.advance(9.999);
    expect((await two.acquire()).kind).toBe("held-by-other");
    clock.advance(0.001);
    expect(await one.renew()).toBe(false);
    expect(await two.acquire()).toEqual({ kind: "held" });
    expect(await one.renew()).toBe(false);
    expect((await one.acquire()).kind).toBe("held-by-other");
  });

  it("is taken over at once when its owner's process on this host is gone", async () => {
    const { worker, alive } = openLeases();
    const [one, two] = [worker("one", 100), worker("two", 200)];
    await one.acquire();
    alive.delete(100);
    expect(await two.holder()).toBeUndefined();
    expect(await two.acquire()).toEqual({ kind: "held" });
  });

  it("is not taken from another host whose processes nobody here can see", async () => {
    const { worker, alive } = openLeases();
    const [one, two] = [worker("one", 100, "other-server"), worker("two", 200)];
    await one.acquire();
    alive.delete(100);
    expect((await two.acquire()).kind).toBe("held-by-other");
  });

  it("is free after its release", async () => {
    const { worker } = openLeases();
    const [one, two] = [worker("one", 100), worker("two", 200)];
    await one.acquire();
    await one.release();
    expect(await two.acquire()).toEqual({ kind: "held" });
  });

  it("stays with a process that lives and passes on when it is killed, as the operating system tells", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const child = spawn(process.execPath, ["--no-warnings", join(import.meta.dirname, "hold-lease.ts"), file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    onTestFinished(() => void child.kill("SIGKILL"));
    expect(String(await new Promise((resolve) => child.stdout.once("data", resolve)))).toBe("held\n");
    const database = openDatabase(file);
    onTestFinished(() => database.close());
    const lease = createWorkerLease({ database, clock: settableClock(), name: "worker", owner: "the parent", leaseSeconds: 10 });
    expect(await lease.acquire()).toMatchObject({ kind: "held-by-other", holder: { owner: "the child", processId: child.pid } });
    child.kill("SIGKILL");
    await ended;
    expect(await lease.acquire()).toEqual({ kind: "held" });
  });
});
