import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Hub, openHub } from "#hub";
import type { Clock } from "#ports/clock";

export const policiesFolder = resolve(import.meta.dirname, "../../policies");
export const webhookSecret = "test";

/** A hub on a folder of its own, with the sample retailer's policies; `remove` closes and deletes it. */
export async function temporaryHub(clock?: Clock): Promise<{ hub: Hub; dataFolder: string; remove(): Promise<void> }> {
  const dataFolder = mkdtempSync(join(tmpdir(), "throughline-hub-"));
  const hub = await openHub({ dataFolder, policiesFolder, webhookSecret, ...(clock === undefined ? {} : { clock }) });
  return {
    hub,
    dataFolder,
    async remove() {
      await hub.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
