// Measures the cost of messages and transfers on this machine, once, in a separate process. Its
// sockets and threads are those of a cluster, and explain() waits for it. sim/processors.ts defines
// a turn.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LayerGraph } from "../../graph/model/layer-graph.js";
import type { CostModel } from "../../sim/cost-model.js";
import { simulate } from "../../sim/simulate.js";
import { findOwnFile } from "../../system/own-files.js";
import type { Contention } from "../predictions/machine-costs.js";

/** A machine that takes longer has too much to do to be measured. */
const TIMEOUT_MS = 20_000;

/** Milliseconds of a processor, and contention where it was measured. */
export interface MessageCosts extends Pick<CostModel, "turnMs" | "fetchMs"> {
  readonly contention?: Contention;
  /** Whether processes of this machine read each other's values in place. */
  readonly sharesMemory?: boolean;
}

/** Used if they cannot be measured: then the prediction is of tasks alone. */
const NOTHING: MessageCosts = { turnMs: 0, fetchMs: 0 };

let known: MessageCosts | undefined;

/** The time of a turn of a main thread, and of fetching a value from another worker. */
export function measuredMessages(): MessageCosts {
  return (known ??= measure());
}

function measure(): MessageCosts {
  const script = findOwnFile("diagnostics/message-probe.js");
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

/** The number in the middle. */
export function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/**
 * By the simulator's count: turns and moved values of a job on workers of one thread, and how long
 * its tasks take.
 */
export function simulatedWork(graph: LayerGraph, workers: number) {
  const { turns, valuesMoved, busyMs } = simulate({ graph, workers, threads: 1, seed: 1 });
  return { turns, valuesMoved, busyMs };
}
