// Links between the nodes of a simulation. Each link keeps its order, as sockets do, and takes
// time. A cut link loses everything on it, in both directions; one that is held delivers it later.
// Requests for values and their answers may also be lost, repeated or overtaken, since a connection
// may have been made again meanwhile.
import type { Rng } from "../base/rng.js";
import type { World } from "./world.js";

/** The latency and bandwidth of messages. */
export interface NetworkOptions {
  /** Each message is under way for a time between these, drawn again. */
  readonly latencyMs: readonly [low: number, high: number];
  readonly bytesPerMs: number;
  /** How likely a request for values, or its answer, is lost, and how likely it arrives twice. */
  readonly loseChance: number;
  readonly repeatChance: number;
}

/** Defaults of {@link NetworkOptions}: as measured for ipc between two processes of one host. */
export const NETWORK_DEFAULTS: NetworkOptions = {
  latencyMs: [0.05, 0.5],
  bytesPerMs: 1e6,
  loseChance: 0,
  repeatChance: 0,
};

/** Carries messages between named nodes. */
export class Network {
  readonly #world: World;
  readonly #rng: Rng;
  readonly #options: NetworkOptions;
  readonly #lastArrivalMs = new Map<string, number>();
  readonly #cut = new Set<string>();
  /** What has come on links that are held, in order. */
  readonly #held = new Map<string, (() => void)[]>();

  constructor(world: World, rng: Rng, options: Partial<NetworkOptions> = {}) {
    this.#world = world;
    this.#rng = rng;
    this.#options = { ...NETWORK_DEFAULTS, ...options };
  }

  /** Sends `bytes` from one node to another; `deliver` is called when they arrive. */
  send(from: string, to: string, bytes: number, deliver: () => void): void {
    if (this.#isCut(from, to)) return;
    const link = `${from} → ${to}`;
    const beginMs = Math.max(this.#arrivalMs(), this.#lastArrivalMs.get(link) ?? 0);
    const arrivalMs = beginMs + bytes / this.#options.bytesPerMs;
    this.#lastArrivalMs.set(link, arrivalMs);
    this.#deliverAt(arrivalMs, from, to, deliver);
  }

  /** As {@link Network.send}, but the message may be lost, arrive twice, or overtake others. */
  sendLoosely(from: string, to: string, bytes: number, deliver: () => void): void {
    const { loseChance, repeatChance, bytesPerMs } = this.#options;
    if (loseChance === 0 && repeatChance === 0) {
      this.send(from, to, bytes, deliver);
      return;
    }
    if (this.#isCut(from, to) || this.#rng.chance(loseChance)) return;
    const copies = this.#rng.chance(repeatChance) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#deliverAt(this.#arrivalMs() + bytes / bytesPerMs, from, to, deliver);
    }
  }

  /** Cuts the link between two nodes, both ways, for a while or for good. */
  cut(a: string, b: string, forMs?: number): void {
    this.#cut.add(`${a} → ${b}`).add(`${b} → ${a}`);
    if (forMs !== undefined) this.#world.after(forMs, () => this.mend(a, b));
  }

  /** Takes back {@link Network.cut}. */
  mend(a: string, b: string): void {
    this.#cut.delete(`${a} → ${b}`);
    this.#cut.delete(`${b} → ${a}`);
  }

  /**
   * Holds what comes between two nodes, both ways, as a link does that is down for a while; then it
   * is delivered, in order.
   */
  hold(a: string, b: string, forMs: number): void {
    for (const link of [`${a} → ${b}`, `${b} → ${a}`]) {
      if (this.#held.has(link)) continue;
      const held: (() => void)[] = [];
      this.#held.set(link, held);
      this.#world.after(forMs, () => {
        this.#held.delete(link);
        for (const deliver of held) deliver();
      });
    }
  }

  #arrivalMs(): number {
    const [low, high] = this.#options.latencyMs;
    return this.#world.nowMs + this.#rng.between(low, high);
  }

  #deliverAt(arrivalMs: number, from: string, to: string, deliver: () => void): void {
    const arrive = () => {
      if (!this.#isCut(from, to)) deliver();
    };
    this.#world.at(arrivalMs, () => {
      const held = this.#held.get(`${from} → ${to}`);
      if (held === undefined) arrive();
      else held.push(arrive);
    });
  }

  #isCut(from: string, to: string): boolean {
    return this.#cut.has(`${from} → ${to}`);
  }
}
