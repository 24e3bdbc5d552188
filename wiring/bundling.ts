/**
 * How a Lambda entry becomes the one file that is deployed, in esbuild's own terms: the stacks, the budget test and the bench build it alike.
 * Packages are taken in their ESM form, so that what is not used falls away.
 */
export const functionBundling = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"],
  outExtension: { ".js": ".mjs" },
  charset: "utf8",
  legalComments: "none",
} as const;

/** Folder of the Lambda entries; each is called as its function, and exports `handler`. */
export const functionEntries = "functions/aws";

/**
 * Shopify waits five seconds for the webhook's answer, cold start included: every kilobyte is loaded before it. Whoever closes books waits for minutes:
 * that function alone knows both every posting rule, to see what is open, and every kind of ERP, to see what was sold.
 */
export function bundleBytesMax(name: string): number {
  if (name === "receive-shopify-webhook") return 100_000;
  return name === "close-books" ? 700_000 : 600_000;
}
