// Faults of a simulation and their times: given, or drawn from a seed.
import type { Rng } from "../base/rng.js";

/** One thing that goes wrong, or merely changes. Workers are counted from 0 in order of joining. */
export type Fault =
  /**
   * The worker's process is killed. `noticed`: its supervisor sees it at once, not by a timeout.
   */
  | {
      readonly type: "kill";
      readonly atMs: number;
      readonly worker: number;
      readonly noticed: boolean;
    }
  /** The worker's process is killed, and its supervisor starts another of the same name. */
  | {
      readonly type: "restart";
      readonly atMs: number;
      readonly worker: number;
      readonly afterMs: number;
    }
  /** The worker is asked to leave, and deregisters. */
  | { readonly type: "leave"; readonly atMs: number; readonly worker: number }
  /** One more worker joins. */
  | { readonly type: "join"; readonly atMs: number }
  /** The worker's threads run at 1 / `factor` of their speed from now on. */
  | {
      readonly type: "slow";
      readonly atMs: number;
      readonly worker: number;
      readonly factor: number;
    }
  /** The worker lives on, but its link to the scheduler is cut permanently. */
  | { readonly type: "isolate"; readonly atMs: number; readonly worker: number }
  /** Two workers cannot reach each other for a while. */
  | {
      readonly type: "part";
      readonly atMs: number;
      readonly workers: readonly [number, number];
      readonly forMs: number;
    }
  /** The worker is disconnected until it was given up, and comes back. */
  | {
      readonly type: "cutOff";
      readonly atMs: number;
      readonly worker: number;
      readonly forMs: number;
    }
  /** The link between worker and scheduler is down for a while; what was sent arrives after it. */
  | {
      readonly type: "silence";
      readonly atMs: number;
      readonly worker: number;
      readonly forMs: number;
    }
  /** The first client has the worker retired. */
  | { readonly type: "retire"; readonly atMs: number; readonly worker: number }
  /**
   * The first client requests its outputs on that many workers, and an even distribution of all
   * data.
   */
  | { readonly type: "arrange"; readonly atMs: number; readonly copies: number };

const CUT_OFF_MS = 5_000;
/** Some are noticed, and some so long that the worker counts as lost. */
const SILENCE_MS_MAX = 4_000;

/** Draws faults that leave at least one worker, all within the first `spanMs`. */
export function drawFaults(rng: Rng, workers: number, spanMs: number): Fault[] {
  const faults: Fault[] = [];
  const atMs = () => rng.between(0, spanMs);
  for (let joins = rng.below(3); joins > 0; joins--) faults.push({ type: "join", atMs: atMs() });
  for (let worker = 1; worker < workers; worker++) {
    const dice = rng.below(20);
    if (dice < 4) faults.push({ type: "kill", atMs: atMs(), worker, noticed: rng.chance(0.5) });
    else if (dice < 6) faults.push({ type: "leave", atMs: atMs(), worker });
    else if (dice < 8) {
      faults.push({ type: "restart", atMs: atMs(), worker, afterMs: rng.between(20, 20 + spanMs) });
    } else if (dice < 9) faults.push({ type: "isolate", atMs: atMs(), worker });
    else if (dice < 12) {
      faults.push({ type: "slow", atMs: atMs(), worker, factor: rng.between(1, 20) });
    }
  }
  if (workers > 1 && rng.chance(0.3)) {
    const other = 1 + rng.below(workers - 1);
    const forMs = rng.between(1, 2 * spanMs);
    faults.push({ type: "part", atMs: atMs(), workers: [0, other], forMs });
  }
  for (let worker = 1; worker < workers; worker++) {
    const dice = rng.below(20);
    if (dice < 2) faults.push({ type: "retire", atMs: atMs(), worker });
    // Longer than the scheduler waits, shorter than the worker does: nothing is lost in between.
    else if (dice < 3) faults.push({ type: "cutOff", atMs: atMs(), worker, forMs: CUT_OFF_MS });
  }
  if (rng.chance(0.3)) faults.push({ type: "arrange", atMs: atMs(), copies: 1 + rng.below(3) });
  for (let worker = 0; worker < workers; worker++) {
    if (!rng.chance(0.15)) continue;
    faults.push({ type: "silence", atMs: atMs(), worker, forMs: rng.between(10, SILENCE_MS_MAX) });
  }
  return faults;
}
