/** Orders in which facts may arrive, each with some of them twice: all permutations, or samples of them when there are too many. */
export function* arrivals<Fact>(
  facts: readonly Fact[],
  { permutationsMax, samples, seed }: { readonly permutationsMax: number; readonly samples: number; readonly seed: string },
): Generator<Fact[]> {
  const random = generator(seed);
  const count = facts.reduce((product, _, index) => product * (index + 1), 1);
  if (count <= permutationsMax) for (const order of permutations(facts)) yield withDuplicates(order, random);
  else for (let sample = 0; sample < samples; sample += 1) yield withDuplicates(shuffled(facts, random), random);
}

/** Something to which facts arrive one after the other: two of one `name` go on alike, whatever is still to come. */
export interface Arriving<Fact> {
  readonly name: string;
  copy(): Arriving<Fact>;
  arrive(fact: Fact): void;
}

/**
 * What every order of the facts ends in, each state once: orders that have led to one state go on together, so that 720 of them are some 250.
 * On the way one fact in four is followed by one that is there already. More than `statesMax` states after the same number of facts: as
 * many of them as that go on, drawn by lot.
 */
export function endsOfAllOrders<Fact, State extends Arriving<Fact>>(
  facts: readonly Fact[],
  start: State,
  { statesMax, seed }: { readonly statesMax: number; readonly seed: string },
): State[] {
  const random = generator(seed);
  let states: { readonly state: State; readonly arrived: ReadonlySet<Fact> }[] = [{ state: start, arrived: new Set() }];
  for (const _ of facts) {
    const next = new Map<string, (typeof states)[number]>();
    for (const { state, arrived } of states.length > statesMax ? shuffled(states, random).slice(0, statesMax) : states) {
      for (const fact of facts.filter((each) => !arrived.has(each))) {
        const after = state.copy() as State;
        const known = [...arrived, fact];
        after.arrive(fact);
        if (random() < 0.25) after.arrive(known[Math.floor(random() * known.length)]!);
        const { name } = after;
        if (!next.has(name)) next.set(name, { state: after, arrived: new Set(known) });
      }
    }
    states = [...next.values()];
  }
  return states.map(({ state }) => state);
}

function* permutations<Fact>(facts: readonly Fact[]): Generator<Fact[]> {
  if (facts.length <= 1) {
    yield [...facts];
    return;
  }
  for (const [index, first] of facts.entries()) {
    for (const rest of permutations(facts.filter((_, other) => other !== index))) yield [first, ...rest];
  }
}

/** Each fact once more with one chance in four, anywhere after its first arrival. */
function withDuplicates<Fact>(order: readonly Fact[], random: () => number): Fact[] {
  const arrived = [...order];
  for (const fact of order) {
    if (random() >= 0.25) continue;
    const after = arrived.indexOf(fact) + 1;
    arrived.splice(after + Math.floor(random() * (arrived.length - after + 1)), 0, fact);
  }
  return arrived;
}

function shuffled<Fact>(facts: readonly Fact[], random: () => number): Fact[] {
  const order = [...facts];
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  return order;
}

/** Mulberry32, seeded by a text: the same scenario meets the same arrivals every time. */
function generator(seed: string): () => number {
  let state = 0;
  for (const character of seed) state = (Math.imul(state, 31) + character.charCodeAt(0)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
