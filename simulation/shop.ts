import { createHmac } from "node:crypto";
import type { WebhookDelivery } from "#sample";
import type { Host } from "./host.ts";
import { webhookSecret } from "./host.ts";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

/** A webhook that the shop has sent, and what became of it. */
interface Sent {
  readonly delivery: WebhookDelivery;
  isAccepted: boolean;
}

const answerMilliseconds = 5_000;
const attemptsMax = 60;

/** The shop's side of webhooks: it sends each until somebody answers 200, and now and then once more. */
export class Shop {
  private readonly sent: Sent[] = [];
  private readonly town: Town;
  private readonly hosts: () => readonly Host[];

  constructor(town: Town, hosts: () => readonly Host[]) {
    this.town = town;
    this.hosts = hosts;
  }

  /** True when every delivery was accepted. */
  get isDone(): boolean {
    return this.sent.every(({ isAccepted }) => isAccepted);
  }

  /** Sends a webhook so many milliseconds from now. */
  send(delivery: WebhookDelivery, inMilliseconds: number): void {
    const sent: Sent = { delivery, isAccepted: delivery.signature === "forged" };
    this.sent.push(sent);
    this.town.scheduler.after(inMilliseconds, () => this.attempt(sent, 1));
  }

  private attempt(sent: Sent, count: number): void {
    const { town } = this;
    const { scheduler, chance } = town;
    const { id, signature } = sent.delivery;
    if (count > attemptsMax) throw new Violation("everything drains", `the shop has sent ${id} ${attemptsMax} times in vain`);
    const again = () => {
      if (!sent.isAccepted) this.attempt(sent, count + 1);
    };
    const pause = Math.min(10_000 * 2 ** count, 3_600_000);
    if (town.strikes("delivery lost", () => `${id} does not arrive`)) {
      scheduler.after(pause, again);
      return;
    }
    const open = this.hosts().filter(({ hub, isAlive }) => isAlive && hub !== undefined);
    const host = open.length === 0 ? undefined : chance.from(open);
    if (host?.hub === undefined) {
      scheduler.after(pause, again);
      return;
    }
    let isAnswered = false;
    host.hub
      .receiveWebhook(requestOf(sent.delivery))
      .then(({ status, accepted }) => {
        // The answer comes over the network of a host that still is there.
        if (!host.isAlive || isAnswered) return;
        isAnswered = true;
        town.story.tell(() => `the shop's ${id} is answered ${status}${accepted === undefined ? "" : ` (${accepted.answer})`}`);
        if (signature === "forged") {
          if (status !== 401) throw new Violation("forged deliveries leave no trace", `${id} was answered ${status}`);
          return;
        }
        if (accepted !== undefined) town.watch.expect(accepted.transaction, accepted.key);
        if (status === 200) sent.isAccepted = true;
        else if (status === 503) scheduler.after(pause, again);
        else throw new Violation("only expected failures", `${id} was answered ${status}`);
        if (status === 200 && town.strikes("delivery duplicated", () => `${id} is sent again`))
          scheduler.after(chance.ofAnyScale(100, 86_400_000), () => this.attempt(sent, count + 1));
      })
      .catch(town.fail);
    scheduler.after(answerMilliseconds, () => {
      if (isAnswered) return;
      isAnswered = true;
      scheduler.after(pause, again);
    });
  }
}

function requestOf({ topic, shop, body, signature, headers }: WebhookDelivery) {
  const secret = signature === "forged" ? "a secret of somebody else" : webhookSecret;
  return {
    headers: {
      ...headers,
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": shop,
      "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
    },
    body,
  };
}
