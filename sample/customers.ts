/** People who do not exist, in every webhook body: facts, logs and reports must not show a trace of them. */
export const customers: readonly { readonly first: string; readonly last: string; readonly email: string; readonly street: string }[] = [
  { first: "Marisol", last: "Quenneville", email: "marisol.quenneville@example.com", street: "18 Larkspur Lane" },
  { first: "Tobias", last: "Ferncastle", email: "tobias.ferncastle@example.com", street: "402 Millrace Road" },
  { first: "Odalys", last: "Brightwater", email: "odalys.brightwater@example.net", street: "7 Juniper Court" },
  { first: "Ephraim", last: "Holloway-Stone", email: "ephraim.hs@example.org", street: "1190 Quarry Street" },
  { first: "Saoirse", last: "Venneman", email: "saoirse.venneman@example.com", street: "55 Cooper's Wharf" },
  { first: "Kofi", last: "Adderbourne", email: "kofi.adderbourne@example.net", street: "230 Saltbox Avenue" },
  { first: "Léonie", last: "Marchéval", email: "leonie.marcheval@example.org", street: "9 rue des Tilleuls" },
  { first: "Priyanka", last: "Dellsworth", email: "priyanka.dellsworth@example.com", street: "3405 Bluestem Drive" },
  { first: "Anselm", last: "Wickersley", email: "anselm.wickersley@example.net", street: "61 Harrow Close" },
];
