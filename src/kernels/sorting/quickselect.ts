// Elements of given ranks without sorting: values are partitioned around a pivot until those ranks
// are in place (Hoare's quickselect, with the bounds of Floyd and Rivest for long lists). Sorting
// is sort-lanes.ts, ranks across several blocks ranks-of-runs.ts.
import type { TypedArray } from "../../base/dtype.js";
import { sortValues } from "./radix-sort.js";

/** Lists this short are not worth taking a sample of. */
const SAMPLE_MIN = 600;

/** From this many ranks on, sorting is as fast. */
const RANKS_MAX = 16;

/**
 * Puts `values`, which are written to, into such order that the elements at `ranks` are those that
 * sorting would put there. NaN comes last.
 *
 * @returns how many elements are numbers; ranks from there on are NaN
 */
export function selectRanks(values: TypedArray, ranks: readonly number[]): number {
  const count = numbersFirst(values);
  const wanted = [...new Set(ranks)].filter((rank) => rank < count).sort((a, b) => a - b);
  if (wanted.length > RANKS_MAX) {
    sortValues(values.subarray(0, count));
    return count;
  }
  let from = 0;
  for (const rank of wanted) {
    select(values as Float64Array, rank, from, count - 1);
    from = rank + 1;
  }
  return count;
}

/** Moves NaN to the end; returns the number of other elements. */
function numbersFirst(values: TypedArray): number {
  let end = values.length;
  if (!(values instanceof Float64Array || values instanceof Float32Array)) return end;
  for (let i = 0; i < end; ) {
    if (Number.isNaN(values[i])) {
      end--;
      values[i] = values[end] as number;
      values[end] = Number.NaN;
    } else i++;
  }
  return end;
}

/**
 * Puts the element of rank `k` of all between `left` and `right` in its place, smaller ones before
 * it.
 */
function select(values: Float64Array, k: number, left: number, right: number): void {
  let [low, high] = [left, right];
  while (low < high) {
    if (high - low > SAMPLE_MIN) {
      // A sample around the rank brings its neighbourhood together; the constants are the authors'.
      const [n, i] = [high - low + 1, k - low + 1];
      const z = Math.log(n);
      const s = 0.5 * Math.exp((2 * z) / 3);
      const sd = 0.5 * Math.sqrt((z * s * (n - s)) / n) * Math.sign(i - n / 2);
      const sampleLow = Math.max(low, Math.floor(k - (i * s) / n + sd));
      const sampleHigh = Math.min(high, Math.floor(k + ((n - i) * s) / n + sd));
      select(values, k, sampleLow, sampleHigh);
    }
    const pivot = values[k] as number;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = swapped;
    }
    // Between j and i all are equal to the pivot.
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}
