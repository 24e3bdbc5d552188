import type { Shape } from "#adapters/embedded/sqlite";

export type Adapter = Shape;
