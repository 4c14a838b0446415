// How many rounds of samples find elements of given ranks among sorted runs, and how many samples
// each of them takes. A round itself is kernels/sorting/ranks-of-runs.ts.
import { longest } from "../../graph/model/chunks.js";

/** At least as many samples of all runs and ranks together are no burden to one task. */
const SAMPLES_MIN = 2 ** 16;
/** The least number of samples of a run for a rank, so that each round leaves an eighth. */
const ROUND_MIN = 15;

/**
 * The number of samples of each run in each round: for all ranks together in the first one, then
 * for each of them. After the last round nothing is uncertain.
 *
 * All samples of a round together are about as many as the longest run, so that the task that reads
 * them needs no more memory than others. With `count` samples of each run, of W uncertain elements
 * 2 W / (count + 1) + 3 stay uncertain at most.
 *
 * @param lengths of the runs
 * @param ranks how many are looked for
 */
export function planRounds(lengths: readonly number[], ranks: number): readonly number[] {
  const most = Math.max(1, longest(lengths));
  const budget = Math.max(most, SAMPLES_MIN) / Math.max(1, lengths.length);
  const samplesFor = (rows: number) =>
    Math.min(most, Math.max(ROUND_MIN, Math.floor(budget / Math.max(1, rows))));
  let uncertain = lengths.reduce((sum, length) => sum + length, 0);
  let count = samplesFor(1);
  const rounds: number[] = [];
  while (Math.min(uncertain, most) > count) {
    rounds.push(count);
    uncertain = Math.floor((2 * uncertain) / (count + 1)) + 3;
    count = samplesFor(ranks);
  }
  return [...rounds, Math.min(count, uncertain, most)];
}
