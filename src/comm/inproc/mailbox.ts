// Delivery within a process: a mailbox passes messages to its reader in a later turn of the event
// loop, in order, one after another.

/** A queue that hands its items over in turns. */
export class Mailbox<Item> {
  #waiting: Item[] = [];
  #turn: NodeJS.Immediate | undefined;
  #reader: ((item: Item) => void) | undefined;

  put(item: Item): void {
    this.#waiting.push(item);
    this.#schedule();
  }

  /** Sets the reader; earlier items wait until then. */
  read(reader: (item: Item) => void): void {
    this.#reader = reader;
    this.#schedule();
  }

  /** Nothing is handed over any more. */
  close(): void {
    clearImmediate(this.#turn);
    this.#reader = undefined;
    this.#waiting = [];
  }

  #schedule(): void {
    if (this.#reader === undefined || this.#waiting.length === 0) return;
    this.#turn ??= setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#turn = undefined;
    const items = this.#waiting;
    this.#waiting = [];
    for (const item of items) this.#reader?.(item);
  }
}
