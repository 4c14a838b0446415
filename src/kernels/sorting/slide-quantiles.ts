// Quantiles of windows that slide along an axis, without the windows. Elements get their rank in a
// stretch of the axis once. A Fenwick tree counts which of these ranks are in the window, and finds
// the element of any rank: a window costs the logarithm of its length.
import type { Block } from "../../base/block.js";
import type { TypedArray } from "../../base/dtype.js";
import { SLIDE_STRETCH } from "../../graph/model/working-bytes.js";
import { eachLane } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { joinedAlong } from "../programs/join-blocks.js";
import { quantileBetween, ranksOf } from "./quantile.js";
import { insertionPoint } from "./search-sorted.js";

type Element = number | bigint;

/**
 * Quantiles of runs of `size` neighbours along `axis`, along a first axis of the output.
 */
export const slideQuantiles: RoutineCompiler<"slideQuantiles"> = (routine) => {
  const { axis, size, quantiles, method, ignoreNaN } = routine;
  const ranksOfCount = rankTable(routine);
  return (operands, output) => {
    const x = joinedAlong(operands, axis);
    const [each = 0, ...stride] = output.stride;
    const first: Block = { ...output, shape: output.shape.slice(1), stride };
    const longest = Math.min(x.shape[axis] as number, Math.max(size, SLIDE_STRETCH) + size - 1);
    const stretch = new Stretch(x.data, longest);
    const put = (at: number, numbers: number) => {
      const isUnknown = numbers === 0 || (numbers < size && !ignoreNaN);
      const ranks = isUnknown ? [] : ranksOfCount(numbers);
      for (let i = 0; i < quantiles.length; i++) {
        let value = Number.NaN;
        if (!isUnknown) {
          const [low, high] = [ranks[2 * i] as number, ranks[2 * i + 1] as number];
          const below = stretch.find(low);
          const pair = [below, low === high ? below : stretch.find(high)] as const;
          value = quantileBetween(pair, numbers, quantiles[i] as number, method);
        }
        output.data[at + i * each] = value as never;
      }
    };
    eachLane([x, first], axis, ([source, target]) => {
      for (let from = 0; from < target.length; from += longest - size + 1) {
        const count = Math.min(longest - size + 1, target.length - from);
        stretch.rank(source.offset + from * source.stride, source.stride, count + size - 1);
        stretch.slide(size, count, (window, numbers) =>
          put(target.offset + (from + window) * target.stride, numbers),
        );
      }
    });
  };
};

/** Ranks by the count of numbers, which is nearly always the same. */
function rankTable(routine: Parameters<typeof ranksOf>[1]): (count: number) => readonly number[] {
  let [known, ranks]: [number, readonly number[]] = [-1, []];
  return (count) => {
    if (count !== known) [known, ranks] = [count, ranksOf(count, routine)];
    return ranks;
  };
}

/** Neighbours along a lane, by their ranks, and the tree of those that are in the window. */
class Stretch {
  readonly #data: TypedArray;
  readonly #sorted: TypedArray;
  /** The elements in order; equal ones keep theirs. */
  readonly #inOrder: TypedArray;
  /** Per element, its rank; -1 for NaN. */
  readonly #ranks: Int32Array;
  /** How many elements equal to the one that begins there have got their rank. */
  readonly #seen: Int32Array;
  readonly #tree: Int32Array;
  #length = 0;
  #top = 1;
  #numbers = 0;

  /** @param longest as many elements as a stretch may have */
  constructor(data: TypedArray, longest: number) {
    const Elements = data.constructor as new (length: number) => TypedArray;
    this.#data = data;
    this.#sorted = new Elements(longest);
    this.#inOrder = new Elements(longest);
    this.#ranks = new Int32Array(longest);
    this.#seen = new Int32Array(longest);
    this.#tree = new Int32Array(longest + 1);
  }

  /** Gives `length` elements from `offset` on their ranks. */
  rank(offset: number, stride: number, length: number): void {
    const [data, ranks, seen] = [this.#data, this.#ranks, this.#seen];
    const isAll = length === this.#sorted.length;
    const sorted = isAll ? this.#sorted : this.#sorted.subarray(0, length);
    for (let i = 0; i < length; i++) sorted[i] = data[offset + i * stride] as never;
    sorted.sort();
    seen.fill(0);
    for (let i = 0; i < length; i++) {
      const value = data[offset + i * stride] as Element;
      ranks[i] = -1;
      if (Number.isNaN(value)) continue;
      // Zeros of either sign are equal; whole numbers of 64 bits compare as others do.
      const first = insertionPoint(sorted, value as number, "left");
      const rank = first + (seen[first] as number);
      seen[first] = (seen[first] as number) + 1;
      ranks[i] = rank;
      this.#inOrder[rank] = value as never;
    }
    this.#length = length;
    this.#top = 2 ** Math.floor(Math.log2(length));
  }

  /** Visits `count` windows of `size`; `numbers` of each are no NaN. */
  slide(size: number, count: number, visit: (window: number, numbers: number) => void): void {
    const ranks = this.#ranks;
    this.#tree.fill(0);
    this.#numbers = 0;
    for (let i = 0; i < size - 1; i++) this.#change(ranks[i] as number, 1);
    for (let window = 0; window < count; window++) {
      this.#change(ranks[window + size - 1] as number, 1);
      visit(window, this.#numbers);
      this.#change(ranks[window] as number, -1);
    }
  }

  /** The element of that rank in the window. */
  find(rank: number): Element {
    const [tree, length] = [this.#tree, this.#length];
    let [at, rest] = [0, rank];
    for (let step = this.#top; step > 0; step >>= 1) {
      const next = at + step;
      if (next > length || (tree[next] as number) > rest) continue;
      at = next;
      rest -= tree[next] as number;
    }
    return this.#inOrder[at] as Element;
  }

  #change(rank: number, by: number): void {
    if (rank < 0) return;
    const [tree, length] = [this.#tree, this.#length];
    this.#numbers += by;
    for (let at = rank + 1; at <= length; at += at & -at) tree[at] = (tree[at] as number) + by;
  }
}
