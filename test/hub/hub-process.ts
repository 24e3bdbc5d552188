import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const project = resolve(import.meta.dirname, "../..");

/** `hub start` in a process of its own. */
export interface HubProcess {
  readonly url: string;
  readonly dropFolder: string;
  readonly processId: number;
  /** SIGSTOP: it is there and does nothing, as one whose machine is out of breath. */
  freeze(): void;
  /** SIGCONT: it goes on as if nothing had been. */
  thaw(): void;
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>;
}

export async function startHub(dataFolder: string, secret: string): Promise<HubProcess> {
  const child = spawn(process.execPath, ["bin/hub.ts", "start", "--json", "--port", "0", "--data", dataFolder], {
    cwd: project,
    env: { ...process.env, HUB_SHOPIFY_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> }), "line")) as [string];
  const { url, dropFolder } = JSON.parse(line) as { url: string; dropFolder: string };
  return {
    url,
    dropFolder,
    processId: child.pid ?? 0,
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async kill() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

/** Sends a webhook as the shop does; undefined when the connection broke, so that nobody knows whether it was taken. */
export async function sendWebhook(
  url: string,
  secret: string,
  webhook: { readonly topic: string; readonly shop: string; readonly body: Uint8Array },
): Promise<number | undefined> {
  const signature = createHmac("sha256", secret).update(webhook.body).digest("base64");
  try {
    const response = await fetch(`${url}/webhooks/shopify`, {
      method: "POST",
      headers: { "x-shopify-topic": webhook.topic, "x-shopify-shop-domain": webhook.shop, "x-shopify-hmac-sha256": signature },
      body: webhook.body.slice(),
    });
    await response.text();
    return response.status;
  } catch {
    return undefined;
  }
}
