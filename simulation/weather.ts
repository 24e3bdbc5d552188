import type { Chance } from "./chance.ts";

/**
 * What can go wrong, in the words of the story. A seed draws which of them happen at all, and how often: seeds with few kinds of fault reach
 * deep states, those with many of them strange ones.
 */
const faultKinds = [
  "delivery lost",
  "delivery duplicated",
  "delivery delayed",
  "crash before an effect",
  "crash after an effect",
  "worker stalled",
  "effect refused",
  "answer lost",
  "batch taken in part",
  "page ends early",
  "ERP answer lost",
  "ERP out of reach",
  "ERP throttles",
  "ERP outage",
  "ERP quota shrinks",
  "bus delivers twice",
  "bus delivers late",
  "clock skew",
  "work handed out twice",
  "double approval",
  "approval after expiry",
  "redrive",
  "replay",
  "policy release",
  "policies read late",
  "deploy",
  "poisoned message",
  "hot shop",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** How often each kind happens where it can: 0 for those that this seed does without. */
export type Weather = Readonly<Record<FaultKind, number>>;

/** Per occasion, from rarely to often; an occasion is a port call, a delivery, or a day. */
const rates: Readonly<Record<FaultKind, readonly [number, number]>> = {
  "delivery lost": [0.05, 0.5],
  "delivery duplicated": [0.05, 0.6],
  "delivery delayed": [0.05, 0.6],
  "crash before an effect": [0.001, 0.02],
  "crash after an effect": [0.001, 0.02],
  "worker stalled": [0.001, 0.02],
  "effect refused": [0.003, 0.08],
  "answer lost": [0.003, 0.08],
  "batch taken in part": [0.02, 0.3],
  "page ends early": [0.05, 0.8],
  "ERP answer lost": [0.05, 0.6],
  "ERP out of reach": [0.02, 0.4],
  "ERP throttles": [0.02, 0.4],
  "ERP outage": [1, 1],
  "ERP quota shrinks": [1, 1],
  "bus delivers twice": [0.02, 0.4],
  "bus delivers late": [0.02, 0.4],
  "clock skew": [1, 1],
  "work handed out twice": [0.05, 0.8],
  "double approval": [0.2, 1],
  "approval after expiry": [0.1, 0.6],
  redrive: [1, 1],
  replay: [1, 1],
  "policy release": [1, 1],
  "policies read late": [0.1, 0.6],
  deploy: [1, 1],
  "poisoned message": [1, 1],
  "hot shop": [1, 1],
};

/** `certain`: what happens that often whatever is drawn; little else does then. */
export function drawWeather(chance: Chance, certain?: Partial<Weather>): Weather {
  const share = certain === undefined ? chance.from([0.15, 0.4, 0.7]) : 0.1;
  const draw = (kind: FaultKind) => {
    const [low, high] = rates[kind];
    const rate = chance.ofAnyScale(low, high);
    return chance.happens(share) ? rate : 0;
  };
  const drawn = Object.fromEntries(faultKinds.map((kind) => [kind, draw(kind)])) as Weather;
  return { ...drawn, ...certain };
}

export const calm: Weather = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Weather;
