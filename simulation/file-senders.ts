import { createHash } from "node:crypto";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { DroppedFile } from "#functions/receive-dropped-file";
import { drops } from "#wiring";
import type { Host } from "./host.ts";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

/** A file that somebody sends: tills of a store, a gateway, a bank. */
export interface SentFile {
  readonly id: string;
  readonly drop: "pos" | "settlement";
  readonly name: string;
  readonly bytes: Uint8Array;
}

const answerMilliseconds = 60_000;
const attemptsMax = 60;

/** The side of those who send files: a file lies in its folder until the hub has said that it has it. */
export class FileSenders {
  private waiting = 0;
  private readonly town: Town;
  private readonly hosts: () => readonly Host[];

  constructor(town: Town, hosts: () => readonly Host[]) {
    this.town = town;
    this.hosts = hosts;
  }

  get isDone(): boolean {
    return this.waiting === 0;
  }

  send(file: SentFile, inMilliseconds: number): void {
    this.waiting += 1;
    this.town.scheduler.after(inMilliseconds, () => {
      const wired = drops.find(({ name }) => name === file.drop);
      if (wired === undefined) throw new RangeError(`no drop ${file.drop}`);
      const hash = createHash("sha256").update(file.bytes).digest("hex");
      const address = `drops/${wired.folder}/${hash}`;
      void this.town.documents.put(address, file.bytes);
      const receivedAt = new Date(this.town.scheduler.now).toISOString();
      const dropped = {
        machine: wired.machine,
        archives: wired.archives,
        address,
        file: file.name,
        version: hash.slice(0, 32),
        receivedAt,
      };
      this.attempt(file, wired.function, dropped, 1);
    });
  }

  private attempt(file: SentFile, handler: string, dropped: DroppedFile, count: number): void {
    const { town } = this;
    const { scheduler } = town;
    if (count > attemptsMax) throw new Violation("everything drains", `${file.id} was dropped ${attemptsMax} times in vain`);
    let isAnswered = false;
    const again = () => {
      if (isAnswered) return;
      isAnswered = true;
      scheduler.after(Math.min(10_000 * 2 ** count, 3_600_000), () => this.attempt(file, handler, dropped, count + 1));
    };
    const open = this.hosts().filter(({ hub, isAlive }) => isAlive && hub !== undefined);
    const host = open.length === 0 ? undefined : town.chance.from(open);
    const receive = host?.hub?.handlers.get(handler) as ((input: DroppedFile) => Promise<unknown>) | undefined;
    if (host === undefined || receive === undefined) {
      again();
      return;
    }
    receive(dropped).then(
      () => {
        if (!host.isAlive || isAnswered) return;
        isAnswered = true;
        this.waiting -= 1;
        town.story.tell(() => `${file.id} is taken in as ${dropped.address}`);
      },
      (error: unknown) => {
        if (error instanceof Unavailable || error instanceof UnknownOutcome) again();
        else town.fail(error);
      },
    );
    scheduler.after(answerMilliseconds, again);
  }
}
