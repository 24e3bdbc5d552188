import * as z from "zod/mini";

/** The systems that own master data: each field is right where its owner says it, and everybody else follows. */
export const owningSystems = {
  "item-master": "the item master (ERP or PIM): what is sold, and what it is called",
  erp: "the ERP: companies, places and accounts, as they are registered",
  channel: "the channel that states it: web shop, till or marketplace, with the gateways and tax engines behind it",
  crm: "whoever keeps the customers: CRM, loyalty programme or web shop",
  policies: "the policy files of this project: how the house wants it treated",
} as const;

export type OwningSystem = keyof typeof owningSystems;

export interface MasterField<Schema extends z.ZodMiniType = z.ZodMiniType> {
  readonly schema: Schema;
  readonly owner: OwningSystem;
  /** What it is, in one sentence without its full stop. */
  readonly means: string;
}

/** A canonical record: what it is, who owns it and each of its fields. */
export interface MasterRecord {
  readonly name: string;
  readonly owner: OwningSystem;
  readonly means: string;
  /** Where it is stated: a path of the policies, or events. */
  readonly statedIn: string;
  /** What tells two of them apart, where that is no field of the record itself. */
  readonly key?: MasterField;
  readonly fields: Readonly<Record<string, MasterField>>;
}

type Shape<Given extends MasterRecord> = { [Name in keyof Given["fields"]]: Given["fields"][Name]["schema"] };

export function field<Schema extends z.ZodMiniType>(owner: OwningSystem, schema: Schema, means: string): MasterField<Schema> {
  return { owner, schema, means };
}

/**
 * A record with the schema that it is validated by wherever it is stated. The schema is made of its fields alone, so that the two cannot
 * drift: a field that nobody owns cannot be stated.
 */
export function masterRecord<Given extends MasterRecord>(
  record: Given,
): Given & { readonly schema: z.ZodMiniObject<Shape<Given>, z.core.$strict> } {
  const shape = Object.fromEntries(Object.entries(record.fields).map(([name, { schema }]) => [name, schema]));
  return { ...record, schema: z.strictObject(shape as Shape<Given>) };
}
