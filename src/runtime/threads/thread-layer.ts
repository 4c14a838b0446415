// A layer as the thread pool knows it: with a unique number and the measured duration of its
// blocks.
import { type Cut, type CutMap, operandCuts } from "../../graph/dependencies/regions.js";
import { hasUnknownLengths } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import { readsOwnBlocks } from "../../graph/model/layer-functions.js";

/** Weight of the latest duration in the mean. */
const LATEST_WEIGHT = 0.2;
/** No task is expected to cost less: handing it over costs that much. */
const COST_MS_MIN = 0.002;

let nextId = 0;

/** A layer that can be sent to executor threads. */
export class ThreadLayer {
  readonly id = nextId++;
  readonly layer: Layer;
  /** The layers named by `layer.inputs`. */
  readonly inputs: readonly Layer[];
  /** Whether its results are as large as their kernel makes them. */
  readonly isDynamic: boolean;
  /** Whether threads need the shapes of its tasks' operands. */
  readonly readsDynamic: boolean;
  #cuts: CutMap | null | undefined;
  #meanMs: number | undefined;

  /** @param durationMs how long a block is expected to take; negative when no one knows yet */
  constructor(layer: Layer, inputs: readonly Layer[], durationMs = -1) {
    this.layer = layer;
    if (durationMs >= 0) this.#meanMs = durationMs;
    this.inputs = inputs;
    this.isDynamic = hasUnknownLengths(layer.chunks);
    // Calls and partitions may read earlier blocks of their own layer, whose lengths are unknown.
    this.readsDynamic =
      readsOwnBlocks(layer) || inputs.some(({ chunks }) => hasUnknownLengths(chunks));
  }

  /** Per operand, the part of it that a block reads; undefined when they are read whole. */
  cutsOf(block: number): readonly (Cut | undefined)[] | undefined {
    this.#cuts ??= operandCuts(this.layer, this.inputs) ?? null;
    return this.#cuts?.(block);
  }

  /** The expected duration of a block; undefined until it is known. */
  get expectedMs(): number | undefined {
    return this.#meanMs === undefined ? undefined : Math.max(this.#meanMs, COST_MS_MIN);
  }

  /** Learns how long a block took. */
  learn(durationMs: number): void {
    this.#meanMs =
      this.#meanMs === undefined
        ? durationMs
        : this.#meanMs + LATEST_WEIGHT * (durationMs - this.#meanMs);
  }
}

/** A block of a layer, to be computed on a thread. */
export interface ThreadTask {
  readonly threadLayer: ThreadLayer;
  readonly block: number;
}
