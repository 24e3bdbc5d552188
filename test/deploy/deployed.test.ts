import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadPolicy } from "#adapters/policy-files";
import { startMiniStack } from "../../scripts/ministack.ts";
import { skipReason } from "../skip.ts";
import { type AwsHost, startAwsHost } from "./aws-host.ts";
import { startEmbeddedHost } from "./embedded-host.ts";
import { emulatorGaps } from "./emulator-gaps.ts";
import type { Host } from "./host.ts";
import { type Ledger, ledgerOf } from "./ledger.ts";
import { policiesThatAsk } from "./policies.ts";
import { scenarios } from "./scenarios.ts";

const started = await startMiniStack();

if ("skipped" in started) {
  skipReason("the stacks deployed to MiniStack", started.skipped);
  describe.skip(`the deployed stacks (${started.skipped})`, () => {
    test("need Python and the packaged emulator", () => {});
  });
} else {
  for (const { what, reason, checkedBy } of emulatorGaps) skipReason(`${what}, deployed`, `${reason}; ${checkedBy} looks at it instead`);
  const folder = mkdtempSync(join(tmpdir(), "throughline-deployed-"));
  let aws: AwsHost;
  let embedded: Host;
  let entities: Record<string, string>;

  beforeAll(async () => {
    const policies = policiesThatAsk(join(folder, "policies"));
    entities = Object.fromEntries(Object.entries(loadPolicy(policies).content.entities).map(([id, { connection }]) => [id, connection]));
    embedded = await startEmbeddedHost(policies);
    aws = await startAwsHost(started, policies);
  }, 300_000);

  afterAll(async () => {
    await aws?.close();
    await embedded?.close();
    await started.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ledger = (host: Host): Promise<Ledger> => ledgerOf(host.erp, entities);

  describe("the deployed stacks and the embedded hub keep the same books", () => {
    test.each(scenarios)(
      "$name",
      async ({ play, changes }) => {
        const before = await ledger(embedded);
        await play(embedded);
        await embedded.eventually("rest", async () => true);
        const expected = await ledger(embedded);
        changes(before, expected);

        await play(aws);
        await aws
          .eventually("the same books", async () => (JSON.stringify(await ledger(aws)) === JSON.stringify(expected) ? true : undefined))
          // Told below, with what differs.
          .catch(() => {});
        expect(await ledger(aws)).toEqual(expected);
      },
      180_000,
    );

    test("and nothing is left that nobody could take: no dead letter, nothing unreadable, nothing undelivered", async () => {
      expect(await aws.letters()).toEqual({});
    });
  });

  test("the example of a subscriber stands beside them, and what its stream is handed lies in its bucket, in the folder of the day", async () => {
    const line = '{"id":"6f0a","name":"order.placed","shop":"maple.example","transactions":["sale:shopify:maple.example:1"]}';
    const [file, ...others] = await aws.subscribe(line);
    expect([file?.text.trimEnd(), others]).toEqual([line, []]);
    expect(file?.key).toMatch(/^events\/day=\d{4}-\d{2}-\d{2}\/.+\.jsonl\.gz$/);
  }, 240_000);

  test.each(emulatorGaps)("$what: the test that looks at it instead is there", ({ checkedBy }) => {
    expect(existsSync(join(import.meta.dirname, "../..", checkedBy))).toBe(true);
  });
}
