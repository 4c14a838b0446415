// A set of numbers with constant-time insertion, removal, and choice of any member.

/** Up to this many are searched linearly. */
const SCANNED_MAX = 16;

/** Numbers, each once, in no particular order. */
export class NumberBag {
  readonly #numbers: number[] = [];
  /** Where each number is; kept from the time on when there are too many to look through. */
  #places: Map<number, number> | undefined;

  get size(): number {
    return this.#numbers.length;
  }

  has(number: number): boolean {
    return this.#placeOf(number) >= 0;
  }

  add(number: number): void {
    if (this.has(number)) return;
    const place = this.#numbers.push(number) - 1;
    if (this.#places !== undefined) this.#places.set(number, place);
    else if (place === SCANNED_MAX) this.#places = new Map(this.#numbers.map((n, k) => [n, k]));
  }

  delete(number: number): void {
    const place = this.#placeOf(number);
    if (place < 0) return;
    const last = this.#numbers.pop() as number;
    this.#places?.delete(number);
    if (last === number) return;
    this.#numbers[place] = last;
    this.#places?.set(last, place);
  }

  /** Takes one of them out. */
  pop(): number | undefined {
    const last = this.#numbers.at(-1);
    if (last !== undefined) this.delete(last);
    return last;
  }

  [Symbol.iterator](): IterableIterator<number> {
    return this.#numbers.values();
  }

  #placeOf(number: number): number {
    return this.#places === undefined
      ? this.#numbers.indexOf(number)
      : (this.#places.get(number) ?? -1);
  }
}
