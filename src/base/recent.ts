// A cache of the most recently used results, with a fixed number of entries.

/** Values by key; the one that was used longest ago makes room. */
export class Recent<K, V> {
  readonly #max: number;
  readonly #values = new Map<K, V>();

  /** @param max how many are kept */
  constructor(max: number) {
    this.#max = max;
  }

  get(key: K): V | undefined {
    const value = this.#values.get(key);
    // Only a crowd has to be kept in order.
    if (value === undefined || this.#values.size <= this.#max / 2) return value;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: K, value: V): V {
    this.#values.set(key, value);
    if (this.#values.size > this.#max) this.#values.delete(this.#values.keys().next().value as K);
    return value;
  }
}
