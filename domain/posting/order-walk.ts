import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Issue } from "#domain/inventory";
import type { MinorUnits } from "#domain/money";
import { electionFor, type Policy, type ShopPolicy } from "#domain/policy";
import type { DocumentFrame, TargetDraft } from "./draft.ts";
import type { JournalLines } from "./journal-lines.ts";
import { addTo, OrderAccounts } from "./order-balance.ts";
import { netOf, type Portion, type Recognition } from "./order-portions.ts";
import { type LineState, orderValue } from "./order-value.ts";

/** What a fulfilment recognised and issued, so that its cancellation mirrors it (c6). */
export interface FulfilmentRecord {
  readonly goods: readonly Recognition[];
  readonly shipping: readonly Recognition[];
  readonly lines: readonly { readonly state: LineState; readonly quantityMillionths: number; readonly issue: Issue | undefined }[];
}

/** The running state of one order while its events are walked in order. */
export class OrderWalk {
  readonly order: EventOf<"order.placed">;
  readonly policy: Policy;
  readonly shop: ShopPolicy;
  /** The shop domain. */
  readonly place: string;
  readonly draft: TargetDraft;
  readonly lines: ReadonlyMap<string, LineState>;
  readonly shipping: readonly Portion[];
  readonly accounts: OrderAccounts;
  readonly fulfilments = new Map<string, FulfilmentRecord>();
  /** Keys of refunds that have no journal, so that nothing is owed for them yet. */
  readonly heldRefunds = new Set<string>();
  /** Shipping given back after it was earned, net and by jurisdiction of its tax: a cancelled fulfilment cannot give it back again. */
  returnedShipping: MinorUnits = 0;
  readonly returnedShippingTax = new Map<string, MinorUnits>();
  /** Captured less everything refunded so far, goodwill included. */
  moneyLeft: MinorUnits = 0;
  /** True once an event was held whose amounts nobody knows: what depends on the state waits with it. */
  uncertain = false;
  /** Units ordered, not refunded and not handed over, in millionths. */
  open: number;
  readonly #weighWithTax: boolean;
  #fulfilledWeight = 0;
  #wholeWeight = 0;

  constructor(order: EventOf<"order.placed">, policy: Policy, shop: ShopPolicy, place: string, onTerms: boolean, draft: TargetDraft) {
    const value = orderValue(order, policy, shop, place);
    this.order = order;
    this.policy = policy;
    this.shop = shop;
    this.place = place;
    this.draft = draft;
    this.lines = value.lines;
    this.shipping = value.shipping;
    // One order follows the elections of the day on which it was placed: a balance is released as it was built.
    const placed = { entity: shop.entity, day: businessDateIn(shop.timeZone, order.occurredAt) };
    const taxPoint = (jurisdiction: string) => electionFor(policy, "taxPoint", { ...placed, about: { jurisdiction } });
    this.accounts = new OrderAccounts(value.total, value.tax, taxPoint, onTerms, {
      channel: shop.channelDimension,
      currency: order.currency,
    });
    this.#weighWithTax = value.weighWithTax;
    this.open = 0;
    for (const state of value.lines.values()) {
      this.open += state.remaining;
      for (const portion of state.portions) this.#wholeWeight += this.#weightOf({ portion, amount: portion.total });
    }
  }

  frame(event: BusinessEvent): DocumentFrame {
    return {
      event,
      entity: this.shop.entity,
      currency: this.order.currency,
      businessDate: businessDateIn(this.shop.timeZone, event.occurredAt),
    };
  }

  /** Recognises (or, negative, gives back) a part of a portion and books it: revenue and discounts here, tax through c3. */
  book(recognition: Recognition, lines: JournalLines): void {
    const { portion, amount } = recognition;
    portion.recognised += amount;
    this.accounts.balance.recognised += netOf(recognition);
    if (portion.kind === "tax") addTo(this.accounts.balance.fulfilledTax, portion.jurisdiction, amount);
    else lines.add(portion.role, portion.dimensions, portion.kind === "revenue" ? -amount : amount);
  }

  /** As `book`, for a portion of a line: the line's net value is what shipping is spread by. */
  bookLine(recognition: Recognition, lines: JournalLines): void {
    this.#fulfilledWeight += this.#weightOf(recognition);
    this.book(recognition, lines);
  }

  /** Takes what left the order out of the value that shipping is spread by. */
  shrinkLine(portion: Portion, amount: MinorUnits): void {
    portion.total -= amount;
    this.#wholeWeight -= this.#weightOf({ portion, amount });
  }

  /** The share of the lines' net value that has been fulfilled; on the last unit all of it (c4). */
  shippingShare(): { readonly part: number; readonly whole: number } {
    if (this.open === 0) return { part: 1, whole: 1 };
    if (this.#wholeWeight <= 0) return { part: 0, whole: 1 };
    return { part: Math.min(Math.max(this.#fulfilledWeight, 0), this.#wholeWeight), whole: this.#wholeWeight };
  }

  #weightOf(recognition: Recognition): number {
    if (recognition.portion.kind === "tax") return this.#weighWithTax ? recognition.amount : 0;
    return netOf(recognition);
  }
}
