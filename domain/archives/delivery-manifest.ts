import * as z from "zod/mini";
import { ArchiveRefused } from "./archive-refused.ts";

const manifestSchema = z.object({
  files: z
    .array(
      z.object({
        name: z.string().check(z.minLength(1), z.maxLength(120)),
        bytes: z.optional(z.int().check(z.nonnegative())),
        sha256: z.optional(z.string().check(z.regex(/^[0-9a-fA-F]{64}$/))),
        transactions: z.optional(z.int().check(z.nonnegative())),
        amount: z.optional(z.string().check(z.regex(/^-?\d{1,15}(?:\.\d{1,4})?$/))),
      }),
    )
    .check(z.minLength(1), z.maxLength(500)),
});

/** What a sender says that an archive holds. `transactions` and `amount` are control totals of a file, as a batch header states them. */
export type DeliveryManifest = z.infer<typeof manifestSchema>;

/** A file that is larger is no manifest. */
export const deliveryManifestBytesMax = 262_144;

/**
 * The manifest of a delivery, known by its content: JSON with `files`, or lines of a SHA-256 and a name as sha256sum writes them. Undefined
 * for a file that is none. Throws ArchiveRefused for one that begins like a manifest and has another shape.
 */
export function readDeliveryManifest(text: string): DeliveryManifest | undefined {
  if (text.length > deliveryManifestBytesMax) return undefined;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const sums = lines.map((line) => /^([0-9a-f]{64}) [ *](?:\.\/)?(\S.*)$/.exec(line));
  if (lines.length > 0 && sums.every((match) => match !== null))
    return { files: sums.map((match) => ({ sha256: match?.[1] ?? "", name: match?.[2] ?? "" })) };
  if (!/^\s*\{\s*"(?:files|[A-Za-z]+"\s*:[^[{]*,\s*"files)"\s*:/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ArchiveRefused("incomplete", "its manifest is no JSON; have it written again");
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ArchiveRefused("incomplete", `its manifest is not one: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}

/** Every file of the manifest is there and whole, and no other one. Throws ArchiveRefused that names what is not. */
export function checkDelivery(
  manifest: DeliveryManifest,
  parts: readonly { readonly name: string; readonly bytes: number; readonly hash: string }[],
): void {
  const wrong: string[] = [];
  for (const { name, bytes, sha256 } of manifest.files) {
    const part = parts.find((each) => each.name === name);
    if (part === undefined) wrong.push(`${name} is missing`);
    else if (bytes !== undefined && bytes !== part.bytes) wrong.push(`${name} has ${part.bytes} bytes and should have ${bytes}`);
    else if (sha256 !== undefined && sha256.toLowerCase() !== part.hash) wrong.push(`${name} has another SHA-256`);
  }
  for (const { name } of parts) if (!manifest.files.some((file) => file.name === name)) wrong.push(`${name} is not in the manifest`);
  if (wrong.length > 0)
    throw new ArchiveRefused("incomplete", `it is not what its manifest says: ${wrong.slice(0, 5).join("; ")}. Have it sent again`);
}
