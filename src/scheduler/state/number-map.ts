// Maps from numbers to numbers: of blocks to slots, of slots to rows. A Map of millions of entries
// stands still for a third of a second when it grows, so that large ones have pages instead.

/** The common interface of both kinds. */
export interface NumberMap extends ReadonlyMap<number, number> {
  set(key: number, value: number): unknown;
  delete(key: number): boolean;
}

/** Up to here the engine's Map is smaller, and as fast. */
const MAP_ENTRIES_MAX = 4_096;
const PAGE_BITS = 10;
const PAGE_ENTRIES = 1 << PAGE_BITS;
const AT_PAGE = PAGE_ENTRIES - 1;

/** An empty map that gets at most `entries` entries. */
export function numberMap(entries: number): NumberMap {
  return entries > MAP_ENTRIES_MAX ? new PagedMap() : new Map<number, number>();
}

/** Keys and values are whole numbers below 2³¹ - 1; entries come by their keys. */
class PagedMap implements NumberMap {
  /** Pages of values, each one higher; 0 for none. */
  readonly #pages: (Int32Array | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: number): number | undefined {
    const entry = this.#pages[key >> PAGE_BITS]?.[key & AT_PAGE] ?? 0;
    return entry === 0 ? undefined : entry - 1;
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  set(key: number, value: number): void {
    const page = (this.#pages[key >> PAGE_BITS] ??= new Int32Array(PAGE_ENTRIES));
    if (page[key & AT_PAGE] === 0) this.#size++;
    page[key & AT_PAGE] = value + 1;
  }

  delete(key: number): boolean {
    const page = this.#pages[key >> PAGE_BITS];
    if (page === undefined || page[key & AT_PAGE] === 0) return false;
    page[key & AT_PAGE] = 0;
    this.#size--;
    return true;
  }

  *keys(): MapIterator<number> {
    for (const [key] of this) yield key;
  }

  *values(): MapIterator<number> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): MapIterator<[number, number]> {
    return this.entries();
  }

  forEach(call: (value: number, key: number, map: NumberMap) => void): void {
    for (const [key, value] of this) call(value, key, this);
  }

  *entries(): MapIterator<[number, number]> {
    for (let page = 0; page < this.#pages.length; page++) {
      const entries = this.#pages[page];
      if (entries === undefined) continue;
      for (let at = 0; at < PAGE_ENTRIES; at++) {
        const entry = entries[at] as number;
        if (entry !== 0) yield [(page << PAGE_BITS) | at, entry - 1];
      }
    }
  }
}
