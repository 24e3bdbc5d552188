import * as z from "zod/mini";
import type { BookedMovement } from "./descriptions.ts";
import type { House, TrytonItem } from "./directory.ts";
import type { TrytonService } from "./json-rpc.ts";
import { dateOf, wire } from "./values.ts";

const model = "model.stock.shipment.internal";
const shipmentRecords = z.array(z.object({ id: wire.id, reference: wire.text, state: z.string() }));
const ids = z.array(wire.id);
/** The way of a shipment, and the button that takes it further. */
const buttons = [
  { from: "draft", press: "wait", to: "waiting" },
  { from: "waiting", press: "assign_force", to: "assigned" },
  { from: "assigned", press: "do", to: "done" },
] as const;

export interface StockDocument {
  readonly key: string;
  readonly company: number;
  readonly date: string;
  readonly movements: readonly BookedMovement[];
}

/**
 * Moves the goods of these documents: an internal shipment with the document's key as its reference, per location and direction, between the
 * location and the one outside of all warehouses. Customers are no business of these shipments: no name or address of theirs leaves the hub.
 * What is there already is taken further, so a second call finishes what a first one began. `resumed`: something may be there.
 */
export async function moveGoods(
  service: TrytonService,
  documents: readonly StockDocument[],
  known: { readonly house: House; readonly items: ReadonlyMap<string, TrytonItem>; readonly locations: ReadonlyMap<string, number> },
  resumed: boolean,
  left: () => number,
): Promise<void> {
  const company = documents[0]?.company;
  if (company === undefined) return;
  const context = { company };
  const references = documents.map(({ key }) => key);
  const fields = ["reference", "state"];
  const domain = [
    ["reference", "in", references],
    ["company", "=", company],
    ["state", "!=", "cancelled"],
  ];
  const held = resumed ? await service.ask(`${model}.search_read`, [domain, 0, null, null, fields, context], shipmentRecords, left()) : [];
  const there = new Set(held.map(({ reference }) => reference));
  const missing = documents.filter(({ key }) => !there.has(key)).flatMap(shipmentsOf);
  const made = missing.length === 0 ? [] : await service.change(`${model}.create`, [missing, context], ids, left());
  const states = new Map(held.map(({ id, state }) => [id, state]));
  for (const id of made) states.set(id, "draft");
  for (const { from, press, to } of buttons) {
    const due = [...states].filter(([, state]) => state === from).map(([id]) => id);
    if (due.length === 0) continue;
    await service.change(`${model}.${press}`, [due, context], z.unknown(), left());
    for (const id of due) states.set(id, to);
  }

  function shipmentsOf({ key, date, movements }: StockDocument): object[] {
    const shipments = new Map<string, { from_location: number; to_location: number; moves: object[] }>();
    for (const { item, location, quantityMillionths } of movements) {
      const place = known.locations.get(location) ?? 0;
      const [from_location, to_location] = quantityMillionths < 0 ? [place, known.house.outside] : [known.house.outside, place];
      const shipment = shipments.get(`${from_location} ${to_location}`) ?? { from_location, to_location, moves: [] };
      shipments.set(`${from_location} ${to_location}`, shipment);
      const { id: product, unit } = known.items.get(item) ?? { id: 0, unit: 0 };
      const quantity = Math.abs(quantityMillionths) / 1_000_000;
      shipment.moves.push({ product, unit, quantity, from_location, to_location, company, planned_date: dateOf(date) });
    }
    const day = dateOf(date);
    const days = { planned_start_date: day, planned_date: day, effective_start_date: day, effective_date: day };
    return [...shipments.values()].map(({ moves, ...places }) => ({
      company,
      reference: key,
      ...places,
      ...days,
      moves: [["create", moves]],
    }));
  }
}

/** Cancels what a refused document left of its shipments, so that nothing moves under its key later. */
export async function withdrawGoods(service: TrytonService, key: string, company: number, left: () => number): Promise<void> {
  const domain = [
    ["reference", "=", key],
    ["company", "=", company],
    ["state", "in", ["draft", "waiting", "assigned"]],
  ];
  const parameters = [domain, 0, null, null, ["reference", "state"], { company }];
  const open = await service.ask(`${model}.search_read`, parameters, shipmentRecords, left());
  if (open.length > 0) await service.change(`${model}.cancel`, [open.map(({ id }) => id), { company }], z.unknown(), left());
}
