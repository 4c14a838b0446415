// A queue with constant-time operations at both ends.

/** First in, first out. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The item that {@link shift} would take. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  /** The item at a position behind the first. */
  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  /** All items, in order. */
  *[Symbol.iterator](): Generator<T> {
    for (let at = this.#head; at < this.#items.length; at++) yield this.#items[at] as T;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length || this.#head >= 1024) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Removes all items that match `isWanted`, at any position. */
  withdraw(isWanted: (item: T) => boolean): T[] {
    const withdrawn: T[] = [];
    this.#items = this.drain().filter((item) => {
      if (!isWanted(item)) return true;
      withdrawn.push(item);
      return false;
    });
    return withdrawn;
  }

  /** Takes everything out. */
  drain(): T[] {
    const items = this.#items.slice(this.#head) as T[];
    this.#items = [];
    this.#head = 0;
    return items;
  }
}
