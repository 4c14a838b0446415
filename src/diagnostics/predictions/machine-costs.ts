// The parameters of a machine that a prediction needs: the rates of its kernels, the cost of
// messages, and the slowdown if all processors have work. kernel-rates.ts measures them.
import type { CostModel } from "../../sim/cost-model.js";

/** Costs, with the rates of kernels that have the machine to themselves. */
export interface MachineCosts extends CostModel {
  /** The slowdown when others run; missing if it is not known. */
  readonly contention?: Contention;
  /** Whether processes of one machine read each other's values in place. */
  readonly sharesMemory?: boolean;
}

/** How many times longer things take where all processors of the machine have work. */
export interface Contention {
  /** Arithmetic, and copies that exceed all caches. */
  readonly calculation: number;
  readonly memory: number;
  /** Bytes read and written by such a copy in a millisecond, where nothing else runs. */
  readonly bytesPerMs: number;
}

/**
 * The rate of a kernel, in bytes a millisecond, if `share` of the processors have work: its memory
 * traffic slows down like copies, the rest like arithmetic.
 *
 * @param share from 0 (it is alone) to 1 (all processors have work)
 */
export function contendedRate(bytesPerMs: number, contention: Contention, share: number): number {
  const aloneMs = 1 / bytesPerMs;
  const movedMs = Math.min(aloneMs, 1 / contention.bytesPerMs);
  const slower = (factor: number) => 1 + (factor - 1) * share;
  return (
    1 / (movedMs * slower(contention.memory) + (aloneMs - movedMs) * slower(contention.calculation))
  );
}
