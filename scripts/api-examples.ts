/** The calls that docs/api.md shows, in this order: a test makes each of them and holds the hub to the answers that are shown. */
export interface ApiExample {
  readonly says: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  /** What the answer holds at least. */
  readonly answer: unknown;
}

const ticket = {
  channel: "pos",
  place: "0101",
  resource: "ticket",
  id: "2.2026-11-27.4711",
  version: "000001",
  events: [
    {
      name: "ticket.completed",
      schema: 1,
      key: "ticket.completed:2.2026-11-27.4711",
      version: "000001",
      occurredAt: "2026-11-27T15:04:05.000Z",
      store: "0101",
      register: "2",
      sequence: "4711",
      businessDate: "2026-11-27",
      receipt: "R-0101-4711",
      currency: "USD",
      taxesIncluded: false,
      lines: [
        {
          id: "1",
          kind: "sale",
          item: "KIT-BOARD-OAK",
          quantityMillionths: 1_000_000,
          gross: 4_000,
          discounts: [],
          taxes: [{ code: "MA-STATE", amount: 250 }],
          restock: true,
        },
      ],
      discounts: [],
      taxes: [{ code: "MA-STATE", amount: 250 }],
      tenders: [{ id: "1", type: "Cash", amount: 4_250 }],
      cashRounding: 0,
      rounding: 0,
      stated: { net: 4_000, tax: 250, total: 4_250 },
    },
  ],
};
const transaction = "sale:pos:0101:2:2026-11-27:4711";

const returnRequest = {
  request: "0101-2-88123",
  sale: "R-0101-4711",
  channel: "pos",
  place: "0101",
  lines: [{ item: "KIT-BOARD-OAK", quantityMillionths: 1_000_000, condition: "as-new" }],
};
const authorization = "RA-4L94E54QTGER";

const purchaseOrder = {
  number: "PO-300",
  entity: "US1",
  vendor: "linen-mill",
  location: "dc-columbus",
  currency: "USD",
  orderedOn: "2026-11-27",
  lines: [{ item: "KIT-BOARD-OAK", quantity: "40", unitCost: "21.50" }],
};

export const apiExamples: readonly ApiExample[] = [
  {
    says: "A till states a ticket as it happens:",
    method: "POST",
    path: "/v1/events",
    body: { documents: [ticket] },
    status: 200,
    answer: { documents: [{ answer: "accepted", transaction, exceptions: [] }] },
  },
  {
    says: "The same document again, for example after a lost answer, is known and changes nothing:",
    method: "POST",
    path: "/v1/events",
    body: { documents: [ticket] },
    status: 200,
    answer: { documents: [{ answer: "duplicate", transaction, exceptions: [] }] },
  },
  {
    says: "A document that cannot be taken says which field and what is allowed there:",
    method: "POST",
    path: "/v1/events",
    body: { documents: [{ ...ticket, version: "000002" }] },
    status: 422,
    answer: {
      documents: [
        { answer: "refused", errors: [{ field: "documents[0].events[0].version", message: "must be the version of the document" }] },
      ],
    },
  },
  {
    says: "Customer service reads the receipt in the customer's hand, and sees what finance sees:",
    method: "GET",
    path: "/v1/transactions/R-0101-4711",
    status: 200,
    answer: {
      reference: "R-0101-4711",
      more: false,
      transactions: [
        {
          transaction,
          kind: "sale",
          state: "settled",
          references: [
            { type: "ticket", value: "0101.2.2026-11-27.4711" },
            { type: "receipt", value: "R-0101-4711" },
            { type: "till-day", value: "0101.2.2026-11-27" },
          ],
          events: [{ name: "ticket.completed", key: "ticket.completed:2.2026-11-27.4711", quarantined: false }],
        },
      ],
    },
  },
  {
    says: "The customer brings the board back. It may come back, and is reserved until it does:",
    method: "POST",
    path: "/v1/return-authorizations",
    body: returnRequest,
    status: 200,
    answer: {
      kind: "linked",
      answer: "authorized",
      transaction,
      authorization,
      state: "open",
      lines: [{ request: 0, lineId: "1", item: "KIT-BOARD-OAK", value: { net: 4_000, taxes: [{ code: "MA-STATE", amount: 250 }] } }],
      refusals: [],
      refund: {
        currency: "USD",
        net: 4_000,
        fees: [],
        payable: 4_250,
        tenders: [{ to: "original-tender", paymentId: "1", tender: "Cash", amount: 4_250, left: 0 }],
      },
    },
  },
  {
    says: "Another till is told that it is promised, whoever holds the receipt there:",
    method: "POST",
    path: "/v1/return-authorizations",
    body: { ...returnRequest, request: "0101-3-90017" },
    status: 200,
    answer: {
      kind: "linked",
      answer: "refused",
      authorization: null,
      refusals: [
        {
          request: 0,
          reason: "reserved",
          quantityMillionths: 1_000_000,
          message: "1 of it is promised to another return: cancel that one, or wait until it expires",
        },
      ],
    },
  },
  {
    says: "The customer keeps it after all:",
    method: "POST",
    path: `/v1/return-authorizations/${authorization}/cancellation`,
    body: {},
    status: 200,
    answer: { authorization, state: "cancelled" },
  },
  {
    says: "Without any sale the rule for blind returns answers, for the amount that the till states:",
    method: "POST",
    path: "/v1/return-authorizations",
    body: {
      request: "0101-2-88124",
      channel: "pos",
      place: "0101",
      lines: [{ item: "KIT-BOARD-OAK", quantityMillionths: 1_000_000, condition: "as-new", amount: 4_250 }],
    },
    status: 200,
    answer: { kind: "blind", answer: "authorized", lines: [0], refund: { currency: "USD", payable: 4_250, to: "store-credit" } },
  },
  {
    says: "A buyer's program orders from a vendor, in the ERP:",
    method: "POST",
    path: "/v1/purchase-orders",
    body: purchaseOrder,
    status: 200,
    answer: { number: "PO-300", entity: "US1" },
  },
  {
    says: "Another order under its number is refused, and says what differs:",
    method: "POST",
    path: "/v1/purchase-orders",
    body: { ...purchaseOrder, lines: [{ item: "KIT-BOARD-OAK", quantity: "50", unitCost: "21.50" }] },
    status: 409,
    answer: { title: "Number is taken", status: 409 },
  },
  {
    says: "What nobody knows is 404:",
    method: "GET",
    path: "/v1/transactions/%239999",
    status: 404,
    answer: { title: "Not known", status: 404, detail: 'nothing is known under "#9999"' },
  },
];
