import { poslogFormat } from "#adapters/channels/poslog";
import type { PosFormat } from "#ports/pos-format";

export const formats: readonly PosFormat[] = [poslogFormat];
