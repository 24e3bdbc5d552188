export type { Stacks } from "./build-app.ts";
export { buildApp } from "./build-app.ts";
export { AnalyticsSubscriber } from "./examples/analytics-subscriber.ts";
export type { FunctionCode } from "./parts/function-bundles.ts";
export { functionBundles } from "./parts/function-bundles.ts";
export { lookForSecrets } from "./secrets/look-for-secrets.ts";
export type { Settings } from "./settings.ts";
export { readSettings } from "./settings.ts";
