// Links between nodes of the simulation. Each link keeps its order, as ZeroMQ does, and takes its
// time; a link that is cut loses what is on it and what is sent, in both directions.
import type { Rng } from "../base/rng.js";
import type { World } from "./world.js";

/** How fast messages travel. */
export interface NetworkOptions {
  /** Each message is under way for a time between these, drawn anew. */
  readonly latencyMs: readonly [low: number, high: number];
  readonly bytesPerMs: number;
}

/** Defaults of {@link NetworkOptions}: what ipc between two processes of one host was measured at. */
export const NETWORK_DEFAULTS: NetworkOptions = { latencyMs: [0.05, 0.5], bytesPerMs: 1e6 };

/** Carries messages between named nodes. */
export class Network {
  readonly #world: World;
  readonly #rng: Rng;
  readonly #options: NetworkOptions;
  readonly #lastArrivalMs = new Map<string, number>();
  readonly #cut = new Set<string>();

  constructor(world: World, rng: Rng, options: Partial<NetworkOptions> = {}) {
    this.#world = world;
    this.#rng = rng;
    this.#options = { ...NETWORK_DEFAULTS, ...options };
  }

  /** Sends `bytes` from one node to another; `deliver` is called when they arrive. */
  send(from: string, to: string, bytes: number, deliver: () => void): void {
    if (this.#isCut(from, to)) return;
    const link = `${from} → ${to}`;
    const [low, high] = this.#options.latencyMs;
    const beginMs = this.#world.nowMs + this.#rng.between(low, high);
    const arrivalMs =
      Math.max(beginMs, this.#lastArrivalMs.get(link) ?? 0) + bytes / this.#options.bytesPerMs;
    this.#lastArrivalMs.set(link, arrivalMs);
    this.#world.at(arrivalMs, () => {
      if (!this.#isCut(from, to)) deliver();
    });
  }

  /** Cuts the link between two nodes, both ways. */
  cut(a: string, b: string): void {
    this.#cut.add(`${a} → ${b}`).add(`${b} → ${a}`);
  }

  /** Takes back {@link Network.cut}. */
  mend(a: string, b: string): void {
    this.#cut.delete(`${a} → ${b}`);
    this.#cut.delete(`${b} → ${a}`);
  }

  #isCut(from: string, to: string): boolean {
    return this.#cut.has(`${from} → ${to}`);
  }
}
