// Batches of one session, counted on both sides: what was sent is kept until the peer has it, so
// that a later connection can carry it again.

/** Batches of one direction that the peer may not have yet. */
export class SentBatches {
  /** The oldest first. */
  #kept: { readonly frames: readonly Uint8Array[]; readonly sentMs: number }[] = [];
  /** All that were sent. */
  count = 0;

  /** Those that the peer has for certain. */
  get acknowledged(): number {
    return this.count - this.#kept.length;
  }

  /** When the oldest of the kept was sent; undefined while none is. */
  get oldestMs(): number | undefined {
    return this.#kept[0]?.sentMs;
  }

  keep(frames: readonly Uint8Array[]): void {
    this.count++;
    this.#kept.push({ frames, sentMs: performance.now() });
  }

  /** The peer has the first `received`; false when that cannot be. */
  acknowledge(received: number): boolean {
    if (received > this.count) return false;
    // A word that was overtaken says less than is known.
    if (received > this.acknowledged) this.#kept.splice(0, received - this.acknowledged);
    return true;
  }

  /** Sends all that are kept once more. */
  sendAgain(send: (frames: readonly Uint8Array[]) => void): void {
    for (const { frames } of this.#kept) send(frames);
  }
}

/** How many batches may come, and how much time may pass, until their receipt is reported. */
const UNTOLD_MAX = 64;
const UNTOLD_MS = 200;

/** Batches of the other direction: how many came, which the peer learns now and then. */
export class ReceivedBatches {
  readonly #tell: (count: number) => void;
  #told = 0;
  #timer: NodeJS.Timeout | undefined;
  count = 0;

  /** @param tell tells the peer how many came */
  constructor(tell: (count: number) => void) {
    this.#tell = tell;
  }

  add(): void {
    this.count++;
    if (this.count - this.#told >= UNTOLD_MAX) this.#tellNow();
    else this.#timer ??= setTimeout(() => this.#tellNow(), UNTOLD_MS).unref();
  }

  /** The peer learns nothing more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tellNow(): void {
    this.stop();
    this.#told = this.count;
    this.#tell(this.count);
  }
}
