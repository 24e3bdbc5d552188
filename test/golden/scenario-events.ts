import type { BusinessEvent, EventOf } from "#domain/events";
import { parseMinorUnits } from "#domain/money";
import type { Fact, Scenario } from "./scenario.ts";
import { isTillFact, type TillFact, tillEvent } from "./till-facts.ts";

type Order = EventOf<"order.placed">;
type Tax = Order["lines"][number]["taxes"][number];

/** The events of a scenario, in the order in which it tells them. */
export function eventsOf(scenario: Scenario): BusinessEvent[] {
  return scenario.events.map((fact) =>
    isTillFact(fact)
      ? tillEvent(fact, scenario.currency)
      : "soldByPeriodEnd" in fact
        ? periodEvent(fact, scenario.currency)
        : "on" in fact
          ? cardEvent(fact, scenario.currency)
          : "points" in fact
            ? pointsEvent(fact, scenario.currency)
            : "goods" in fact || "accepted" in fact || "closeShipment" in fact
              ? transferEvent(fact)
              : eventOf(fact, scenario.currency),
  );
}

export function transactionOf(scenario: Scenario): string {
  const store = storeOf(scenario);
  if (scenario.of === "store-day") return `store-day:pos:${store}:2026-11-27`;
  if (scenario.of === "stock") return `stock:pos:${store}:1:2026-11-27:1`;
  if (scenario.of === "deposit" || scenario.of === "receivable") return `account:pos:${scenario.of}:1`;
  if (scenario.of === "period") return periodOf(scenario);
  if (scenario.of === "till-transfer") return "transfer:pos:stores:1";
  if (scenario.of === "transfer") return `transfer:shopify:${scenario.shop}:1`;
  if (scenario.of === "loyalty") return `stored-value:shopify:${scenario.shop}:loyalty:rewards.1`;
  if (scenario.of !== "sale") return `stored-value:shopify:${scenario.shop}:${scenario.of}:1`;
  const ticket = scenario.events.find((fact) => "ticket" in fact);
  if (ticket === undefined && scenario.events.some((fact) => "voids" in fact)) return `sale:pos:${store}:1:2026-11-27:1`;
  return ticket === undefined ? `sale:shopify:${scenario.shop}:1` : `sale:pos:${ticket.ticket.store}:1:2026-11-27:1`;
}

function storeOf({ events }: Scenario): string {
  const [first] = events;
  return first !== undefined && "store" in first && first.store !== undefined ? first.store : "0001";
}

type SaleFact = Exclude<Fact, CardFact | TransferFact | TillFact | PointsFact | PeriodFact>;
type PeriodFact = Extract<Fact, { soldByPeriodEnd: string }>;
type PointsFact = Extract<Fact, { points: number }>;
type CardFact = Extract<Fact, { on: string }>;
type TransferFact = Extract<Fact, { send: string } | { arrive: string } | { closeShipment: string }>;

function periodOf({ events }: Scenario): string {
  const stated = events.find((fact): fact is PeriodFact => "soldByPeriodEnd" in fact);
  return `period:${stated?.channel ?? "web"}:${stated?.entity ?? "us"}:2026-11`;
}

function periodEvent({ at, soldByPeriodEnd, cost, entity, channel, version }: PeriodFact, currency: string): BusinessEvent {
  return {
    name: "period-sales.stated",
    schema: 1,
    key: "period-sales.stated:2026-11",
    version,
    occurredAt: instant(at),
    entity,
    channel,
    period: "2026-11",
    businessDate: "2026-11-30",
    from: "2026-11-01",
    currency,
    sales: parseMinorUnits(soldByPeriodEnd, currency),
    cost: parseMinorUnits(cost, currency),
    by: "Dana",
    reason: "close of November",
  };
}

function cardEvent(fact: CardFact, currency: string): BusinessEvent {
  const [verb, id] = "issue" in fact ? ["issued", fact.issue] : "redeem" in fact ? ["redeemed", fact.redeem] : ["adjusted", fact.adjust];
  const isCard = fact.on === "card";
  const name = `${isCard ? "gift-card" : "store-credit"}.${verb}`;
  return {
    name,
    schema: 1,
    key: `${name}:${id}`,
    version: fact.version,
    occurredAt: instant(fact.at),
    currency,
    amount: parseMinorUnits(fact.amount, currency),
    ...(isCard ? { cardId: "1" } : { accountId: "1" }),
    ...(isCard && verb === "issued" ? {} : { entryId: id }),
    ...(fact.reason === undefined ? {} : { reason: fact.reason }),
    ...(fact.order === undefined ? {} : { orderId: fact.order }),
    ...(fact.ticketOf === undefined ? {} : { ticket: { store: fact.ticketOf, register: "1", businessDate: "2026-11-27", sequence: "1" } }),
    ...("soldFor" in fact && fact.soldFor !== undefined ? { soldFor: parseMinorUnits(fact.soldFor, currency) } : {}),
    ...("takenBy" in fact && fact.takenBy !== undefined ? { takenBy: fact.takenBy } : {}),
  } as BusinessEvent;
}

function pointsEvent(fact: PointsFact, currency: string): BusinessEvent {
  const stated = (name: string, entryId: string) => ({
    schema: 1 as const,
    key: `${name}:${entryId}`,
    version: "1",
    occurredAt: instant(fact.at),
    program: "rewards",
    memberId: "1",
    entryId,
    currency,
    points: fact.points,
  });
  if ("earnPoints" in fact)
    return { name: "loyalty.earned", ...stated("loyalty.earned", fact.earnPoints), spent: parseMinorUnits(fact.spent, currency) };
  if ("usePoints" in fact) return { name: "loyalty.redeemed", ...stated("loyalty.redeemed", fact.usePoints) };
  return { name: "loyalty.expired", ...stated("loyalty.expired", fact.losePoints) };
}

function transferEvent(fact: TransferFact): BusinessEvent {
  const common = (name: string, shipmentId: string, version: string) => ({
    schema: 1 as const,
    key: `${name}:${shipmentId}`,
    version,
    occurredAt: instant(fact.at),
    transferId: "1",
    shipmentId,
  });
  if ("closeShipment" in fact) return { name: "transfer.closed", ...common("transfer.closed", fact.closeShipment, "1") };
  const places = { origin: fact.from, ...(fact.to === undefined ? {} : { destination: fact.to }) };
  if ("send" in fact) {
    return {
      name: "transfer.shipped",
      ...common("transfer.shipped", fact.send, fact.version),
      ...places,
      lines: Object.entries(fact.goods).map(([item, count]) => ({ id: item, item, quantityMillionths: pieces(count) })),
    };
  }
  const items = [...new Set([...Object.keys(fact.accepted), ...Object.keys(fact.damaged)])];
  return {
    name: "transfer.received",
    ...common("transfer.received", fact.arrive, fact.version),
    ...places,
    ...(fact.shipment === undefined ? {} : { shipmentId: fact.shipment }),
    lines: items.map((item) => ({
      id: item,
      item,
      acceptedMillionths: pieces(fact.accepted[item] ?? 0),
      rejectedMillionths: pieces(fact.damaged[item] ?? 0),
    })),
  };
}

function eventOf(fact: SaleFact, scenarioCurrency: string): BusinessEvent {
  const currency = "order" in fact ? (fact.order.currency ?? scenarioCurrency) : scenarioCurrency;
  const money = (text: string) => parseMinorUnits(text, currency);
  const taxes = (by: Readonly<Record<string, string>>): Tax[] =>
    Object.entries(by).map(([name, amount]) => {
      const code = name.replace(" by channel", "");
      return code === name ? { code, amount: money(amount) } : { code, amount: money(amount), channelLiable: true };
    });
  const discounts = (by: Readonly<Record<string, string>>) =>
    Object.entries(by).map(([promotion, amount]) => ({ amount: money(amount), promotion }));
  const head = (name: string, id: string, version = "1") =>
    ({ schema: 1, key: `${name}:${id}`, version, occurredAt: instant(fact.at) }) as const;
  const payment = (
    id: string,
    given: {
      amount: string;
      with: string;
      manual: boolean;
      rounding?: string | undefined;
      of?: string | undefined;
      in?: string | undefined;
      foreign?: string | undefined;
    },
  ) => ({
    orderId: "1",
    paymentId: id,
    gateway: given.with,
    manual: given.manual,
    amount: parseMinorUnits(given.amount, given.in ?? currency),
    currency: given.in ?? currency,
    ...(given.of === undefined ? {} : { parentPaymentId: given.of }),
    ...(given.foreign === undefined ? {} : { foreign: foreignMoney(given.foreign) }),
    ...(given.rounding === undefined ? {} : { rounding: money(given.rounding) }),
  });

  if ("order" in fact) return orderPlaced();
  if ("authorise" in fact)
    return { name: "payment.authorized", ...head("payment.authorized", fact.authorise), ...payment(fact.authorise, fact) };
  if ("void" in fact) return { name: "payment.voided", ...head("payment.voided", fact.void), ...payment(fact.void, fact) };
  if ("capture" in fact) return { name: "payment.captured", ...head("payment.captured", fact.capture), ...payment(fact.capture, fact) };
  if ("ship" in fact) {
    return {
      name: "fulfillment.shipped",
      ...head("fulfillment.shipped", fact.ship),
      orderId: "1",
      fulfillmentId: fact.ship,
      ...(fact.by === undefined ? {} : { carrier: fact.by }),
      ...(fact.from === undefined ? {} : { location: fact.from }),
      lines: Object.entries(fact.lines).map(([lineId, count]) => ({ lineId, item: fact.item, quantityMillionths: pieces(count) })),
    };
  }
  if ("deliver" in fact) {
    const fulfillmentId = fact.deliver;
    return { name: "fulfillment.delivered", ...head("fulfillment.delivered", fulfillmentId), orderId: "1", fulfillmentId };
  }
  if ("cancelShipment" in fact) {
    return {
      name: "fulfillment.cancelled",
      ...head("fulfillment.cancelled", fact.cancelShipment),
      orderId: "1",
      fulfillmentId: fact.cancelShipment,
      ...(fact.refused === true ? { refused: true } : {}),
    };
  }
  if ("cancelOrder" in fact) return { name: "order.cancelled", ...head("order.cancelled", "1"), orderId: "1", reason: fact.cancelOrder };
  if ("authoriseReturn" in fact || "received" in fact || "cancelReturn" in fact || "closeReturn" in fact) return returnEvent(fact);
  if ("refunded" in fact) {
    return {
      name: "payment.refunded",
      ...head("payment.refunded", fact.refunded, fact.version),
      ...payment(fact.refunded, fact),
      status: fact.status,
    };
  }
  if ("ticket" in fact) return ticketCompleted(fact.ticket);
  return refundIssued(fact);

  function returnEvent(
    given: Extract<Fact, { authoriseReturn: unknown } | { received: unknown } | { cancelReturn: unknown } | { closeReturn: unknown }>,
  ): BusinessEvent {
    if ("received" in given) {
      return {
        name: "return.received",
        ...head("return.received", given.received),
        orderId: "1",
        ...(given.of === undefined ? {} : { returnId: given.of }),
        receiptId: given.received,
        ...(given.line === undefined ? {} : { lineId: given.line }),
        item: "",
        quantityMillionths: pieces(given.pieces),
        disposition: given.as,
        ...(given.to === undefined ? {} : { location: given.to }),
      };
    }
    if ("cancelReturn" in given) {
      const returnId = given.cancelReturn;
      return { name: "return.cancelled", ...head("return.cancelled", returnId), orderId: "1", returnId };
    }
    if ("closeReturn" in given) {
      const returnId = given.closeReturn;
      return { name: "return.closed", ...head("return.closed", returnId), orderId: "1", returnId };
    }
    const fees = Object.entries(given.fees);
    return {
      name: "return.authorized",
      ...head("return.authorized", given.authoriseReturn),
      orderId: "1",
      returnId: given.authoriseReturn,
      lines: Object.entries(given.lines).map(([lineId, count]) => ({
        id: `${given.authoriseReturn}-${lineId}`,
        lineId,
        item: "",
        quantityMillionths: pieces(count),
      })),
      ...(fees.length === 0 ? {} : { currency }),
      fees: fees.map(([kind, fee]) => ({
        id: `${given.authoriseReturn}-${kind}`,
        kind: kind as "restocking" | "shipping",
        amount: money(fee),
      })),
    };
  }

  function orderPlaced(): Order {
    const { order: given } = fact as Extract<SaleFact, { order: unknown }>;
    const lines = Object.entries(given.lines).map(([id, line]) => ({
      id,
      item: line.kind === "goods" ? line.item : line.item === "SHIRT" ? "" : line.item,
      kind: line.kind,
      quantityMillionths: pieces(line.pieces),
      gross: money(line.gross),
      discounts: discounts(line.discounts),
      taxes: taxes(line.tax),
      ...(line.duties === undefined ? {} : { duties: money(line.duties) }),
    }));
    const { shipping: row } = given;
    const shipping =
      row === undefined
        ? []
        : [{ id: "S", title: "Standard", gross: money(row.gross), discounts: discounts(row.discounts), taxes: taxes(row.tax) }];
    const rows = [...lines, ...shipping];
    const discount = add(rows.flatMap((each) => each.discounts.map(({ amount }) => amount)));
    const tax = add(rows.flatMap((each) => each.taxes.map(({ amount }) => amount)));
    const [tip, duties, fees] = [money(given.tip), money(given.duties), money(given.fees)];
    const parts =
      add(rows.map((each) => each.gross)) - discount + (given.taxesIncluded ? 0 : tax) + tip + (given.dutiesIncluded ? 0 : duties) + fees;
    return {
      name: "order.placed",
      ...head("order.placed", "1", instant(given.version ?? fact.at)),
      orderId: "1",
      orderName: "#1001",
      currency,
      presentmentCurrency: given.presented === undefined ? currency : foreignMoney(given.presented).currency,
      ...(given.presented === undefined
        ? {}
        : {
            presentment: {
              total: foreignMoney(given.presented).amount,
              inOrderCurrency: given.total === undefined ? parts : money(given.total),
            },
          }),
      taxesIncluded: given.taxesIncluded,
      ...(given.dutiesIncluded ? { dutiesIncluded: true } : {}),
      test: false,
      ...(given.businessEntity === undefined ? {} : { businessEntity: given.businessEntity }),
      ...(given.takenAt === undefined ? {} : { location: given.takenAt }),
      gateways: [],
      paymentTerms: given.onTerms,
      lines,
      shipping,
      totals: {
        lines: add(lines.map((each) => each.gross)),
        discounts: discount,
        tax,
        tip,
        duties,
        fees,
        cashRounding: money(given.cashRounding),
        total: given.total === undefined ? parts : money(given.total),
      },
    };
  }

  function refundIssued(given: Extract<Fact, { refund: string }>): BusinessEvent {
    const id = given.refund;
    return {
      name: "refund.issued",
      ...head("refund.issued", id, given.version),
      orderId: "1",
      refundId: id,
      ...(given.of === undefined ? {} : { returnId: given.of }),
      currency,
      lines: Object.entries(given.lines).map(([lineId, line]) => {
        const stated = taxes(line.tax);
        return {
          id: `${id}-${lineId}`,
          lineId,
          item: "",
          quantityMillionths: pieces(line.pieces),
          subtotal: money(line.subtotal),
          tax: add(stated.map(({ amount }) => amount)),
          taxes: stated,
          restock: line.restock,
          ...(line.to === undefined ? {} : { location: line.to }),
        };
      }),
      shipping:
        given.shipping === undefined
          ? []
          : [
              {
                id: `${id}-S`,
                amount: money(given.shipping.amount),
                tax: add(taxes(given.shipping.tax).map(({ amount }) => amount)),
                taxes: taxes(given.shipping.tax),
              },
            ],
      adjustments:
        given.discrepancy === undefined
          ? []
          : [{ id: `${id}-A`, kind: "refund_discrepancy", amount: money(given.discrepancy.amount), tax: money(given.discrepancy.tax) }],
      ...(given.returnFees === undefined
        ? {}
        : {
            returnFees: Object.entries(given.returnFees).map(([reason, fee]) => ({
              id: `${id}-${reason}`,
              reason,
              amount: money(fee.amount),
              taxes: taxes(fee.tax),
            })),
          }),
      duties: money(given.duties),
      fees: money(given.fees),
      ...(given.tips === undefined ? {} : { tips: money(given.tips) }),
      payments: Object.entries(given.money).map(([paymentId, each]) => ({
        paymentId,
        amount: parseMinorUnits(each.amount, each.in ?? currency),
        ...(each.in === undefined ? {} : { currency: each.in }),
        gateway: each.with,
        status: each.status,
      })),
      processedAt: instant(given.at),
    };
  }

  function ticketNamed({ sequence, businessDate }: { sequence: string; businessDate?: string | undefined }) {
    return { sequence, ...(businessDate === undefined ? {} : { businessDate }) };
  }

  function tenderOf(tender: Extract<Fact, { ticket: unknown }>["ticket"]["tenders"][number]) {
    if (Array.isArray(tender)) return { type: tender[0], amount: money(tender[1]) };
    const { type, amount, account, foreign } = tender;
    return {
      type,
      amount: money(amount),
      ...(account === undefined ? {} : { account }),
      ...(foreign === undefined ? {} : { foreign: { currency: foreign[0], amount: parseMinorUnits(foreign[1], foreign[0]) } }),
    };
  }

  function ticketCompleted(given: Extract<Fact, { ticket: unknown }>["ticket"]): BusinessEvent {
    return {
      name: "ticket.completed",
      ...head("ticket.completed", "1"),
      store: given.store,
      register: "1",
      sequence: "1",
      businessDate: "2026-11-27",
      currency,
      taxesIncluded: given.taxesIncluded,
      lines: given.lines.map((line, index) => ({
        id: String(index + 1),
        kind: line.kind,
        ...(line.collects === undefined ? {} : { collects: line.collects }),
        ...(line.reason === undefined ? {} : { reason: line.reason }),
        ...(line.account === undefined ? {} : { account: line.account }),
        item: line.collects === undefined ? line.item : "",
        quantityMillionths: pieces(line.pieces),
        gross: money(line.gross),
        discounts: discounts(line.discounts),
        taxes: taxes(line.tax),
        restock: line.restock,
      })),
      discounts: discounts(given.discounts),
      taxes: [],
      ...(given.replaces === undefined ? {} : { replaces: ticketNamed(given.replaces) }),
      tenders: given.tenders.map((tender, index) => ({ id: String(index + 1), ...tenderOf(tender) })),
      cashRounding: money(given.cashRounding),
      rounding: 0,
      stated: {},
    };
  }
}

export function instant(time: string): string {
  const [hours = "", day = "27"] = time.split(" ").reverse();
  return `2026-${day.length === 2 ? `11-${day}` : day}T${hours}:00.000Z`;
}

function pieces(count: number): number {
  return Math.round(count * 1_000_000);
}

function add(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function foreignMoney(text: string): { currency: string; amount: number } {
  const [amount = "", currency = ""] = text.split(" ");
  return { currency, amount: parseMinorUnits(amount, currency) };
}
