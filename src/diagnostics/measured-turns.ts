// What messages and values on their way cost on this machine. A process of its own finds out, once: its sockets and
// threads are those of a cluster, and whoever explains a graph waits for it. What a turn is, sim/processors.ts tells.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LayerGraph } from "../graph/model/layer-graph.js";
import type { CostModel } from "../sim/cost-model.js";
import { simulate } from "../sim/simulate.js";
import { findOwnFile } from "../system/own-files.js";

/** A machine that takes longer has too much to do to be measured. */
const TIMEOUT_MS = 20_000;

/** How many times longer things take where all processors of the machine have work. */
export interface Crowding {
  /** Arithmetic, and copies of what no cache holds. */
  readonly calculation: number;
  readonly memory: number;
  /** Bytes read and written by such a copy in a millisecond, where nothing else runs. */
  readonly bytesPerMs: number;
}

/** Milliseconds of a processor, and crowding where it was measured. */
export interface MessageCosts extends Pick<CostModel, "turnMs" | "fetchMs"> {
  readonly crowding?: Crowding;
  /** Whether processes of this machine read each other's values where they lie. */
  readonly sharesMemory?: boolean;
}

/** Where it cannot be found out: then the prediction is of tasks alone. */
const NOTHING: MessageCosts = { turnMs: 0, fetchMs: 0 };

let known: MessageCosts | undefined;

/** What a turn of a main thread takes, and a value that one worker fetches from another. */
export function measuredMessages(): MessageCosts {
  return (known ??= measure());
}

function measure(): MessageCosts {
  const script = findOwnFile("cli/measure-turns.js");
  if (script === undefined) return NOTHING;
  try {
    const text = execFileSync(process.execPath, [fileURLToPath(script)], {
      encoding: "utf8",
      timeout: TIMEOUT_MS,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const measured = JSON.parse(text) as MessageCosts;
    const { turnMs, fetchMs } = measured;
    return Number.isFinite(turnMs) && Number.isFinite(fetchMs) ? measured : NOTHING;
  } catch {
    return NOTHING;
  }
}

/**
 * The rate of a kernel, in bytes a millisecond, where `share` of the processors have work: what it moves is as slow as
 * copies are then, the rest as arithmetic is.
 *
 * @param share from 0 (it is alone) to 1 (all processors have work)
 */
export function crowdedRate(bytesPerMs: number, crowding: Crowding, share: number): number {
  const aloneMs = 1 / bytesPerMs;
  const movedMs = Math.min(aloneMs, 1 / crowding.bytesPerMs);
  const slower = (factor: number) => 1 + (factor - 1) * share;
  return (
    1 / (movedMs * slower(crowding.memory) + (aloneMs - movedMs) * slower(crowding.calculation))
  );
}

/** The number in the middle. */
export function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** By the simulator's count: turns and moved values of a job on workers of one thread, and how long its tasks take. */
export function simulatedWork(graph: LayerGraph, workers: number) {
  const { turns, valuesMoved, busyMs } = simulate({ graph, workers, threads: 1, seed: 1 });
  return { turns, valuesMoved, busyMs };
}
