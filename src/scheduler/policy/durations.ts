// Expected durations: as long as other tasks of the layer took. Layers are named by content, so
// this is exact about the computation, and nothing is guessed from names.
import type { LayerView } from "../state/records.js";

/** The overhead of handing over a task; it keeps tiny tasks from counting as nothing. */
const OVERHEAD_MS = 0.01;
/**
 * Guess for a layer without measurements: a fixed part, and the bytes at a memory-bound kernel's
 * pace.
 */
const GUESS_MS = 0.1;
const GUESS_BYTES_PER_MS = 2e6;
/** Weight of a new measurement: follows a change within ten tasks or so. */
const NEWEST_WEIGHT = 0.2;

/** Estimated time of one task of `layer` whose result takes `bytes`, in ms. */
export function estimateMs(layer: LayerView, bytes: number): number {
  const { durationMs } = layer;
  return OVERHEAD_MS + (durationMs >= 0 ? durationMs : GUESS_MS + bytes / GUESS_BYTES_PER_MS);
}

/** The expected duration of a layer's tasks after another one has taken `durationMs`. */
export function smoothedMs(layer: LayerView, durationMs: number): number {
  const before = layer.durationMs;
  return before < 0 ? durationMs : before + NEWEST_WEIGHT * (durationMs - before);
}
