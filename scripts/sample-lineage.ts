import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LineageItem } from "#domain/lineage";
import { drain, dropFile, openHub } from "#hub";
import { type DayOptions, sampleDay } from "#sample";
import { deliverWebhook } from "../cli/commands/ingest.ts";

const policiesFolder = resolve(import.meta.dirname, "../policies");
const itemsPerRead = 1_000;

/** Everything that a sample day leaves in the lineage, played on a hub of its own. */
export async function sampleLineage(options: DayOptions): Promise<readonly LineageItem[]> {
  const dataFolder = mkdtempSync(join(tmpdir(), "throughline-sample-"));
  const hub = await openHub({ dataFolder, policiesFolder, webhookSecret: "sample" });
  try {
    for (const delivery of sampleDay(options)) {
      if (delivery.kind === "webhook") await deliverWebhook(hub, delivery);
      else {
        const file = join(dataFolder, delivery.name);
        writeFileSync(file, delivery.bytes);
        await dropFile(hub, "pos", file);
      }
    }
    await drain(hub, { progress: () => {} });
    const items: LineageItem[] = [];
    for (let after = 0; ; ) {
      const recorded = await hub.lineage.readAfter(after, itemsPerRead);
      const last = recorded.at(-1);
      if (last === undefined) return items;
      items.push(...recorded.map(({ item }) => item));
      after = last.seq;
    }
  } finally {
    await hub.close();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}
