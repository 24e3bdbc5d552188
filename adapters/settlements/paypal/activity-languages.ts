import type { NumberStyle } from "#domain/settlement";

/** How PayPal writes the activity download in one language: names of columns and words in cells. */
export interface ActivityLanguage {
  readonly columns: Readonly<Record<ActivityColumn, readonly string[]>>;
  readonly numbers: NumberStyle;
  /** "in the file": English is written in both orders, by the country of the account. */
  readonly dateOrder: "day-first" | "in the file";
  /** Balance Impact: whether the row moved money. Lower case. */
  readonly impacts: { readonly credit: readonly string[]; readonly debit: readonly string[]; readonly memo: readonly string[] };
  /** Status of a row whose money may still not move. Lower case. */
  readonly pending: readonly string[];
  /** Lower case name of a type → transaction event code. */
  readonly types: Readonly<Record<string, string>>;
}

export type ActivityColumn =
  | "date"
  | "time"
  | "timeZone"
  | "type"
  | "status"
  | "currency"
  | "gross"
  | "fee"
  | "net"
  | "transactionId"
  | "referenceId"
  | "invoice"
  | "balance"
  | "impact"
  | "eventCode";

const english: ActivityLanguage = {
  columns: {
    date: ["Date"],
    time: ["Time"],
    timeZone: ["TimeZone", "Time Zone"],
    type: ["Type"],
    status: ["Status"],
    currency: ["Currency"],
    gross: ["Gross"],
    fee: ["Fee", "Fees"],
    net: ["Net"],
    transactionId: ["Transaction ID"],
    referenceId: ["Reference Txn ID"],
    invoice: ["Invoice Number"],
    balance: ["Balance"],
    impact: ["Balance Impact"],
    eventCode: ["Transaction Event Code"],
  },
  numbers: { decimal: ".", group: "," },
  dateOrder: "in the file",
  impacts: { credit: ["credit"], debit: ["debit"], memo: ["memo"] },
  pending: ["pending"],
  types: {
    "general payment": "T0000",
    "mass pay payment": "T0001",
    "subscription payment": "T0002",
    "preapproved payment bill user payment": "T0003",
    "ebay auction payment": "T0004",
    "direct credit card payment": "T0005",
    "express checkout payment": "T0006",
    "website payment": "T0007",
    "mobile payment": "T0011",
    "virtual terminal payment": "T0012",
    "donation payment": "T0013",
    "payment fee": "T0107",
    "chargeback fee": "T0106",
    "dispute fee": "T0114",
    "general currency conversion": "T0200",
    "user initiated currency conversion": "T0201",
    "bank deposit to pp account": "T0300",
    "general withdrawal": "T0400",
    "general withdrawal - bank account": "T0400",
    "user initiated withdrawal": "T0403",
    "automatic withdrawal": "T0401",
    "reversal of general account hold": "T1105",
    "reversal of ach withdrawal transaction": "T1101",
    "payment reversal": "T1106",
    "payment refund": "T1107",
    "fee reversal": "T1108",
    "hold on balance for dispute investigation": "T1110",
    "cancellation of hold for dispute resolution": "T1111",
    chargeback: "T1201",
    "chargeback reversal": "T1202",
    "chargeback re-presentment rejection": "T1207",
    "reimbursement of chargeback": "T1205",
    "account hold for open authorization": "T1501",
    "general temporary hold": "T1500",
    "general hold": "T2101",
    "general hold release": "T2102",
    "reserve hold": "T2103",
    "reserve release": "T2104",
    "payment review hold": "T2105",
    "payment review release": "T2106",
    "payment hold": "T2107",
    "payment release": "T2108",
  },
};

const german: ActivityLanguage = {
  columns: {
    date: ["Datum"],
    time: ["Uhrzeit"],
    timeZone: ["Zeitzone"],
    type: ["Typ", "Beschreibung"],
    status: ["Status"],
    currency: ["Währung"],
    gross: ["Brutto"],
    fee: ["Gebühr", "Entgelt"],
    net: ["Netto"],
    transactionId: ["Transaktionscode"],
    referenceId: ["Zugehöriger Transaktionscode"],
    invoice: ["Rechnungsnummer"],
    balance: ["Guthaben"],
    impact: ["Auswirkung auf Guthaben"],
    eventCode: ["Transaktionsereigniscode"],
  },
  numbers: { decimal: ",", group: "." },
  dateOrder: "day-first",
  impacts: { credit: ["haben"], debit: ["soll"], memo: ["memo"] },
  pending: ["ausstehend"],
  types: {
    "allgemeine zahlung": "T0000",
    abonnementzahlung: "T0002",
    "zahlung im einzugsverfahren mit zahlungsrechnung": "T0003",
    "paypal express-zahlung": "T0006",
    "website-zahlung": "T0007",
    handyzahlung: "T0011",
    "allgemeine währungsumrechnung": "T0200",
    "bankgutschrift auf paypal-konto": "T0300",
    "allgemeine abbuchung": "T0400",
    "allgemeine abbuchung - bankkonto": "T0400",
    "von nutzer eingeleitete abbuchung": "T0403",
    rückzahlung: "T1107",
    zahlungsrückbuchung: "T1106",
    "rückbuchung allgemeiner einbehaltung": "T1105",
    rückbuchung: "T1201",
    rückbuchungsgebühr: "T0106",
    "einbehaltung für offene autorisierung": "T1501",
    "allgemeine einbehaltung": "T2101",
    "freigabe allgemeiner einbehaltung": "T2102",
  },
};

const dutch: ActivityLanguage = {
  columns: {
    date: ["Datum"],
    time: ["Tijd"],
    timeZone: ["Tijdzone"],
    type: ["Type"],
    status: ["Status"],
    currency: ["Valuta"],
    gross: ["Bruto"],
    fee: ["Kosten"],
    net: ["Netto"],
    transactionId: ["Transactiereferentie"],
    referenceId: ["Ref.-id transactie"],
    invoice: ["Factuurnummer"],
    balance: ["Saldo"],
    impact: ["Effect op saldo"],
    eventCode: ["Transactiegebeurteniscode"],
  },
  numbers: { decimal: ",", group: "." },
  dateOrder: "day-first",
  impacts: { credit: ["credit"], debit: ["debet"], memo: ["memo"] },
  pending: ["in behandeling"],
  types: { "algemene betaling": "T0000", "express checkout-betaling": "T0006", "algemene opname": "T0400", terugbetaling: "T1107" },
};

const french: ActivityLanguage = {
  columns: {
    date: ["Date"],
    time: ["Heure"],
    timeZone: ["Fuseau horaire"],
    type: ["Type"],
    status: ["État", "Etat"],
    currency: ["Devise"],
    gross: ["Avant commission"],
    fee: ["Commission"],
    net: ["Net"],
    transactionId: ["Numéro de transaction"],
    referenceId: ["Numéro de la transaction de référence"],
    invoice: ["Numéro de facture"],
    balance: ["Solde"],
    impact: ["Impact sur le solde", "Balance Impact"],
    eventCode: ["Code de transaction"],
  },
  numbers: { decimal: ",", group: " " },
  dateOrder: "day-first",
  impacts: { credit: ["crédit", "credit"], debit: ["débit", "debit"], memo: ["mémo", "memo"] },
  pending: ["en attente"],
  types: {},
};

export const activityLanguages: readonly ActivityLanguage[] = [english, german, dutch, french];
