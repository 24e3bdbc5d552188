import { describe, expect, test } from "vitest";
import { adyenSettlementDetails } from "#adapters/settlements/adyen";
import { paypalActivityDownload, paypalSettlementReport } from "#adapters/settlements/paypal";
import { shopifyPaymentsCsv, shopifyPaymentsJson } from "#adapters/settlements/shopify-payments";
import { stripeApiJson, stripeItemizedCsv } from "#adapters/settlements/stripe";
import type { SettlementSource } from "#ports/settlement-source";
import { fixture, readSettlement } from "../contracts/settlement-source-contract.ts";

const settings = { account: "account", timeZone: "Europe/Berlin" };
const textOf = (file: string) => new TextDecoder().decode(fixture(file));

function read(source: SettlementSource, text: string, more: object = {}) {
  const answer = readSettlement(source, { ...settings, ...more }, new TextEncoder().encode(text));
  return { ...answer, messages: answer.problems.map(({ problem }) => problem.message), ids: answer.rows.map(({ id }) => id) };
}

describe("an Adyen report with columns of the merchant's own choice", () => {
  const header =
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),Batch Number,DCC Markup (NC),Payment Fees (NC)";
  const settled = (net: string, dcc: string, payment: string) =>
    `C,Y,1829,CM1,mc,2026-11-05 00:21:32,CET,Settled,7429,USD,,31.45,1,USD,,${net},,0.16,0.05,0.09,380,${dcc},${payment}`;
  const payout = (net: string) => `C,Y,,,,2026-11-07 00:00:00,CET,MerchantPayout,TX1,,,,,USD,${net},,,,,,380,,`;
  const feesOf = (net: string, dcc: string, payment: string) => {
    const { rows, messages } = read(adyenSettlementDetails, `${header}\n${settled(net, dcc, payment)}\n${payout(net)}\n`);
    return [rows[0]?.fees.map(({ name, amount }) => `${name} ${amount}`).join(", "), messages.length];
  };

  test("counts payment fees where they stand beside the four parts, and not where the four include them", () => {
    expect(feesOf("31.05", "", "0.10")).toEqual(["markup 16, scheme fees 5, interchange 9, payment fees 10", 0]);
    expect(feesOf("31.15", "", "0.30")).toEqual(["markup 16, scheme fees 5, interchange 9", 0]);
  });

  test("counts the merchant's share of a conversion markup against the fee", () => {
    expect(feesOf("31.45", "0.30", "")).toEqual(["markup 16, scheme fees 5, interchange 9, share of the conversion markup -30", 0]);
  });

  test("still holds a row that no column explains", () => {
    expect(feesOf("30.00", "0.30", "0.10")[1]).toBeGreaterThan(0);
  });
});

describe("the export of Shopify Payments", () => {
  const text = textOf("shopify-payments/export-17-columns.csv");
  const header = text.split("\n")[0];
  const one = (line: string) => read(shopifyPaymentsCsv, `${header}\n${line}\n`);

  test("gives a pending row the id that it has when its payout is known, also among more columns", () => {
    const pending =
      "2026-11-06 17:45:00 +0100,charge,#1003,visa,online,pending,2026-11-10,,2026-11-09,8.99,0.51,8.48,#38,card,8.99,EUR,EUR";
    const paid = "2026-11-06 11:45:00 -0500,charge,#1003,visa,online,paid,2026-11-10,77,2026-11-09,8.99,0.51,8.48,#38,card,8.99,EUR,EUR";
    const before = one(pending);
    const after = one(paid);
    const wider = read(shopifyPaymentsCsv, `${header},VAT\n${paid},0.00\n`);
    expect([before.rows[0]?.payoutId, after.rows[0]?.payoutId]).toEqual([undefined, "77"]);
    expect(after.ids).toEqual(before.ids);
    expect(wider.ids).toEqual(before.ids);
  });

  test.each([
    ["a payout status that it does not know", "sent,2026-11-05,77", /line 2, Payout Status: "sent" is none of pending, scheduled/],
    ["a pending row with a payout", "pending,2026-11-05,77", /line 2, Payout ID: the row is pending and names payout 77/],
    ["a paid row without a payout", "paid,2026-11-05,", /line 2, Payout ID: the cell is empty/],
    ["a paid row without a payout date", "paid,,77", /line 2, Payout Date: "" is not a day/],
  ])("holds %s, and says where", (_, payout, message) => {
    const { rows, messages, summary } = one(
      `2026-11-06 17:45:00 +0100,charge,#1,visa,online,${payout},2026-11-09,8.99,0.51,8.48,#38,card,8.99,EUR,EUR`,
    );
    expect([rows.length, summary?.held]).toEqual([0, true]);
    expect(messages[0]).toMatch(message);
  });

  test("holds a payout whose rows disagree about its day, and one in two currencies", () => {
    const [, first, second] = text.split("\n");
    const otherDay = read(shopifyPaymentsCsv, `${header}\n${first}\n${second?.replace("2026-11-05", "2026-11-06")}\n`);
    expect(otherDay.messages[0]).toContain("payout 91000000000000001 is paid on 2026-11-06 here, and paid on 2026-11-05 in line 2");
    const otherCurrency = read(shopifyPaymentsCsv, `${header}\n${first}\n${second?.replace(/EUR$/, "USD")}\n`);
    expect(otherCurrency.problems.map(({ problem }) => problem.class)).toEqual(["money.currency-mismatch"]);
  });

  test("tells bad rows by their lines and still reads the others", () => {
    const bad = Array.from({ length: 3 }, () => "yesterday,charge,#1,visa,online,pending,,,,8.99,0.51,8.48,#38,card,8.99,EUR,EUR").join(
      "\n",
    );
    const { rows, messages } = read(shopifyPaymentsCsv, `${text}${bad}\n`);
    expect(rows.length).toBe(8);
    expect(messages.map((message) => message.split(":")[0])).toEqual([
      "line 10, Transaction Date",
      "line 11, Transaction Date",
      "line 12, Transaction Date",
    ]);
  });
});

describe("answers of an API", () => {
  test("with ids beyond what a number holds keep every digit", () => {
    const { rows } = read(
      shopifyPaymentsJson,
      '{"transactions":[{"id":9007199254740993,"type":"charge","currency":"EUR","amount":"1.00","fee":"0.00","net":"1.00","processed_at":"2026-11-05T00:00:00Z"}]}',
    );
    expect(rows[0]?.id).toBe("9007199254740993");
  });

  test("nested without end are refused and do not end the process", () => {
    expect(read(shopifyPaymentsJson, `{"transactions":${"[".repeat(200_000)}${"]".repeat(200_000)}}`).summary?.held ?? true).toBe(true);
  });

  test("without payouts or transactions are refused by name", () => {
    expect(read(shopifyPaymentsJson, '{"shop":{"payouts":1}}').error?.message).toContain("neither payouts nor transactions");
    expect(read(shopifyPaymentsJson, '{"payouts":[],"errors":"Not Found"}').error?.message).toContain("the answer reports errors");
    expect(read(stripeApiJson, '{"data":7}').error?.code).toBe("columns");
  });

  test.each([
    '{"payouts":{"id":1},"transactions":[]}',
    '{"transactions":[null]}',
    '{"data":{"shopifyPaymentsAccount":{"balanceTransactions":{"count":3}}}}',
    '{"data":{"shopifyPaymentsAccount":{"payouts":{"edges":[{}]}}}}',
  ])("of another shape are held, and not taken for empty: %s", (text) => {
    expect(read(shopifyPaymentsJson, text).summary).toMatchObject({ rows: 0, payouts: 0, problems: 1, held: true });
  });

  test("of a withdrawal take money from the bank, whatever the sign", () => {
    const payout = {
      id: "gid://shopify/ShopifyPaymentsPayout/5",
      status: "PAID",
      issuedAt: "2026-11-05T00:00:00Z",
      net: { amount: "12.00", currencyCode: "EUR" },
      transactionType: "WITHDRAWAL",
    };
    const { payouts } = read(shopifyPaymentsJson, JSON.stringify({ data: { shopifyPaymentsAccount: { payouts: { nodes: [payout] } } } }));
    expect(payouts.map(({ id, net }) => [id, net])).toEqual([["5", -1200]]);
  });

  test("with a part of a payout's rows are held with what is missing", () => {
    const text = textOf("stripe/api.jsonl").replace(/,\{"id":"txn_32".*?"type":"refund"\}/, "");
    const { problems } = read(stripeApiJson, text);
    expect(problems.map(({ problem }) => [problem.class, problem.amount, problem.currency])).toEqual([
      ["source.control-total", 600, "EUR"],
    ]);
  });
});

describe("Adyen's report", () => {
  const text = textOf("adyen/batch-118.csv");

  test("of another merchant account, or of two, is held", () => {
    expect(read(adyenSettlementDetails, text, { statedAccount: "OtherShop" }).messages[0]).toContain(
      "the row is of merchant account ExampleShop, and the file is read for OtherShop",
    );
    const two = read(
      adyenSettlementDetails,
      text.replace("ExampleCo,ExampleShop,8810000000000003", "ExampleCo,OutletShop,8810000000000003"),
    );
    expect(two.messages[0]).toContain("generate the report for each merchant account apart");
  });

  test("with debit and credit in one row, or a negative one, is held", () => {
    expect(read(adyenSettlementDetails, text.replace("EUR,,45.19,", "EUR,1.00,45.19,")).messages[0]).toContain(
      "debit and credit are both stated",
    );
    expect(read(adyenSettlementDetails, text.replace("EUR,,45.19,", "EUR,,-45.19,")).messages[0]).toContain("one is negative");
  });

  test("whose fee parts do not explain what was kept is held; a cent of rounding of finer parts is not", () => {
    expect(read(adyenSettlementDetails, text.replace("0.30,0.20,0.30", "0.30,0.20,0.29")).messages[0]).toContain(
      "its fees leave 0.01 unexplained",
    );
    // 0.10 + 0.045 + 0.093 is 0.238 and 0.24 was kept; 0.2349 rounds to 0.23, one cent less.
    expect(read(adyenSettlementDetails, text.replace("0.1,0.045,0.093", "0.1,0.045,0.0899")).summary?.held).toBe(false);
  });
});

describe("Stripe's report", () => {
  test("that names a payout and not its day is held", () => {
    const { messages } = read(
      stripeItemizedCsv,
      "automatic_payout_id,balance_transaction_id,created,currency,gross,fee,net,reporting_category\npo_1,txn_1,2026-11-05 00:00:00,eur,1.00,0.00,1.00,charge\n",
    );
    expect(messages[0]).toContain("the row names a payout and not its date; add the column to the report");
  });

  test("with times of its own zone is read in the account's", () => {
    const { rows } = read(
      stripeItemizedCsv,
      "balance_transaction_id,created,currency,gross,fee,net,reporting_category\ntxn_1,2026-07-05 00:00:00,eur,1.00,0.00,1.00,charge\n",
    );
    expect(rows[0]?.occurredAt).toBe("2026-07-04T22:00:00.000Z");
  });
});

describe("PayPal's reports", () => {
  const stl = textOf("paypal/stl.csv");

  test.each([
    ["states another count", stl.replace('"SC",8', '"SC",9'), /line 15, SC: the section states 9 rows and holds 8/],
    ["states no sums of a currency", stl.replace(/"SF","JPY".*\n/, ""), /the section has rows in JPY and no SF record/],
    [
      "states another end balance",
      stl.replaceAll('"CR",2730', '"CR",2731'),
      /states ending balance of 27.31 USD, and its rows lead to 27.30: off by -0.01/,
    ],
    [
      "states other sums that come to the same balance",
      stl.replace('"SF","USD",11500,9600', '"SF","USD",11501,9601'),
      /states gross credits of 115.01 USD, and its rows lead to 115.00: off by -0.01/,
    ],
    [
      "is of another account",
      stl.replaceAll("EXAMPLEACCT1", "SOMEBODYELSE"),
      /the report is of PayPal account SOMEBODYELSE, and is read for EXAMPLEACCT1/,
    ],
    ["has an unknown record", stl.replace('"RC",8', '"XX",8'), /"XX" is no record type/],
    ["has a signed amount", stl.replace('"CR",5000', '"CR",-5000'), /"-5000" is no unsigned amount/],
    ["has neither DR nor CR", stl.replace('"CR",5000', '"",5000'), /"" is neither DR nor CR/],
  ])("hold a settlement report that %s", (_, text, message) => {
    expect(text).not.toBe(stl);
    const { summary, messages } = read(paypalSettlementReport, text, { statedAccount: "EXAMPLEACCT1" });
    expect(summary?.held).toBe(true);
    expect(messages.some((each) => message.test(each))).toBe(true);
  });

  const header = '"Date","Time","TimeZone","Type","Status","Currency","Gross","Fee","Net","Transaction ID","Balance","Balance Impact"';
  const line = (date: string, id: string, gross: string, balance: string) =>
    `"${date}","10:00:00","UTC","Express Checkout Payment","Completed","USD","${gross}","0.00","${gross}","${id}","${balance}","Credit"`;

  test("hold a download all of whose dates can be read both ways, until the settings say which", () => {
    const text = `${header}\n${line("03/04/2026", "A", "1.00", "1.00")}\n${line("05/06/2026", "B", "1.00", "2.00")}\n`;
    const open = read(paypalActivityDownload, text);
    expect([open.rows.length, open.error?.message]).toEqual([
      0,
      'line 2: all dates of the file, such as "03/04/2026", can be read with the day first or the month first: state dateOrder for this account in its settings',
    ]);
    const days = (dateOrder: string) =>
      read(paypalActivityDownload, text, { dateOrder }).rows.map(({ occurredAt }) => occurredAt.slice(0, 10));
    expect(days("day-first")).toEqual(["2026-04-03", "2026-06-05"]);
    expect(days("month-first")).toEqual(["2026-03-04", "2026-05-06"]);
  });

  test("take the order of dates from the first date that has only one", () => {
    const text = `${header}\n${line("03/04/2026", "A", "1.00", "1.00")}\n${line("03/14/2026", "B", "1.00", "2.00")}\n`;
    expect(read(paypalActivityDownload, text).rows.map(({ occurredAt }) => occurredAt.slice(0, 10))).toEqual(["2026-03-04", "2026-03-14"]);
  });

  test("hold a download that leaves rows out, by its running balance", () => {
    const text = `${header}\n${line("13/04/2026", "A", "1.00", "1.00")}\n${line("14/04/2026", "B", "1.00", "7.00")}\n${line("15/04/2026", "C", "1.00", "8.00")}\n`;
    const { problems, messages } = read(paypalActivityDownload, text);
    expect(problems.map(({ place, problem }) => [place?.line, problem.amount])).toEqual([[3, -500]]);
    expect(messages[0]).toContain("rows are missing before or behind it; download all transactions");
  });

  describe("without the column Balance Impact", () => {
    const columns = '"Date","Time","TimeZone","Type","Status","Currency","Gross","Fee","Net","Transaction ID","Balance"';
    const without = (day: string, id: string, gross: string, balance: string) =>
      `"${day}/04/2026","10:00:00","UTC","Express Checkout Payment","Completed","USD","${gross}","0.00","${gross}","${id}","${balance}"`;

    test("are read by their balance", () => {
      const text = `${columns}\n${without("13", "A", "5.00", "5.00")}\n${without("14", "B", "-1.00", "4.00")}\n`;
      const { rows, problems } = read(paypalActivityDownload, text);
      expect([rows.map(({ id, net }) => [id, net]), problems]).toEqual([
        [
          ["A", 500],
          ["B", -100],
        ],
        [],
      ]);
    });

    test("are held when a row did not move the balance that it states", () => {
      const text = `${columns}\n${without("13", "A", "5.00", "5.00")}\n${without("14", "B", "2.00", "5.00")}\n`;
      expect(read(paypalActivityDownload, text).messages[0]).toContain("rows are missing before or behind it");
    });

    test("are refused by name where the balance is not stated either", () => {
      const text = `${columns}\n${without("13", "A", "5.00", "")}\n`;
      const { rows, summary, messages } = read(paypalActivityDownload, text);
      expect([rows, summary?.held]).toEqual([[], true]);
      expect(messages[0]).toContain(
        "the download has neither Balance Impact nor Balance here; download it again with one of the two columns",
      );
    });
  });

  test("hold a row that says it is a credit and takes money", () => {
    const text = `${header}\n${line("13/04/2026", "A", "-1.00", "-1.00")}\n`;
    expect(read(paypalActivityDownload, text).messages[0]).toContain("the row says that it is a credit, and its net is -1.00");
  });

  test("state one id for a transaction in both", () => {
    expect(read(paypalSettlementReport, stl).rows[0]?.idFrom).toBe("stated");
    expect(read(paypalActivityDownload, `${header}\n${line("13/04/2026", "7AA00000000000001", "1.00", "1.00")}\n`).ids).toEqual([
      "7AA00000000000001",
    ]);
    expect(read(paypalSettlementReport, stl).ids[0]).toBe("7AA00000000000001");
  });
});
