/** A mark is a whole number below 2^52: so many hexadecimal digits. */
const digits = 13;
const digitCodes = new TextEncoder().encode("0123456789abcdef");
const firstCapacity = 1_024;

/**
 * A set of marks in eight to sixteen bytes each, where a Set takes 37: two million tickets of a table leave
 * memory flat. Open addressing with linear probing; marks are parts of a hash and so spread by themselves.
 */
export class SeenMarks {
  #size = 0;
  /** A mark plus one; 0 is a free place. */
  #places: Float64Array;

  /** `text` is what another set stated. */
  constructor(text = "") {
    let capacity = firstCapacity;
    while (capacity < (2 * text.length) / digits) capacity *= 2;
    this.#places = new Float64Array(capacity);
    for (let at = 0; at < text.length; at += digits) this.add(Number.parseInt(text.slice(at, at + digits), 16));
  }

  get size(): number {
    return this.#size;
  }

  /** False when the mark was there already. */
  add(mark: number): boolean {
    const place = placeOf(this.#places, mark);
    if (this.#places[place] !== 0) return false;
    this.#places[place] = mark + 1;
    this.#size++;
    if (this.#size > this.#places.length / 2) this.#grow();
    return true;
  }

  /** All marks, thirteen digits each. */
  text(): string {
    const bytes = new Uint8Array(this.#size * digits);
    let end = 0;
    for (const taken of this.#places) {
      if (taken === 0) continue;
      end += digits;
      let rest = taken - 1;
      for (let at = end - 1; at >= end - digits; at--) {
        bytes[at] = digitCodes[rest % 16] ?? 0;
        rest = Math.floor(rest / 16);
      }
    }
    return new TextDecoder().decode(bytes);
  }

  #grow(): void {
    const larger = new Float64Array(this.#places.length * 2);
    for (const taken of this.#places) if (taken !== 0) larger[placeOf(larger, taken - 1)] = taken;
    this.#places = larger;
  }
}

/** Where the mark is, or the free place where it belongs. */
function placeOf(places: Float64Array, mark: number): number {
  let place = mark % places.length;
  while (places[place] !== 0 && places[place] !== mark + 1) place = (place + 1) % places.length;
  return place;
}
