/** A stream of realistic POSLog tickets: split tenders, change, discounts, returns, taxes; the same seed gives the same bytes. */

export interface PoslogRecipe {
  readonly tickets: number;
  readonly seed: number;
  readonly version: 2 | 6;
  /** Control totals in front. */
  readonly batch?: boolean;
  /** Absent: three that no policy knows. */
  readonly stores?: readonly string[];
}

const items = [
  ["SKU-1001", "Merino crew neck, navy, M", 6900],
  ["SKU-1002", "Canvas tote — naturel", 2450],
  ["SKU-1003", "Ceramic mug, 350 ml", 1295],
  ["SKU-1004", "Linen napkins, set of 4", 3200],
  ["SKU-1005", "Soy candle “Cèdre”", 1850],
  ["SKU-1006", "Notebook A5, dotted", 990],
] as const;

/** The file in pieces of some tickets each, as text. */
export function* generatePoslog(recipe: PoslogRecipe): Generator<string> {
  const { tickets, version, stores = ["100", "101", "102"] } = recipe;
  const next = randomOf(recipe.seed);
  const namespace = version === 6 ? "http://www.nrf-arts.org/IXRetail/namespace/" : "http://www.nrf-arts.org/IXRetail/namespace/v2/";
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<POSLog xmlns="${namespace}"${version === 6 ? ' MajorVersion="6" MinorVersion="0"' : ""}>\n`;
  if (recipe.batch) yield `  <Batch><BatchID>1</BatchID><TransactionCount>${tickets}</TransactionCount></Batch>\n`;
  let piece = "";
  for (let number = 1; number <= tickets; number++) {
    piece += ticket(number, version, stores[number % stores.length] ?? "", next);
    if (piece.length > 60_000) {
      yield piece;
      piece = "";
    }
  }
  yield `${piece}</POSLog>\n`;
}

function ticket(number: number, version: 2 | 6, store: string, next: (below: number) => number): string {
  const register = 1 + (number % 4);
  const minute = String(Math.floor(number / 60) % 60).padStart(2, "0");
  const time = `2026-11-27T${String(9 + (Math.floor(number / 3600) % 12)).padStart(2, "0")}:${minute}:${String(number % 60).padStart(2, "0")}`;
  const back = next(12) === 0;
  let net = 0;
  let tax = 0;
  let lines = "";
  const count = 1 + next(6);
  for (let line = 1; line <= count; line++) {
    const [sku, description, price] = items[next(items.length)] as (typeof items)[number];
    const quantity = 1 + next(3);
    const discount = next(4) === 0 ? 100 * quantity : 0;
    const amount = price * quantity - discount;
    const lineTax = Math.round(amount * 0.0825);
    net += amount;
    tax += lineTax;
    const body = `<POSIdentity POSIDType="SKU"><POSItemID>${sku}</POSItemID></POSIdentity>
          <MerchandiseHierarchy Level="Department">${1 + next(9)}</MerchandiseHierarchy>
          <ItemID>${sku}</ItemID>
          <Description>${description}</Description>
          <RegularSalesUnitPrice Currency="USD">${money(price)}</RegularSalesUnitPrice>
          <ActualSalesUnitPrice Currency="USD">${money(price - discount / quantity)}</ActualSalesUnitPrice>
          <ExtendedAmount Currency="USD">${money(amount)}</ExtendedAmount>
          <Quantity Units="1" UnitOfMeasureCode="EA">${quantity}</Quantity>
          ${discount === 0 ? "" : `<RetailPriceModifier MethodCode="PriceRule"><SequenceNumber>1</SequenceNumber><Amount Action="Subtract" Currency="USD">${money(discount)}</Amount><PromotionID>FALL</PromotionID></RetailPriceModifier>`}
          <Tax TaxType="Sales"><SequenceNumber>1</SequenceNumber><TaxAuthority>TX</TaxAuthority><TaxableAmount TaxIncludedInTaxableAmountFlag="false" Currency="USD">${money(amount)}</TaxableAmount><Amount Currency="USD">${money(lineTax)}</Amount><Percent>8.25</Percent></Tax>`;
    lines += `      <LineItem EntryMethod="Scanned">
        <SequenceNumber>${line}</SequenceNumber>
        <${back ? 'Return ItemType="Stock"' : 'Sale ItemType="Stock"'}>
          ${body}
        </${back ? "Return" : "Sale"}>
      </LineItem>\n`;
  }
  const total = net + tax;
  const cash = next(2) === 0;
  const given = cash && !back ? Math.ceil(total / 1000) * 1000 : total;
  const tenders = cash
    ? tender(count + 1, "Cash", back, given) + (given > total ? tender(count + 2, "Cash", true, given - total) : "")
    : tender(count + 1, "CreditDebit", back, total);
  const sign = back && version === 2 ? "-" : "";
  const place = version === 6 ? `<BusinessUnit><UnitID>${store}</UnitID></BusinessUnit>` : `<RetailStoreID>${store}</RetailStoreID>`;
  return `  <Transaction${version === 6 ? ' MajorVersion="6" MinorVersion="0"' : ""}>
    ${place}
    <WorkstationID TypeCode="POS">${register}</WorkstationID>
    <SequenceNumber>${number}</SequenceNumber>
    <BusinessDayDate>2026-11-27</BusinessDayDate>
    <BeginDateTime>${time}</BeginDateTime>
    <EndDateTime>${time}</EndDateTime>
    <OperatorID OperatorName="Cashier">7</OperatorID>
    <CurrencyCode>USD</CurrencyCode>
    <RetailTransaction TransactionStatus="Finished">
${lines}${tenders}      <Total TotalType="TransactionNetAmount">${sign}${money(net)}</Total>
      <Total TotalType="TransactionTaxAmount">${sign}${money(tax)}</Total>
      <Total TotalType="TransactionGrandAmount">${sign}${money(total)}</Total>
    </RetailTransaction>
  </Transaction>\n`;
}

function tender(line: number, type: string, back: boolean, amount: number): string {
  return `      <LineItem>
        <SequenceNumber>${line}</SequenceNumber>
        <Tender TenderType="${type}" TypeCode="${back ? "Refund" : "Sale"}">
          <Amount Currency="USD">${money(amount)}</Amount>
          ${type === "CreditDebit" ? '<CreditDebit CardType="Visa"></CreditDebit><Authorization HostAuthorized="true"><RequestedAmount>' + money(amount) + "</RequestedAmount><AuthorizationCode>734277</AuthorizationCode></Authorization>" : ""}
        </Tender>
      </LineItem>\n`;
}

function money(minorUnits: number): string {
  return `${Math.floor(minorUnits / 100)}.${String(minorUnits % 100).padStart(2, "0")}`;
}

/** A small linear congruential generator: enough to vary tickets, and the same everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
