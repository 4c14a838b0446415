// What tests wait on instead of time: a list that grows, and promises for its next items.

/** How long a test waits at most where a call takes a limit: it ends what hangs. */
export const PATIENCE_MS = 120_000;

/** Collects what happens; `take(n)` resolves when n more things have happened. */
export class Inbox<Item> {
  readonly #items: Item[] = [];
  readonly #waiting: { readonly count: number; readonly resolve: (items: Item[]) => void }[] = [];

  readonly add = (item: Item): void => {
    this.#items.push(item);
    this.#serve();
  };

  /** What came and was not taken yet. */
  get size(): number {
    return this.#items.length;
  }

  take(count: number): Promise<Item[]> {
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve });
      this.#serve();
    });
  }

  async next(): Promise<Item> {
    const [item] = await this.take(1);
    return item as Item;
  }

  #serve(): void {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined || this.#items.length < first.count) return;
      this.#waiting.shift();
      first.resolve(this.#items.splice(0, first.count));
    }
  }
}
