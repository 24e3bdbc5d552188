import * as z from "zod/mini";
import { approvalKinds } from "./approval-rules.ts";
import { elections } from "./elections.ts";
import { estimates } from "./estimates.ts";
import { type Layer, type PolicyError, type PolicyFile, parsePolicyJson, policyError } from "./layer-file.ts";
import { layerSchemas } from "./policy-schema.ts";
import { id, name, why } from "./schema-parts.ts";
import { rateTolerances, tolerances } from "./tolerances.ts";
import { waits } from "./waits.ts";

/** The file of the policies folder that says who owns what. */
export const ownershipFile = "ownership.json";

const layerKinds = ["global", "region", "brand", "entity"] as const;

const schema = z.strictObject({
  roles: z.record(id, z.strictObject({ name, why })),
  keys: z.record(
    z.string().check(z.regex(/^[A-Za-z]+(\.[A-Za-z0-9-]+)?$/, "a key such as accounts or elections.taxPoint")),
    z.strictObject({ owner: id, lowest: z.enum(layerKinds), why }),
  ),
});

/** Who owns each key of the policies, and the lowest layer that may set it. */
export type Ownership = z.infer<typeof schema>;

/** Sections whose rules are governed one by one, by the field that names them. */
const governedByRule: Readonly<Record<string, { readonly field: string; readonly names: readonly string[] }>> = {
  elections: { field: "election", names: Object.keys(elections) },
  tolerances: { field: "tolerance", names: [...tolerances, ...rateTolerances] },
  estimates: { field: "estimate", names: Object.keys(estimates) },
  waits: { field: "wait", names: waits },
  approvals: { field: "kind", names: approvalKinds },
};

/** Every key that needs an owner, derived from what the layers may say: a new one without an owner is a fault of ownership.json. */
export const governedKeys: readonly string[] = [...new Set(layerKinds.flatMap((kind) => Object.keys(layerSchemas[kind]._zod.def.shape)))]
  .flatMap((key) => governedByRule[key]?.names.map((each) => `${key}.${each}`) ?? [key])
  .sort();

/** The governed key of a section, or of one rule of it. */
export function governedKey(section: string, rule: unknown): string {
  const by = governedByRule[section];
  return by === undefined ? section : `${section}.${String((rule as Record<string, unknown>)[by.field])}`;
}

export function parseOwnership(file: PolicyFile): { readonly ownership: Ownership } | { readonly errors: readonly PolicyError[] } {
  const parsed = parsePolicyJson(file, schema);
  return "errors" in parsed ? parsed : { ownership: parsed.data as Ownership };
}

/** That every key has one owner who is a role, and that no file sets a key below the lowest layer that may. */
export function checkOwnership(layers: readonly Layer[], { roles, keys }: Ownership): readonly PolicyError[] {
  const errors: PolicyError[] = [];
  const report = (path: readonly PropertyKey[], value: unknown, message: string) =>
    errors.push(policyError(ownershipFile, path, value, message));
  for (const key of governedKeys) {
    if (!Object.hasOwn(keys, key)) report(["keys", key], undefined, `${key} has no owner: say its owner, lowest layer and why`);
  }
  for (const [key, { owner }] of Object.entries(keys)) {
    if (!governedKeys.includes(key)) report(["keys", key], owner, `unknown key; allowed: ${governedKeys.join(", ")}`);
    if (!Object.hasOwn(roles, owner)) {
      report(["keys", key, "owner"], owner, `unknown role; allowed: ${Object.keys(roles).sort().join(", ") || "none"}`);
    }
  }
  for (const layer of layers) {
    for (const { key, path, value } of statedKeys(layer)) {
      const lowest = keys[key]?.lowest;
      if (lowest === undefined || layerKinds.indexOf(layer.kind) <= layerKinds.indexOf(lowest)) continue;
      const allowed = layerKinds.slice(0, layerKinds.indexOf(lowest) + 1).join(", ");
      const owner = roles[keys[key]?.owner ?? ""]?.name ?? "its owner";
      errors.push(
        policyError(
          layer.file,
          path,
          value,
          `${key} may not be set in ${layer.kind === "entity" ? "an" : "a"} ${layer.kind} file: ask ${owner}; allowed layers: ${allowed}`,
        ),
      );
    }
  }
  return errors;
}

/** What a file sets, key by key. */
function statedKeys(layer: Layer): { key: string; path: readonly PropertyKey[]; value: unknown }[] {
  return Object.entries(layer.data).flatMap(([section, content]) => {
    if (!Object.hasOwn(governedByRule, section)) return [{ key: section, path: [section], value: content }];
    return (content as readonly unknown[]).map((rule, index) => ({ key: governedKey(section, rule), path: [section, index], value: rule }));
  });
}
