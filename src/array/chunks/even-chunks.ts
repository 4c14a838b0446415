// Makes the blocks of one axis more alike: `rechunk(…, { balance: true })`. It does what Dask does
// (test/fixtures/rechunk.json).
import { longest } from "../../graph/model/chunks.js";

/**
 * `lengths` with a last block of about the size of the others, if another block length gives as
 * many blocks (or one less, if the smallest is a remainder); otherwise `lengths` themselves.
 */
export function evenChunks(lengths: readonly number[]): readonly number[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const middle = Math.floor(median(lengths));
  const smallest = lengths.reduce((least, length) => Math.min(least, length), total);
  const count = lengths.length - (2 * smallest <= longest(lengths) ? 1 : 0);
  let best = lengths;
  let bestDifference = Number.POSITIVE_INFINITY;
  const reach = Math.floor(middle / 2);
  for (let length = Math.max(1, middle - reach); length <= middle + reach; length++) {
    if (Math.ceil(total / length) !== count) continue;
    const rest = total % length;
    const difference = rest === 0 ? 0 : length - rest;
    if (difference >= bestDifference) continue;
    bestDifference = difference;
    best = Array.from({ length: count }, (_, i) => Math.min(length, total - i * length));
  }
  return best;
}

function median(lengths: readonly number[]): number {
  const sorted = [...lengths].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
