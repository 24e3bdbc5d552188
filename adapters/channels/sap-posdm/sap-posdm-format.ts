import { strayTicket, TicketProblem } from "#domain/pos-files";
import { UnreadablePosFile } from "#domain/store-day";
import type { PosFormat, PosReader, PosReadSettings, PosSink } from "#ports/pos-format";
import { type JsonListStanding, JsonTransactions } from "./json-transactions.ts";
import { type Json, type JsonObject, parseWithTexts } from "./json-values.ts";
import { settlePosdm } from "./settle-posdm.ts";

/**
 * Retail transactions as SAP's POS data management takes them in (the table IT_TRANSACTION of /POSDW/CREATE_TRANSACTIONS_EXT), written as
 * JSON. Field names are SAP's; whatever may occur several times is an object or an array.
 */
export const sapPosdmFormat: PosFormat = {
  name: "sap-posdm",
  recognises(head) {
    const text = new TextDecoder().decode(head);
    return /^\uFEFF?\s*[[{]/.test(text) && /"(?:IT_TRANSACTION|RETAILSTOREID)"\s*:/.test(text);
  },
  open: (settings, sink) => new PosdmReader(settings, sink),
};

interface PosdmStanding extends JsonListStanding {
  /** Of the next transaction. */
  readonly ordinal: number;
}

class PosdmReader implements PosReader {
  readonly #settings: PosReadSettings;
  readonly #sink: PosSink;
  readonly #transactions: JsonTransactions;
  #ordinal: number;
  #failed = false;

  constructor(settings: PosReadSettings, sink: PosSink) {
    this.#settings = settings;
    this.#sink = sink;
    const from = settings.standing === undefined ? undefined : (JSON.parse(settings.standing) as PosdmStanding);
    this.#ordinal = from?.ordinal ?? settings.firstOrdinal ?? 0;
    this.#transactions = new JsonTransactions(
      settings.fragment ?? false,
      ({ text, line, adjacent, ...bytes }) => {
        const place = { ...bytes, ordinal: this.#ordinal++ };
        this.#sink.transaction({ ...this.#settle(text, line, place), ...place, adjacent });
      },
      from,
    );
  }

  standing(): string {
    return JSON.stringify({ ...this.#transactions.standing(), ordinal: this.#ordinal } satisfies PosdmStanding);
  }

  push(bytes: Uint8Array, byteOffset: number): void {
    if (this.#failed) throw new UnreadablePosFile("malformed", byteOffset, 1, "the reader has already failed; open a new one");
    this.#guard(() => this.#transactions.push(bytes, byteOffset));
  }

  end(): void {
    if (!this.#failed) this.#guard(() => this.#transactions.end());
  }

  #settle(text: string | undefined, line: number, place: { byteStart: number; byteEnd: number; ordinal: number }) {
    const { fileHash } = this.#settings;
    if (text === undefined)
      return strayTicket(fileHash, place, new TicketProblem("transport.too-large", "ticket", "ticket", "has more than 1048576 bytes"));
    let value: Json;
    try {
      value = parseWithTexts(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new UnreadablePosFile(
        "malformed",
        place.byteStart,
        line,
        "the transaction that begins here is no JSON. Ask the store system for the file again.",
        error,
      );
    }
    return settlePosdm(unwrapped(value), place, this.#settings);
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }
}

/** {"IT_TRANSACTION": {…}} is the transaction. */
function unwrapped(value: Json): JsonObject {
  const object = value as JsonObject;
  const inner = object["IT_TRANSACTION"];
  return typeof inner === "object" && inner !== null && !Array.isArray(inner) ? (inner as JsonObject) : object;
}
