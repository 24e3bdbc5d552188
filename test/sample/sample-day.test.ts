import { createHash } from "node:crypto";
import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import { customers, deliveryIds, type PosFileDelivery, sampleDay, type WebhookDelivery } from "#sample";

const day = sampleDay();
const webhooks = day.filter((delivery): delivery is WebhookDelivery => delivery.kind === "webhook");
const files = day.filter((delivery): delivery is PosFileDelivery => delivery.kind === "pos-file");
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const ids = day.map(({ id }) => id);

function fingerprint(deliveries: ReturnType<typeof sampleDay>): string {
  const hash = createHash("sha256");
  for (const each of deliveries) {
    hash.update(JSON.stringify(each.kind === "webhook" ? { ...each, body: text(each.body) } : { ...each, bytes: text(each.bytes) }));
  }
  return hash.digest("hex");
}

test("the same seed gives the same bytes, another seed gives others", () => {
  expect(fingerprint(sampleDay())).toBe(fingerprint(day));
  expect(fingerprint(sampleDay({ seed: 7 }))).not.toBe(fingerprint(day));
});

test("the day holds 54 orders, some 230 webhooks by topic, and five files", () => {
  const counts: Record<string, number> = {};
  for (const { topic } of webhooks) counts[topic] = (counts[topic] ?? 0) + 1;
  expect(Object.keys(counts).sort()).toEqual([
    "fulfillments/create",
    "fulfillments/update",
    "order_transactions/create",
    "orders/cancelled",
    "orders/create",
    "orders/paid",
    "refunds/create",
  ]);
  // 54 orders, one of them announced twice, and the forged one.
  expect(counts["orders/create"]).toBe(56);
  expect(counts["refunds/create"]).toBe(6);
  expect(counts["orders/cancelled"]).toBe(1);
  expect(files.map(({ name }) => name)).toEqual([
    "POSLOG_0101_20261127.xml",
    "0301-20261127-tlog.xml",
    "POSLOG_0201_20261127.xml",
    "POSLOG_0201_R3_20261127.xml",
    "resend-POSLOG_0101_20261127.xml",
  ]);
});

test("everything is told relative to the date, in the calendars of shop and stores", () => {
  const july = sampleDay({ date: "2026-07-15" });
  const first = july.find((delivery) => delivery.id === "1001 orders/create 1");
  expect(first?.kind === "webhook" && JSON.parse(text(first.body)).created_at).toBe("2026-07-15T06:02:00-04:00");
  const plain = webhooks.find(({ id }) => id === "1001 orders/create 1");
  expect(JSON.parse(text(plain!.body)).created_at).toBe("2026-11-27T06:02:00-05:00");
  expect(plain!.headers["X-Shopify-Triggered-At"]).toBe("2026-11-27T11:02:00Z");
  expect(text(files[2]!.bytes)).toContain("<BeginDateTime>2026-11-27T22:56:00-06:00</BeginDateTime>");
  expect(text(files[1]!.bytes)).toContain("<BeginDateTime>2026-11-27T09:30:00</BeginDateTime>");
});

test("the duplicates are the same bytes, and only the second subscription has another webhook id", () => {
  const find = (id: string) => webhooks.find((delivery) => delivery.id === id)!;
  const original = find("1001 orders/create 1");
  const again = find(deliveryIds.duplicateWebhook);
  expect(text(again.body)).toBe(text(original.body));
  expect(again.headers).toEqual(original.headers);
  const shipment = find("1002 fulfillments/create 1");
  const other = find(deliveryIds.duplicateBody);
  expect(text(other.body)).toBe(text(shipment.body));
  expect(other.headers["X-Shopify-Webhook-Id"]).not.toBe(shipment.headers["X-Shopify-Webhook-Id"]);
  expect(text(files[4]!.bytes)).toBe(text(files[0]!.bytes));
});

test("of one order the shipment and the payment arrive before the order, of another the refund before the shipment", () => {
  const of = (number: string) => ids.filter((id) => id.startsWith(`${number} `));
  expect(of("1017")).toEqual([
    "1017 fulfillments/update 1",
    "1017 fulfillments/create 1",
    "1017 orders/paid 1",
    "1017 order_transactions/create 1",
    "1017 orders/create 1",
  ]);
  expect(of("1018")).toEqual([
    "1018 orders/create 1",
    "1018 order_transactions/create 1",
    "1018 orders/paid 1",
    "1018 order_transactions/create 2",
    "1018 refunds/create 1",
    "1018 fulfillments/create 1",
  ]);
});

test("one webhook is forged, for an order that the shop never had", () => {
  const forged = webhooks.filter(({ signature }) => signature === "forged");
  expect(forged.map(({ id }) => id)).toEqual([deliveryIds.forgedWebhook]);
  expect(JSON.parse(text(forged[0]!.body))).toMatchObject({ name: "#9999", id: 6_120_000_009_999 });
  expect(webhooks.filter(({ body }) => text(body).includes("#9999"))).toHaveLength(1);
});

test("one order id is a bare number above 2^53, which JSON.parse would change", () => {
  const body = text(webhooks.find(({ id }) => id === "1019 orders/create 1")!.body);
  expect(body).toContain('{"id":9007199254740997,"admin_graphql_api_id":"gid://shopify/Order/9007199254740997"');
  expect(String(JSON.parse(body).id)).not.toBe("9007199254740997");
});

test("the cancelled order embeds its refund, which also comes by itself under the same id", () => {
  const cancelled = JSON.parse(text(webhooks.find(({ topic }) => topic === "orders/cancelled")!.body));
  const refund = JSON.parse(text(webhooks.find(({ id }) => id === "1014 refunds/create 1")!.body));
  expect(cancelled).toMatchObject({ name: "#1014", cancel_reason: "customer", total_price: "186.09", current_total_price: "0.00" });
  expect(cancelled.line_items.map((line: { current_quantity: number }) => line.current_quantity)).toEqual([0, 0]);
  const { refund_shipping_lines: stated, ...embedded } = refund;
  expect(cancelled.refunds).toEqual([embedded]);
  // The shipping refund is stated twice, with opposite signs.
  expect(stated[0].subtotal_amount_set.shop_money.amount).toBe("7.95");
  expect(refund.order_adjustments[0]).toMatchObject({ kind: "shipping_refund", amount: "-7.95", tax_amount: "-0.66" });
});

test("bodies hold people, so that it can be shown that nothing else does", () => {
  const all = webhooks.map(({ body }) => text(body)).join("\n");
  for (const { email, last } of customers) {
    expect(all).toContain(email);
    expect(all).toContain(last);
    expect(email).toMatch(/@example\.(com|net|org)$/);
  }
});

test("every file is well-formed XML but the truncated one", () => {
  const broken = files.filter(({ bytes }) => {
    let failed = false;
    const parser = new SaxesParser();
    parser.on("error", () => {
      failed = true;
    });
    parser.write(text(bytes)).close();
    return failed;
  });
  expect(broken.map(({ id }) => id)).toEqual([deliveryIds.truncatedFile]);
});

interface Element {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  readonly children: Element[];
  text: string;
}

function parseXml(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const stack = [root];
  const parser = new SaxesParser();
  parser.on("opentag", (tag) => {
    const element: Element = { name: tag.name, attributes: { ...tag.attributes }, children: [], text: "" };
    stack.at(-1)!.children.push(element);
    stack.push(element);
  });
  parser.on("text", (content) => {
    stack.at(-1)!.text += content.trim();
  });
  parser.on("closetag", () => {
    stack.pop();
  });
  parser.write(xml).close();
  return root.children[0]!;
}

const all = (element: Element, name: string): Element[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
const only = (element: Element, name: string): Element => all(element, name)[0] ?? { name, attributes: {}, children: [], text: "" };
const cents = (decimalText: string) => Math.round(Number(decimalText) * 100);
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** What a till's customer owes, from the lines alone, and what the tenders say; dialect 6 by element and code, dialect 2 by sign. */
function figuresOf(transaction: Element) {
  const items = [...all(transaction, "Sale"), ...all(transaction, "Return")];
  const dialect2 = transaction.children.some((child) => child.name === "RetailStoreID");
  const sign = (element: Element) => (dialect2 || element.name === "Sale" ? 1 : -1);
  const child = (element: Element, name: string) => element.children.find((each) => each.name === name)?.text ?? "0";
  const net = sum(items.map((item) => sign(item) * cents(child(item, "ExtendedAmount"))));
  const taxes = dialect2
    ? all(transaction, "Tax").map((tax) => cents(child(tax, "Amount")))
    : items.map((item) => sign(item) * cents(child(only(item, "Tax"), "Amount")));
  const tendered = all(transaction, "Tender").map((tender) => {
    const change = cents(child(only(tender, "TenderChange"), "Amount"));
    return (tender.attributes.TypeCode === "Refund" ? -1 : 1) * (cents(child(tender, "Amount")) - change);
  });
  const rounding = all(transaction, "Rounding").map((each) => cents(child(each, "Amount")));
  const total = (type: string) => cents(all(transaction, "Total").find((each) => each.attributes.TotalType === type)?.text ?? "");
  return {
    net: [net, total("TransactionNetAmount")],
    tax: [sum(taxes), total("TransactionTaxAmount")],
    total: [net + sum(taxes), total("TransactionGrandAmount")],
    paid: [sum(tendered), net + sum(taxes) + sum(rounding)],
  };
}

/** Transactions that are tickets, and no till's own. */
const ticketsIn = (root: Element) => all(root, "Transaction").filter((each) => all(each, "RetailTransaction").length > 0);

test("on every ticket lines, taxes, totals and tenders agree, but for the broken one", () => {
  const transactions = files.slice(0, 3).flatMap(({ bytes }) => ticketsIn(parseXml(text(bytes))));
  expect(transactions).toHaveLength(76);
  const off = transactions.flatMap((transaction) => {
    const wrong = Object.entries(figuresOf(transaction)).filter(([, [left, right]]) => left !== right);
    const place = only(transaction, "UnitID").text || only(transaction, "RetailStoreID").text;
    return wrong.map(([what, [left, right]]) => [place, only(transaction, "SequenceNumber").text, what, left, right]);
  });
  // 129.00 and 8.06 tax are owed, 117.06 is tendered.
  expect(off).toEqual([["0101", "6", "paid", 11_706, 13_706]]);
});

test("every receipt has a number of its own", () => {
  const numbers = files.slice(0, 3).flatMap(({ bytes }) => {
    const root = parseXml(text(bytes));
    const named = ticketsIn(root)
      .flatMap((ticket) => [...all(ticket, "TransactionID"), ...all(ticket, "ReceiptNumber")])
      .map((element) => element.text);
    // The name of the web order that goods of two tickets come from is no receipt.
    return named.filter((name) => name !== "#1104");
  });
  expect(new Set(numbers).size).toBe(76);
  expect(numbers).toContain("0301-1-0005-20261127");
});

test("control totals of the 6.0 files count every transaction and sum those that are sales", () => {
  for (const { bytes } of [files[0]!, files[2]!]) {
    const root = parseXml(text(bytes));
    const transactions = all(root, "Transaction");
    expect(only(root, "TransactionCount").text).toBe(String(transactions.length));
    const sales = ticketsIn(root).filter((each) => each.attributes.TrainingModeFlag !== "true");
    expect(cents(only(root, "TransactionAmount").text)).toBe(sum(sales.map((each) => figuresOf(each).total[0]!)));
  }
});

test("the tills write change in three ways, and returns by element or by sign", () => {
  expect(text(files[0]!.bytes)).toContain("<TenderChange>");
  expect(text(files[2]!.bytes)).toContain('<Tender TenderType="Cash" TypeCode="Refund">');
  expect(text(files[1]!.bytes)).toMatch(/<Tender TenderType="Cash">\s+<Amount>-/);
  expect(text(files[1]!.bytes)).toMatch(/<Quantity Units="1" UnitOfMeasureCode="EA">-1</);
  expect(text(files[0]!.bytes)).not.toMatch(/<(Extended)?Amount[^>]*>-/);
  expect(text(files[0]!.bytes)).toContain("<Brand>American Express</Brand>");
  expect(text(files[1]!.bytes)).toMatch(/<Rounding>\s+<Amount>-0.01</);
});

test("every register numbers its transactions without a gap, but for the one number that a till lost", () => {
  const numbers = new Map<string, number[]>();
  for (const { bytes } of files.slice(0, 3)) {
    for (const transaction of all(parseXml(text(bytes)), "Transaction")) {
      const store = only(transaction, "UnitID").text || only(transaction, "RetailStoreID").text;
      const register = `${store}/${only(transaction, "WorkstationID").text}`;
      const sequence = transaction.children.find(({ name }) => name === "SequenceNumber")?.text;
      numbers.set(register, [...(numbers.get(register) ?? []), Number(sequence)]);
    }
  }
  const told = [...numbers].map(([register, seen]) => {
    const [first, last] = [Math.min(...seen), Math.max(...seen)];
    const missing = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((number) => !seen.includes(number));
    return [register, first, last, new Set(seen).size === seen.length, missing];
  });
  expect(told).toEqual([
    ["0101/1", 1, 22, true, []],
    ["0101/2", 5, 21, true, [12]],
    ["0301/1", 1, 24, true, []],
    ["0201/1", 1, 18, true, []],
    ["0201/2", 3, 16, true, []],
  ]);
});
