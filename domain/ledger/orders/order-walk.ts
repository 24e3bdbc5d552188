import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { Issue } from "#domain/inventory";
import type { Currency, MinorUnits } from "#domain/money";
import { type ElectionValue, electionFor, type FreightRule, type Policy, type ShopPolicy } from "#domain/policy";
import type { MovedMoney } from "#domain/returns";
import { consignedLines } from "../consigned.ts";
import type { TargetLine } from "../documents.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import type { JournalLines } from "../journal-lines.ts";
import { OrderAccounts } from "./order-balance.ts";
import { netOf, type Portion, type Recognition, type RevenuePortion } from "./order-portions.ts";
import { type ChargeGroup, isTax, type LineState, type OrderSeller, orderValue } from "./order-value.ts";
import type { OrderVersions } from "./order-versions.ts";
import { replacedBecause } from "./replacement.ts";
import type { OrderReturns } from "./returned-goods.ts";

/** What a fulfilment recognised and issued, so that its cancellation mirrors it (c6). */
export interface FulfilmentRecord {
  readonly goods: readonly Recognition[];
  readonly charges: readonly Recognition[];
  readonly lines: readonly { readonly state: LineState; readonly quantityMillionths: number; readonly issue: Issue | undefined }[];
  /** What the carrier was estimated to cost (c10), if it was. */
  readonly freight:
    | {
        readonly rule: FreightRule;
        readonly location: string;
        readonly entity: string;
        readonly currency: Currency;
        readonly amount: MinorUnits;
      }
    | undefined;
}

/** Goods of one fulfilment that are on the way, where control passes at delivery (c4): what of each line is left of it, in millionths. */
export interface TransitRecord {
  readonly event: EventOf<"fulfillment.shipped">;
  readonly lines: readonly {
    readonly state: LineState;
    readonly issue: Issue | undefined;
    readonly quantityMillionths: number;
    left: number;
  }[];
  readonly freight: FulfilmentRecord["freight"];
}

/** The running state of one order while its events are walked in order. */
export class OrderWalk {
  readonly order: EventOf<"order.placed">;
  readonly versions: OrderVersions;
  readonly seller: OrderSeller;
  readonly policy: Policy;
  readonly shop: ShopPolicy;
  /** The entity that sells. */
  readonly entity: string;
  readonly draft: TargetDraft;
  readonly lines: ReadonlyMap<string, LineState>;
  readonly charges: readonly ChargeGroup[];
  readonly accounts: OrderAccounts;
  /** The goods that come back. */
  readonly returns: OrderReturns;
  /** By payment: what came in or went out in a third currency (c33). */
  readonly abroad: ReadonlyMap<string, MovedMoney>;
  /** When control passes to the customer: as elected on the day of the order. */
  readonly controlPasses: ElectionValue<"controlPasses">;
  /** c50: why policy takes the order for goods sent again for nothing; undefined: it is a sale. */
  readonly replaces: string | undefined;
  readonly fulfilments = new Map<string, FulfilmentRecord>();
  readonly transit = new Map<string, TransitRecord>();
  /** What vendors are owed for goods that they sent to customers themselves, by fulfilment (c48). */
  readonly dropShipped = new Map<
    string,
    { readonly lines: readonly TargetLine[]; readonly currency: string; readonly issues: readonly Issue[] }
  >();
  /** Keys of refunds that are held as they stand: nothing more is owed for them yet. */
  readonly heldRefunds = new Set<string>();
  /** Keys of events that are left out (see `leaveOut`); of shipments, their fulfilments' ids. */
  readonly leftOut = new Set<string>();
  /** Captured less everything refunded so far, goodwill included. */
  moneyLeft: MinorUnits = 0;
  /** Cash rounding of the captures so far, signed as the channel states it (c28). */
  cashRounding: MinorUnits = 0;
  /** Money of all refunds that name nothing but money: such a refund may give back a capture above the order. */
  readonly givenBack: MinorUnits;
  /** True once a refund is held whose amounts nobody knows: what depends on the state waits with it. */
  uncertain = false;
  /** Units ordered, not refunded and not handed over, in millionths. */
  open: number;
  readonly #weighWithTax: boolean;
  #fulfilledWeight = 0;
  #wholeWeight = 0;

  constructor(
    order: EventOf<"order.placed">,
    { versions, givenBack, returns, abroad }: Pick<OrderWalk, "versions" | "givenBack" | "returns" | "abroad">,
    seller: OrderSeller,
    draft: TargetDraft,
  ) {
    const value = orderValue(order, seller);
    this.order = order;
    this.versions = versions;
    this.givenBack = givenBack;
    this.returns = returns;
    this.abroad = abroad;
    this.seller = seller;
    this.policy = seller.policy;
    this.shop = seller.shop;
    this.entity = seller.entity;
    this.draft = draft;
    const { entity, placedOn, channel } = seller;
    this.controlPasses = electionFor(seller.policy, "controlPasses", { entity, day: placedOn, about: { channel } });
    this.replaces = replacedBecause(order, seller);
    this.lines = value.lines;
    this.charges = value.charges;
    this.accounts = new OrderAccounts(value.total, value.collected, { channel: seller.shop.channelDimension, currency: order.currency });
    this.#weighWithTax = value.weighWithTax;
    this.open = 0;
    for (const state of value.lines.values()) {
      this.open += state.remaining;
      for (const portion of state.portions) this.#wholeWeight += this.#weightOf({ portion, amount: portion.total });
    }
  }

  /** Of a document of the seller; `other` entity and its currency for one of another entity's books. */
  frame(
    event: BusinessEvent,
    other: { readonly entity: string; readonly currency: string } = { entity: this.entity, currency: this.order.currency },
  ): DocumentFrame {
    // What a till did is of the till's day.
    const day = "businessDate" in event ? event.businessDate : businessDateIn(this.shop.timeZone, event.occurredAt);
    return { event, ...other, businessDate: day };
  }

  /**
   * The event contradicts what happened before it, or is not understood by what is known of that. It is not held but left out: for what comes
   * after it, it counts as one that has not arrived, and what was booked of it before is taken back, so that the books do not depend on who
   * came first. `name`: its key; of a shipment, the id of its fulfilment.
   */
  leaveOut(name: string, { event: _, ...problem }: Problem): void {
    this.draft.problem(problem);
    this.leftOut.add(name);
  }

  /** The refund is held as it stands, and what comes after it waits. */
  holdRefund(event: BusinessEvent, problem: Problem): void {
    this.draft.problem(problem);
    this.draft.hold(event);
    this.heldRefunds.add(event.key);
    this.uncertain = true;
  }

  /** Recognises (or, negative, gives back) a part of a portion and books it: revenue and discounts here, what is collected through c3. */
  book(recognition: Recognition, lines: JournalLines): void {
    const { portion, amount } = recognition;
    portion.recognised += amount;
    this.accounts.balance.recognised += netOf(recognition);
    if (portion.kind === "collected") this.accounts.collected.get(portion.name)!.fulfilled += amount;
    else if (portion.consigned !== undefined) this.addConsigned(portion.consigned, amount, lines);
    else lines.add(portion.role, portion.dimensions, portion.kind === "revenue" ? -amount : amount);
  }

  /** c48: value of a consignor's goods, negative when it is given back, on the terms of the order's day. */
  addConsigned({ consignor, itemClass }: NonNullable<RevenuePortion["consigned"]>, value: MinorUnits, lines: JournalLines): void {
    const { entity, placedOn: day } = this.seller;
    // Without terms the order is held before anything of it is booked.
    for (const line of consignedLines(this.policy, { consignor, itemClass, value, entity, day }) ?? []) {
      lines.add(line.role, line.dimensions, line.amount);
    }
  }

  /** As `book`, for a portion of a line: the line's net value is what charges are spread by. */
  bookLine(recognition: Recognition, lines: JournalLines): void {
    this.#fulfilledWeight += this.#weightOf(recognition);
    this.book(recognition, lines);
  }

  /** Takes what left the order out of the value that charges are spread by. */
  shrinkLine(portion: Portion, amount: MinorUnits): void {
    portion.total -= amount;
    this.#wholeWeight -= this.#weightOf({ portion, amount });
  }

  /** The share of the lines' net value that has been fulfilled; on the last unit all of it (c4). */
  chargeShare(): { readonly part: number; readonly whole: number } {
    if (this.open === 0) return { part: 1, whole: 1 };
    if (this.#wholeWeight <= 0) return { part: 0, whole: 1 };
    return { part: Math.min(Math.max(this.#fulfilledWeight, 0), this.#wholeWeight), whole: this.#wholeWeight };
  }

  #weightOf(recognition: Recognition): number {
    const { portion, amount } = recognition;
    if (portion.kind === "collected") return this.#weighWithTax && isTax(portion) ? amount : 0;
    return netOf(recognition);
  }
}
