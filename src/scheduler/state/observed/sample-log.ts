// Samples of the cluster over the whole run: one a second at first. If there are too many, every
// other one is dropped and they are taken half as often.
import type { ObservedSample } from "../../../protocol/values/observation.js";

const SAMPLES_MAX = 600;
const FIRST_INTERVAL_MS = 500;

/** The samples of a run. */
export class SampleLog {
  #samples: ObservedSample[] = [];
  #intervalMs = FIRST_INTERVAL_MS;
  #takenMs = Number.NEGATIVE_INFINITY;

  /** Whether it is time for another one. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#takenMs >= this.#intervalMs;
  }

  add(sample: ObservedSample): void {
    this.#takenMs = sample.atMs;
    this.#samples.push(sample);
    if (this.#samples.length < SAMPLES_MAX) return;
    this.#samples = this.#samples.filter((_sample, k) => k % 2 === 0);
    this.#intervalMs *= 2;
  }

  /** All of them, oldest first. */
  all(): readonly ObservedSample[] {
    return this.#samples;
  }
}
