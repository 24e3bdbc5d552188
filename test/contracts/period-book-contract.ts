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

    it("says that an entity is none", async () => {
      const { book } = await open();
      await expect(book.close({ ...october, entity: "XX" })).rejects.toMatchObject({
        name: "Invalid",
        message: expect.stringContaining("XX"),
      });
    });
  });
}
