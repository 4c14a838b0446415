// The delay before a failed copy is requested again: short, since a busy or starting peer will
// answer the next time, then longer and longer, so that an unreachable peer is not asked forever.
import { Rng } from "../../base/rng.js";

/** The longest wait after the first failure; each further one doubles it. */
const FIRST_WAIT_MS = 200;
const WAIT_MAX_MS = 2_000;
/**
 * After this many failures it is given up: the peer that still wants a copy chooses its source
 * again.
 */
const FAILURES_MAX = 6;

/**
 * The delay before a copy that has failed `failures` times is requested again; undefined if it is
 * given up. Half of the delay is random: copies that failed together are not all requested together
 * again.
 *
 * @param seed the same for every failure of one copy, such as its task's number
 */
export function decideWaitMs(failures: number, seed: number): number | undefined {
  if (failures >= FAILURES_MAX) return undefined;
  const longestMs = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  const drawn = new Rng(seed * FAILURES_MAX + failures).uint32() / 2 ** 32;
  return (longestMs * (1 + drawn)) / 2;
}
