import { createEmfMetrics } from "#adapters/aws";
import { clock } from "./clock.ts";
import { setting } from "./setting.ts";

export const metrics = createEmfMetrics({ clock, namespace: setting("METRICS_NAMESPACE") });
