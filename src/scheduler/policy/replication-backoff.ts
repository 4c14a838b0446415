// When a failed copy is requested again: soon, since a busy or starting peer will answer the next
// time, then less and less often, so an unreachable peer is not asked forever.
import { Rng } from "../../base/rng.js";

/** The longest wait after the first failure; each further one doubles it. */
const FIRST_WAIT_MS = 200;
const WAIT_MAX_MS = 2_000;
/** After so many failures it is given up: the peer that still wants a copy decides again from where. */
const FAILURES_MAX = 6;

/**
 * How long to wait before a copy is asked for again that has failed `failures` times; undefined where it is not.
 * Half of the wait is drawn: copies that failed together are not all asked for together again.
 *
 * @param seed the same for every failure of one copy, such as its task's number
 */
export function decideWaitMs(failures: number, seed: number): number | undefined {
  if (failures >= FAILURES_MAX) return undefined;
  const longestMs = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  const drawn = new Rng(seed * FAILURES_MAX + failures).uint32() / 2 ** 32;
  return (longestMs * (1 + drawn)) / 2;
}
