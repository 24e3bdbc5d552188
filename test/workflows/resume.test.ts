import { describe, expect, test } from "vitest";
import { createInterpreter, historyOf, type Machine, type RecordedEvent } from "#asl";
import type { WorkflowAnswer } from "#ports/workflows";
import { failure, MemoryTasks, memoryJournal, OTHER_WORK, outline, parse, SimulatedTime, WORK } from "./machine-under-test.ts";

/**
 * A world in which the process can die at any of its points: before and after each write of the journal, and before and after each effect.
 * What was written, the tasks and their callbacks outlive it; the run itself is dropped, and another one goes on.
 */
class World {
  readonly time = new SimulatedTime();
  readonly tasks = new MemoryTasks(() => this.time.now());
  /** Function and payload of each call whose effect happened. */
  readonly effects: (readonly [string, unknown])[] = [];
  /** Callbacks that took effect. */
  effective = 0;
  points = 0;
  runs = 0;
  events: readonly RecordedEvent[] = [];
  readonly #crashAt: number;
  readonly #answer: (name: string, payload: { token?: string }, world: World) => unknown;
  #drawn = 0;

  constructor(crashAt: number, answer: (name: string, payload: { token?: string }, world: World) => unknown) {
    this.#crashAt = crashAt;
    this.#answer = answer;
  }

  /** A click on the token. */
  click(token: string, output: unknown): void {
    if (this.tasks.end(token, { status: "succeeded", output })) this.effective += 1;
  }

  /** Runs until the execution has ended, over however many crashes. */
  async live(machine: Machine, input: unknown): Promise<WorkflowAnswer> {
    for (;;) {
      const answer = await this.#run(machine, input);
      if (answer !== "crashed") return answer;
      // The hub is down for a minute.
      await this.time.until(this.time.sleep(60_000));
    }
  }

  async #run(machine: Machine, input: unknown): Promise<WorkflowAnswer | "crashed"> {
    this.runs += 1;
    let crash: (answer: "crashed") => void = () => undefined;
    const crashed = new Promise<"crashed">((resolve) => (crash = resolve));
    let dead = false;
    const point = async (): Promise<void> => {
      this.points += 1;
      if (dead) return new Promise(() => undefined);
      if (this.points !== this.#crashAt) return;
      dead = true;
      crash("crashed");
      return new Promise(() => undefined);
    };
    const journal = memoryJournal(this.events);
    const interpreter = createInterpreter({
      clock: this.time,
      random: () => ((this.#drawn += 1) % 97) / 97,
      // What sleeps in a dead process never wakes.
      sleep: async (milliseconds, signal) => {
        await this.time.sleep(milliseconds, signal);
        if (dead) return new Promise(() => undefined);
      },
      tasks: this.tasks,
      invoke: async (name, payload) => {
        await point();
        this.effects.push([name, payload]);
        const answer = await this.#answer(name, payload as { token?: string }, this);
        await point();
        return answer;
      },
    });
    const recording = {
      recorded: this.events,
      append: async (events: readonly RecordedEvent[]) => {
        await point();
        await journal.append(events);
        this.events = [...journal.events];
        await point();
      },
    };
    return this.time.until(Promise.race([interpreter.run(machine, input, { name: "run-1", journal: recording }), crashed]));
  }
}

/** Runs the machine without a crash, and then with one at each of its points. */
async function everyCrash(machine: Machine, input: unknown, answer: ConstructorParameters<typeof World>[1], check: (world: World) => void) {
  const calm = new World(0, answer);
  const expected = await calm.live(machine, input);
  expect(calm.points).toBeGreaterThan(4);
  for (let crashAt = 1; crashAt <= calm.points; crashAt += 1) {
    const world = new World(crashAt, answer);
    expect(await world.live(machine, input), `crash at ${crashAt}`).toEqual(expected);
    expect(world.runs, `crash at ${crashAt}`).toBe(2);
    expect(outline(historyOf(world.events)), `crash at ${crashAt}`).toEqual(outline(historyOf(calm.events)));
    check(world);
  }
  return { calm, expected };
}

const ask = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Arguments: { FunctionName: WORK, Payload: { token: "{% $states.context.Task.Token %}" } },
  TimeoutSeconds: 86_400,
};

describe("a crash at any point of an execution that waits for a token", () => {
  const machine = parse({
    Prepare: { Type: "Task", Resource: OTHER_WORK, Assign: { prepared: "{% $states.result %}" }, Next: "Approve" },
    Approve: { ...ask, Assign: { decision: "{% $states.result %}" }, Next: "Close" },
    Close: {
      Type: "Task",
      Resource: OTHER_WORK,
      Arguments: { closing: "{% $decision %}" },
      Output: "{% $decision.by & $prepared %}",
      End: true,
    },
  });

  test("leads to one callback that takes effect, to one token, and to the same answer and history", async () => {
    const answer = (name: string, { token }: { token?: string }, world: World) => {
      if (name !== "work") return "!";
      // Whoever is asked clicks later, twice, and once more when asked again.
      void world.time.sleep(3_600_000).then(() => {
        world.click(token as string, { by: "controller" });
        world.click(token as string, { by: "somebody else" });
      });
      return "asked";
    };
    const { expected } = await everyCrash(machine, {}, answer, (world) => {
      const tokens = world.effects.flatMap(([name, payload]) => (name === "work" ? [(payload as { token: string }).token] : []));
      expect(new Set(tokens)).toEqual(new Set(["token-1"]));
      expect(world.effective).toBe(1);
      expect(world.tasks.tokens).toEqual(["token-1"]);
      // One call may have happened without being known to have: at most one is made again.
      expect(world.effects.length).toBeLessThanOrEqual(4);
    });
    expect(expected).toEqual({ status: "succeeded", output: "controller!" });
  });

  test("a click while the hub is down is found when it is up again", async () => {
    const answer = (name: string, { token }: { token?: string }, world: World) => {
      if (name === "work") world.click(token as string, { by: "controller" });
      return "!";
    };
    await everyCrash(machine, {}, answer, (world) => expect(world.effective).toBe(1));
  });

  test("a time-out counts from when the task was started, over a crash", async () => {
    const states = {
      A: { ...ask, TimeoutSeconds: 100, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "B" }], Next: "B" },
      B: { Type: "Succeed" },
    };
    const silent = () => "asked";
    const world = new World(4, silent);
    await world.live(parse(states), {});
    const [started, timedOut] = ["TaskStarted", "TaskTimedOut"].map((type) => world.events.find((event) => event.type === type)?.timestamp);
    expect(world.runs).toBe(2);
    expect(Date.parse(timedOut as string) - Date.parse(started as string)).toBe(100_000);
  });
});

describe("a token outlives a run that its journal ends", () => {
  const approve = {
    StartAt: "Inner",
    States: { Inner: { Type: "Parallel", Branches: [{ StartAt: "Approve", States: { Approve: { ...ask, End: true } } }], End: true } },
  };
  const other = {
    StartAt: "Wait",
    States: { Wait: { Type: "Wait", Seconds: 60, Next: "Call" }, Call: { Type: "Task", Resource: OTHER_WORK, End: true } },
  };
  const machine = parse({ P: { Type: "Parallel", Branches: [approve, other], End: true } });

  /** One run over what is recorded; `writes` fails when it answers an error. */
  function run(time: SimulatedTime, tasks: MemoryTasks, recorded: readonly RecordedEvent[], writes: () => Error | undefined) {
    const journal = memoryJournal(recorded);
    const interpreter = createInterpreter({
      clock: time,
      random: () => 0,
      sleep: (milliseconds, signal) => time.sleep(milliseconds, signal),
      tasks,
      invoke: async () => "asked",
    });
    const append = async (events: readonly RecordedEvent[]) => {
      const error = writes();
      if (error !== undefined) throw error;
      await journal.append(events);
    };
    const work = interpreter.run(machine, {}, { name: "n", journal: { recorded, append } });
    return { journal, work };
  }

  test("in another branch: it still waits, and the next run hears the click", async () => {
    const time = new SimulatedTime();
    const tasks = new MemoryTasks(() => time.now());
    const start = Date.parse(time.now());
    const full = run(time, tasks, [], () => (Date.parse(time.now()) - start >= 60_000 ? new Error("the disk is full") : undefined));
    await expect(time.until(full.work)).rejects.toThrow("the disk is full");
    await new Promise((resolve) => setImmediate(resolve));
    expect(await tasks.read("token-1")).toEqual({ status: "waiting" });
    const again = run(time, tasks, full.journal.events, () => undefined);
    tasks.end("token-1", { status: "succeeded", output: "approved" });
    expect(await time.until(again.work)).toEqual({ status: "succeeded", output: [["approved"], "asked"] });
  });

  test("one that was closed before a crash, and is waited for again, still has its limit", async () => {
    const time = new SimulatedTime();
    const tasks = new MemoryTasks(() => time.now());
    const first = run(time, tasks, [], () => undefined);
    void first.work;
    await new Promise((resolve) => setImmediate(resolve));
    await tasks.close("token-1");
    const again = run(time, tasks, first.journal.events, () => undefined);
    expect(await time.until(again.work)).toEqual({ status: "failed", error: "States.Timeout", cause: "" });
  });
});

describe("a crash at any point of another execution", () => {
  test("what has answered is not asked again, in Maps, Parallels, loops and retries", async () => {
    const each = {
      StartAt: "Call",
      States: {
        Call: {
          Type: "Task",
          Resource: WORK,
          Arguments: { item: "{% $states.input %}", attempt: "{% $states.context.State.RetryCount %}", round: "{% $round %}" },
          Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 7, MaxAttempts: 2 }],
          Assign: { seen: "{% $states.input %}" },
          Next: "Done",
        },
        Done: { Type: "Pass", Output: "{% $seen * 10 %}", End: true },
      },
    };
    const machine = parse({
      Start: { Type: "Pass", Assign: { round: 0 }, Next: "Fork" },
      Fork: {
        Type: "Parallel",
        Branches: [
          { StartAt: "Each", States: { Each: { Type: "Map", Items: [1, 2, 3], MaxConcurrency: 2, ItemProcessor: each, End: true } } },
          { StartAt: "Pause", States: { Pause: { Type: "Wait", Seconds: 20, End: true } } },
        ],
        Assign: { round: "{% $round + 1 %}" },
        Output: "{% $states.result[0] %}",
        Next: "Again",
      },
      Again: { Type: "Choice", Choices: [{ Condition: "{% $round < 2 %}", Next: "Fork" }], Default: "End" },
      End: { Type: "Succeed", Output: { sums: "{% $states.input %}", rounds: "{% $round %}" } },
    });
    const answer = (_: string, { item, attempt, round }: { item?: number; attempt?: number; round?: number }) => {
      if (item === 2 && attempt === 0 && round === 0) throw failure("Busy");
      return "ok";
    };
    const calm = new World(0, answer as never);
    const expected = await calm.live(machine, {});
    expect(expected).toEqual({ status: "succeeded", output: { sums: [10, 20, 30], rounds: 2 } });
    expect(calm.effects.length).toBe(7);
    for (let crashAt = 1; crashAt <= calm.points; crashAt += 1) {
      const world = new World(crashAt, answer as never);
      expect(await world.live(machine, {}), `crash at ${crashAt}`).toEqual(expected);
      // Two iterations run at once, so at most two calls are in doubt when the process dies.
      expect(world.effects.length, `crash at ${crashAt}`).toBeLessThanOrEqual(9);
      expect(
        world.events.map(({ id }) => id),
        `crash at ${crashAt}`,
      ).toEqual(world.events.map((_, index) => index + 1));
      const types = (events: readonly RecordedEvent[]) => events.map(({ type, place }) => `${type} ${place}`).sort();
      expect(types(world.events), `crash at ${crashAt}`).toEqual(types(calm.events));
    }
  });

  test("a Wait and the pause before a retry are not slept again in full", async () => {
    const machine = parse({
      W: { Type: "Wait", Seconds: 300, Next: "A" },
      A: { Type: "Task", Resource: WORK, Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 400 }], End: true },
    });
    const busyOnce = (_: string, __: object, world: World) => {
      if (world.effects.length === 1) throw failure("Busy");
      return "done";
    };
    // After the Wait was entered, and after the failure of the first attempt.
    for (const crashAt of [2, 7]) {
      const world = new World(crashAt, busyOnce);
      expect(await world.live(machine, {})).toEqual({ status: "succeeded", output: "done" });
      expect(world.runs).toBe(2);
      const [began] = world.events;
      expect(Date.parse(world.events.at(-1)?.timestamp as string) - Date.parse(began?.timestamp as string)).toBe(700_000);
    }
  });

  test("a request goes out again as it was, whatever its expressions would give by now", async () => {
    const states = { A: { Type: "Task", Resource: WORK, Arguments: { id: "{% $uuid() %}", at: "{% $now() %}" }, End: true } };
    // After the call, before its answer is on record.
    const world = new World(4, () => "done");
    await world.live(parse(states), {});
    expect([world.runs, world.effects.length]).toEqual([2, 2]);
    expect(world.effects[1]).toEqual(world.effects[0]);
  });

  test("what leads to an effect is on record before it is asked for, and its answer before anything follows from it", async () => {
    const order: string[] = [];
    const interpreter = createInterpreter({
      clock: new SimulatedTime(),
      random: () => 0,
      sleep: async () => undefined,
      invoke: async (name) => {
        order.push(name);
        return "done";
      },
    });
    const append = async (events: readonly RecordedEvent[]) => {
      order.push(events.map(({ type }) => type).join(" "));
    };
    const machine = parse({ P: { Type: "Pass", Next: "A" }, A: { Type: "Task", Resource: WORK, End: true } });
    await interpreter.run(machine, {}, { name: "n", journal: { recorded: [], append } });
    expect(order).toEqual([
      "ExecutionStarted PassStateEntered PassStateExited TaskStateEntered LambdaFunctionScheduled LambdaFunctionStarted",
      "work",
      "LambdaFunctionSucceeded",
      "TaskStateExited ExecutionSucceeded",
    ]);
  });

  test("nothing is recorded after the end, also when a function answers while the end is being written", async () => {
    const time = new SimulatedTime();
    let answerLate: (value: unknown) => void = () => undefined;
    const types: string[] = [];
    const interpreter = createInterpreter({
      clock: time,
      random: () => 0,
      sleep: (milliseconds, signal) => time.sleep(milliseconds, signal),
      invoke: () => new Promise((resolve) => (answerLate = resolve)),
    });
    const append = async (events: readonly RecordedEvent[]) => {
      types.push(...events.map(({ type }) => type));
      if (!types.includes("ExecutionTimedOut")) return;
      answerLate("late");
      await new Promise((resolve) => setImmediate(resolve));
    };
    const machine = parse({ A: { Type: "Task", Resource: WORK, Next: "B" }, B: { Type: "Succeed" } }, { TimeoutSeconds: 5 });
    await time.until(interpreter.run(machine, {}, { name: "n", journal: { recorded: [], append } }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(types.at(-1)).toBe("ExecutionTimedOut");
  });

  test("an execution whose end is on record answers it, and runs nothing", async () => {
    const world = new World(0, () => "done");
    const machine = parse({ A: { Type: "Task", Resource: WORK, End: true } });
    const answer = await world.live(machine, {});
    expect(await world.live(machine, {})).toEqual(answer);
    expect(world.effects.length).toBe(1);
  });

  test("a state that the machine has lost meanwhile ends the execution by name", async () => {
    const world = new World(5, () => "done");
    const before = parse({ A: { Type: "Task", Resource: WORK, Next: "B" }, B: { Type: "Task", Resource: WORK, End: true } });
    const journal = memoryJournal();
    const interpreter = createInterpreter({ clock: world.time, random: () => 0, sleep: async () => undefined, invoke: async () => "done" });
    await interpreter.run(before, {}, { name: "n", journal });
    const upToB = journal.events.slice(0, journal.events.findIndex(({ type }) => type === "TaskStateExited") + 1);
    const after = parse({ A: { Type: "Task", Resource: WORK, Next: "C" }, C: { Type: "Succeed" } });
    expect(await interpreter.run(after, {}, { name: "n", journal: memoryJournal(upToB) })).toEqual({
      status: "failed",
      error: "States.Runtime",
      cause: "The machine has no state 'B' any more.",
    });
  });

  test("a journal that cannot be written ends the run with its error, and not the execution", async () => {
    const interpreter = createInterpreter({
      clock: new SimulatedTime(),
      random: () => 0,
      sleep: async () => undefined,
      invoke: async () => "done",
    });
    const journal = { recorded: [], append: () => Promise.reject(new Error("the disk is full")) };
    const machine = parse({
      A: { Type: "Task", Resource: WORK, Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }], Next: "B" },
      B: { Type: "Succeed" },
    });
    await expect(interpreter.run(machine, {}, { name: "n", journal })).rejects.toThrow("the disk is full");
  });
});
