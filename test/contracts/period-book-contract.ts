import { describe, expect, it } from "vitest";
import type { PeriodBook } from "#ports/period-book";

/** A book over policies of entities US1, which closed September by a file, and CA1; `read` gives what is in force now. */
export interface OpenedBook {
  readonly book: PeriodBook;
  read(): Promise<{
    readonly release: number;
    readonly releasedBy: string | undefined;
    /** What is on record of the approval of the release in force, in whatever words. */
    readonly record: string;
    readonly periods: (entity: string) => readonly { readonly period: string; readonly by?: string }[];
  }>;
  /** Makes a release by Eve, approved by Mia, that is in force from an instant on: with a shop called so, and without anything that was closed by hand. */
  readonly releaseLater: (activeFrom: string, shop: string) => Promise<void>;
  /** Paths of the policy files of the release in force. */
  readonly files: () => Promise<readonly string[]>;
  /** Name of the shop that the policies in force have; undefined: none. */
  readonly shop: () => Promise<string | undefined>;
  /** What is pending: its number, its instant, who made and approved it, and which one it replaces. */
  readonly pending: () => Promise<readonly (readonly [number, string | undefined, string, string | undefined, number | undefined])[]>;
  readonly advance: (seconds: number) => void;
}

const october = {
  entity: "US1",
  rule: { period: "2026-10", state: "closed" as const, from: "2026-11-06", by: "Dana Reyes", why: "October is closed." },
  actor: "Dana Reyes",
  reason: "2026-10 of US1 closed: October is closed.",
};

export function periodBookContract(name: string, open: () => Promise<OpenedBook>): void {
  describe(`period book contract: ${name}`, () => {
    it("puts the policies in force once more with one period closed, by the name of whoever closed it", async () => {
      const { book, read } = await open();
      const before = await read();
      expect(await book.close(october)).toEqual({ release: before.release + 1, isNew: true });
      const after = await read();
      expect([after.release, after.releasedBy]).toEqual([before.release + 1, "Dana Reyes"]);
      expect(after.periods("US1").map(({ period, by }) => [period, by])).toEqual([
        ["2026-09", undefined],
        ["2026-10", "Dana Reyes"],
      ]);
      expect(after.periods("CA1")).toEqual([]);
    });

    it("closes a period once, however often it is asked to, also by two at the same instant", async () => {
      const { book, read } = await open();
      const { release } = await read();
      const answers = await Promise.all([book.close(october), book.close(october)]);
      expect(answers.map((each) => each.release)).toEqual([release + 1, release + 1]);
      expect(answers.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
      expect(await book.close(october)).toEqual({ release: release + 1, isNew: false });
    });

    it("keeps on record who approved it", async () => {
      const { book, read } = await open();
      expect(await book.close({ ...october, approvedBy: "Bo Li" })).toMatchObject({ isNew: true });
      expect((await read()).record).toContain("Bo Li");
    });

    it("keeps what others close at the same time", async () => {
      const { book, read } = await open();
      await Promise.all([book.close(october), book.close({ ...october, entity: "CA1" })]);
      const { periods } = await read();
      expect([periods("US1").length, periods("CA1").length]).toEqual([2, 1]);
    });

    it("closes a period while releases are pending, which stay so under numbers after it, and keep it closed when their time comes", async () => {
      const { book, read, releaseLater, pending, shop, advance } = await open();
      const { release } = await read();
      await releaseLater("2026-03-02T11:00:00.000Z", "first");
      await releaseLater("2026-03-02T12:00:00.000Z", "second");
      expect(await book.close(october)).toEqual({ release: release + 3, isNew: true });
      expect(await pending()).toEqual([
        [release + 4, "2026-03-02T11:00:00.000Z", "Eve", "Mia", release + 1],
        [release + 5, "2026-03-02T12:00:00.000Z", "Eve", "Mia", release + 2],
      ]);
      const closed = ["2026-09", "2026-10"];
      expect([(await read()).release, await shop()]).toEqual([release + 3, undefined]);
      expect((await read()).periods("US1").map(({ period }) => period)).toEqual(closed);
      advance(3_600);
      expect([(await read()).release, await shop()]).toEqual([release + 4, "first"]);
      expect((await read()).periods("US1").map(({ period }) => period)).toEqual(closed);
      advance(3_600);
      expect([(await read()).release, await shop()]).toEqual([release + 5, "second"]);
      expect((await read()).periods("US1").map(({ period }) => period)).toEqual(closed);
      expect(await book.close(october)).toEqual({ release: release + 5, isNew: false });
    });

    it("carries what is pending over once more with the next closing", async () => {
      const { book, read, releaseLater, pending, advance } = await open();
      const { release } = await read();
      await releaseLater("2026-03-02T11:00:00.000Z", "first");
      await book.close(october);
      expect(await book.close({ ...october, entity: "CA1" })).toEqual({ release: release + 4, isNew: true });
      expect(await pending()).toEqual([[release + 5, "2026-03-02T11:00:00.000Z", "Eve", "Mia", release + 3]]);
      advance(3_600);
      const { periods } = await read();
      expect([periods("US1").length, periods("CA1").length]).toEqual([2, 1]);
    });

    it("keeps the files that the policies are of, with which the next draft is compared, and those of what is pending", async () => {
      const { book, releaseLater, files, advance } = await open();
      const before = await files();
      expect(before.length).toBeGreaterThan(0);
      await releaseLater("2026-03-02T11:00:00.000Z", "first");
      await book.close(october);
      expect(await files()).toEqual(before);
      await book.close({ ...october, entity: "CA1" });
      expect(await files()).toEqual(before);
      advance(3_600);
      expect(await files()).toEqual(before);
    });

    it("closes nothing within two minutes of a pending release, with which a clock that is ahead may have decided", async () => {
      const { book, read, releaseLater, advance } = await open();
      const { release } = await read();
      await releaseLater("2026-03-02T11:00:00.000Z", "first");
      advance(3_600 - 119);
      await expect(book.close(october)).rejects.toThrow(
        `release ${release + 1} is in force within 120 seconds, too soon to be carried over: close the period once it is`,
      );
      advance(119);
      expect(await book.close(october)).toEqual({ release: release + 2, isNew: true });
    });

    it("says that an entity is none", async () => {
      const { book } = await open();
      await expect(book.close({ ...october, entity: "XX" })).rejects.toMatchObject({
        name: "Invalid",
        message: expect.stringContaining("XX"),
      });
    });
  });
}
