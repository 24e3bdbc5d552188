import type { BankLine, GatewayWeek, Movement, MovementKind, PayoutWeek } from "./payout-week.ts";

/** A file as the gateway or the bank would send it. */
export interface PayoutFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every report and statement of a week. `statement`: how the bank writes. */
export function payoutFiles({ gateways, lines }: PayoutWeek, statement: "camt" | "mt940"): readonly PayoutFile[] {
  const reports = gateways.map((week) =>
    file(`${week.account}_week.${week.format === "paypal" ? "CSV" : "csv"}`, render[week.format](week)),
  );
  const accounts = [...new Set(lines.map(({ account }) => account))];
  const statements = accounts.map((account) => {
    const own = lines.filter((line) => line.account === account);
    return statement === "camt"
      ? file(`statement-${account}.xml`, camt(account, own))
      : file(`statement-${account}.sta`, mt940(account, own));
  });
  return [...reports, ...statements];
}

const render: Readonly<Record<GatewayWeek["format"], (week: GatewayWeek) => string>> = { shopify, adyen, stripe, paypal, mapped };

function shopify({ payouts, pending, currency }: GatewayWeek): string {
  const types: Partial<Record<MovementKind, string>> = {
    dispute: "chargeback hold",
    "dispute-won": "chargeback hold release",
    "platform-fee": "Billing Debit",
    reserve: "Reserved Funds",
    "reserve-released": "Reserved Funds Reversal",
    unlisted: "Moon Levy",
  };
  const statuses = { banked: "paid", "in-transit": "in_transit", failed: "failed" } as const;
  const line = ({ kind, order = "", amount, fee, second }: Movement, payout: string) =>
    [
      `${stamp(second)} -0600`,
      types[kind] ?? kind,
      order,
      "visa",
      "online",
      payout,
      "2026-11-29",
      decimal(amount),
      decimal(fee),
      decimal(amount - fee),
      order === "" ? "" : `#3${second}`,
      "card",
      decimal(Math.abs(amount)),
      currency,
      currency,
    ].join(",");
  return text([
    "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency",
    ...payouts.flatMap(({ id, state, movements }) => movements.map((each) => line(each, `${statuses[state]},2026-11-30,${id}`))),
    ...pending.map((each) => line(each, "pending,,")),
  ]);
}

/** Unsigned pairs of debit and credit; each batch comes to nothing with its payout. */
function adyen({ payouts, currency }: GatewayWeek): string {
  const types: Partial<Record<MovementKind, string>> = {
    charge: "Settled",
    refund: "Refunded",
    dispute: "Chargeback",
    "dispute-won": "ChargebackReversed",
    "platform-fee": "Fee",
    reserve: "DepositCorrection",
    "reserve-released": "DepositCorrection",
    adjustment: "ManualCorrected",
  };
  const pair = (cents: number) => (cents < 0 ? `${decimal(-cents)},` : `,${decimal(cents)}`);
  const line = ({ id, kind, order = "", amount, fee, second, paid }: Movement, batch: string) => {
    const gross = order === "" ? ",,," : `${paid?.currency ?? currency},${pair(paid?.amount ?? amount)},1`;
    const kept = fee === 0 ? "" : decimal(fee);
    return `ExampleCo,ExampleShop,psp-${order},${order},visa,${stamp(second)},CST,${types[kind]},mod-${id},${gross},${currency},${pair(amount - fee)},${kept},,,,${batch}`;
  };
  return text([
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),Batch Number",
    ...payouts.flatMap(({ id, net, movements }) => [
      ...movements.map((each) => line(each, id)),
      `ExampleCo,ExampleShop,,,,2026-11-30 02:00:00,CST,${net < 0 ? "MerchantPayin" : "MerchantPayout"},TX${id},,,,,${currency},${pair(-net)},,,,,${id}`,
    ]),
  ]);
}

function stripe({ payouts, currency }: GatewayWeek): string {
  const types: Partial<Record<MovementKind, string>> = {
    "dispute-won": "dispute_reversal",
    "platform-fee": "fee",
    reserve: "risk_reserved_funds",
    "reserve-released": "risk_reserved_funds",
    adjustment: "other_adjustment",
    unlisted: "sunshine_bonus",
  };
  const line = ({ id, kind, order = "", amount, fee, second }: Movement, payout: string) => {
    const source = kind === "charge" ? `ch_${order.slice(1)}` : id;
    const charge = order === "" ? "" : `ch_${order.slice(1)}`;
    return `${payout},2026-11-30 00:00:00,txn_${id},${stamp(second)},2026-11-29 00:00:00,${currency.toLowerCase()},${decimal(amount)},${decimal(fee)},${decimal(amount - fee)},${types[kind] ?? kind},${source},${charge},,${order}`;
  };
  return text([
    "automatic_payout_id,automatic_payout_effective_at_utc,balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,charge_id,payment_intent_id,payment_metadata[order_name]",
    ...payouts.flatMap(({ id, net, movements }) => [
      ...movements.map((each) => line(each, `po_${id}`)),
      `po_${id},2026-11-30 00:00:00,txn_po_${id},2026-11-30 00:00:00,2026-11-30 00:00:00,${currency.toLowerCase()},${decimal(-net)},0.00,${decimal(-net)},payout,po_${id},,,`,
    ]),
  ]);
}

/** One section of a day, whose sums and balances the footer states; what it pays out leaves the balance. */
function paypal({ payouts, currency }: GatewayWeek): string {
  const types: Partial<Record<MovementKind, string>> = {
    charge: "T0006",
    refund: "T1107",
    dispute: "T1201",
    "dispute-won": "T1202",
    "platform-fee": "T0104",
    reserve: "T2101",
    "reserve-released": "T2102",
  };
  const side = (cents: number) => `"${cents < 0 ? "DR" : "CR"}",${Math.abs(cents)}`;
  const movements = payouts.flatMap((payout) => payout.movements);
  const withdrawals = payouts.map(({ id, net }) => ({ id, amount: -net, fee: 0 }));
  const rows = [
    ...movements.map(({ id, kind, order = "", amount, fee, second }) => {
      const when = `${stamp(second).replaceAll("-", "/")} -0600`;
      const kept = fee === 0 ? `"",` : side(-fee);
      const refers = kind === "charge" || order === "" ? `"",""` : `"PAY${order.slice(1)}","TXN"`;
      const own = kind === "charge" ? `PAY${order.slice(1)}` : id;
      return `"SB","${own}","${order}",${refers},"${types[kind]}",${when},${when},${side(amount)},"${currency}",${kept},"${currency}","","","","","",,,`;
    }),
    ...withdrawals.map(
      ({ id, amount }) =>
        `"SB","${id}","","","","T0400",2026/11/30 04:00:00 -0600,2026/11/30 04:00:00 -0600,${side(amount)},"${currency}","",,"${currency}","","","","","REF${id}",,,`,
    ),
  ];
  const all = [...movements, ...withdrawals];
  const of = (pick: (each: { amount: number; fee: number }) => number) => all.reduce((total, each) => total + pick(each), 0);
  const credits = of(({ amount }) => Math.max(amount, 0));
  const debits = of(({ amount }) => Math.max(-amount, 0));
  const fees = of(({ fee }) => fee);
  const balance = `"CR",500000,${side(500_000 + credits - debits - fees)}`;
  const sums = `"${currency}",${credits},${debits},0,${fees},${balance},${balance},"CR",0,"CR",0,${rows.length}`;
  return text([
    `"RH",2026/12/01 02:44:19 -0800,"A","EXAMPLEACCT1",009,`,
    `"FH",01`,
    `"SH",2026/11/30 00:00:00 -0800,2026/11/30 23:59:59 -0800,"EXAMPLEACCT1",""`,
    `"CH","Transaction ID","Invoice ID","PayPal Reference ID","PayPal Reference ID Type","Transaction Event Code","Transaction Initiation Date","Transaction Completion Date","Transaction  Debit or Credit","Gross Transaction Amount","Gross Transaction Currency","Fee Debit or Credit","Fee Amount","Fee Currency","Custom Field","Consumer ID","Payment Tracking ID","Store ID","Bank Reference ID","Credit Transactional Fee","Credit Promotional Fee","Credit Term"`,
    ...rows,
    `"SF",${sums}`,
    `"SC",${rows.length}`,
    `"RF",${sums}`,
    `"RC",${rows.length}`,
    `"FF",${rows.length}`,
  ]);
}

/** As settlement-policy.ts describes it: semicolons, decimal commas, days first. */
function mapped({ payouts }: GatewayWeek): string {
  const types: Partial<Record<MovementKind, string>> = { charge: "Sale", refund: "Return", "platform-fee": "Service", unlisted: "Oddity" };
  const comma = (cents: number) => decimal(cents).replace(".", ",");
  return text([
    "Id;Kind;Day;Order;Gross;Fee;Net;Payout;Paid",
    ...payouts.flatMap(({ id, movements }) =>
      movements.map(
        (each) =>
          `${each.id};${types[each.kind]};28.11.2026;${each.order ?? ""};${comma(each.amount)};${comma(each.fee)};${comma(each.amount - each.fee)};${id};30.11.2026`,
      ),
    ),
  ]);
}

function camt(account: string, lines: readonly BankLine[]): string {
  const currency = lines[0]?.currency ?? "USD";
  const amount = (cents: number) =>
    `<Amt Ccy="${currency}">${decimal(Math.abs(cents))}</Amt><CdtDbtInd>${cents < 0 ? "DBIT" : "CRDT"}</CdtDbtInd>`;
  const day = "<Dt><Dt>2026-12-01</Dt></Dt>";
  const end = lines.reduce((total, line) => total + line.amount, 0);
  const entries = lines.map(
    (line, index) =>
      `<Ntry>${amount(line.amount)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt><ValDt><Dt>2026-12-01</Dt></ValDt><AcctSvcrRef>B${account}-${index}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${amount(line.amount)}<RmtInf><Ustrd>${line.text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M${account}</MsgId><CreDtTm>2026-12-01T23:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>S${account}</Id><CreDtTm>2026-12-01T23:00:00Z</CreDtTm><Acct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>${currency}</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>${amount(0)}${day}</Bal><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>${amount(end)}${day}</Bal>
${entries.join("\n")}
</Stmt></BkToCstmrStmt></Document>
`;
}

function mt940(account: string, lines: readonly BankLine[]): string {
  const currency = lines[0]?.currency ?? "USD";
  const balance = (cents: number) => `${cents < 0 ? "D" : "C"}261201${currency}${decimal(Math.abs(cents)).replace(".", ",")}`;
  const end = lines.reduce((total, line) => total + line.amount, 0);
  return text([
    ":20:STARTUMS",
    `:25:${account}`,
    ":28C:00001/001",
    `:60F:${balance(0)}`,
    ...lines.flatMap((line, index) => [
      `:61:2612011201${line.amount < 0 ? "D" : "C"}${decimal(Math.abs(line.amount)).replace(".", ",")}NTRFNONREF//B${index}`,
      `:86:${line.text}`,
    ]),
    `:62F:${balance(end)}`,
    "-",
  ]);
}

function file(name: string, content: string): PayoutFile {
  return { name, bytes: new TextEncoder().encode(content) };
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** A time of 28 November, one second after the other, so that no two rows are alike. */
function stamp(second: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `2026-11-28 ${two(8 + (Math.floor(second / 3_600) % 10))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

function decimal(cents: number): string {
  const whole = Math.abs(cents);
  return `${cents < 0 ? "-" : ""}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, "0")}`;
}
