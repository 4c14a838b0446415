// What messages cost on this machine. A process of its own finds out, once: its sockets and threads are those of
// a cluster, and whoever explains a graph waits for it. What a turn is, sim/processors.ts tells.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LayerGraph } from "../graph/layer-graph.js";
import { simulate } from "../sim/simulate.js";

/** A machine that takes longer has too much to do to be measured. */
const TIMEOUT_MS = 20_000;

let known: number | undefined;

/**
 * Milliseconds of a processor that a turn of a main thread takes; 0 where it cannot be found out: then the
 * prediction is of tasks alone.
 */
export function measuredTurnMs(): number {
  return (known ??= measure());
}

function measure(): number {
  const script = scriptFile();
  if (script === undefined) return 0;
  try {
    const text = execFileSync(process.execPath, [script], {
      encoding: "utf8",
      timeout: TIMEOUT_MS,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { turnMs } = JSON.parse(text) as { turnMs: number };
    return Number.isFinite(turnMs) ? turnMs : 0;
  } catch {
    return 0;
  }
}

/** How many turns a job takes on workers of one thread, by the simulator's count. */
export function simulatedTurns(graph: LayerGraph, workers: number): number {
  return simulate({ graph, workers, threads: 1, seed: 1 }).turns;
}

/** Beside this file's room in a build, in `dist/` when this runs from source. */
function scriptFile(): string | undefined {
  return ["../cli/measure-turns.js", "../../dist/cli/measure-turns.js"]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
}
