// Reductions of windows that slide along an axis, without the windows: the axis is cut into
// segments as long as a window, and each window is the end of one segment and the beginning of the
// next (van Herk, Gil and Werman). So nothing is ever subtracted, and a window of any length costs
// the same.
import { assert } from "../../base/assert.js";
import type { Block } from "../../base/block.js";
import { isBigInt } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { SLIDE_ELEMENTS } from "../../graph/model/working-bytes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { contiguous } from "../programs/copy-block.js";
import { joinedAlong } from "../programs/join-blocks.js";

/** Lanes side by side, and their windows. */
interface Lanes {
  readonly x: ArrayLike<number>;
  /** The first element of the first lane. */
  readonly from: number;
  /** The distance of neighbours along the axis. */
  readonly pitch: number;
  /** How many lanes there are; each begins one element after the one before. */
  readonly width: number;
  /** Windows of each lane. */
  readonly count: number;
  readonly size: number;
  /** Takes the result of a window of a lane. */
  readonly put: (window: number, lane: number, value: number) => void;
}

/** Two numbers for each window end: the meaning is that of the reduction. */
interface Scratch {
  readonly one: Float64Array;
  readonly two: Float64Array;
  readonly headOne: Float64Array;
  readonly headTwo: Float64Array;
}

type Slide = (lanes: Lanes, scratch: Scratch) => void;

/**
 * Reduces runs of `size` neighbours along `axis`; the result may have one more axis, of length 1,
 * at the end.
 */
export const slide: RoutineCompiler<"slide"> = ({ axis, size, reduce, correction }) => {
  assert(Number.isSafeInteger(size) && size > 0, "windows have a length");
  const run = slideOf(reduce, size, correction);
  return (operands, output) => {
    const { data, offset, shape } = contiguous(joinedAlong(operands, axis));
    const pitch = sizeOf(shape.slice(axis + 1));
    const [length, count] = [shape[axis] as number, output.shape[axis] as number];
    // As many neighbouring lanes as fit the scratch memory are worked through together.
    const widest = Math.max(1, Math.min(pitch, Math.floor(SLIDE_ELEMENTS / size)));
    const scratch = scratchOf(size, widest);
    const x = data as ArrayLike<number>;
    const store = storeTo(output);
    for (let outer = 0; outer < sizeOf(shape.slice(0, axis)); outer++) {
      for (let first = 0; first < pitch; first += widest) {
        const width = Math.min(widest, pitch - first);
        const from = offset + outer * length * pitch + first;
        const to = outer * count * pitch + first;
        const put: Lanes["put"] = (window, lane, value) => store(to + window * pitch + lane, value);
        run({ x, from, pitch, width, count, size, put }, scratch);
      }
    }
  };
};

function scratchOf(size: number, width: number): Scratch {
  const [one, two] = [new Float64Array(size * width), new Float64Array(size * width)];
  return { one, two, headOne: new Float64Array(width), headTwo: new Float64Array(width) };
}

function storeTo({ data, offset, dtype }: Block): (at: number, value: number) => void {
  if (isBigInt(dtype)) {
    return (at, value) => {
      data[offset + at] = BigInt(value);
    };
  }
  return (at, value) => {
    data[offset + at] = value;
  };
}

function slideOf(
  reduce: Parameters<typeof slide>[0]["reduce"],
  size: number,
  correction: number,
): Slide {
  switch (reduce) {
    case "sum":
      return sums(1);
    case "mean":
      return sums(size);
    case "prod":
      return joins((x, y) => x * y);
    case "min":
      return joins((x, y) => Math.min(x, y));
    case "max":
      return joins((x, y) => Math.max(x, y));
    case "var":
      return moments((squares) => squares / Math.max(size - correction, 0));
    case "std":
      return moments((squares) => Math.sqrt(squares / Math.max(size - correction, 0)));
  }
}

/** Sums with what each addition rounded off (Neumaier 1974), divided by a number. */
function sums(divisor: number): Slide {
  return ({ x, from, pitch, width, count, size, put }, { one, two, headOne, headTwo }) => {
    for (let first = 0; first < count; first += size) {
      one.fill(0);
      two.fill(0);
      for (let j = size - 1; j >= 0; j--) {
        const [row, at] = [j * width, from + (first + j) * pitch];
        for (let lane = 0; lane < width; lane++) {
          const value = x[at + lane] as number;
          const before = j === size - 1 ? -0 : (one[row + width + lane] as number);
          const rest = j === size - 1 ? 0 : (two[row + width + lane] as number);
          const sum = before + value;
          one[row + lane] = sum;
          two[row + lane] = rest + roundedOff(before, value, sum);
        }
      }
      headOne.fill(-0);
      headTwo.fill(0);
      for (let j = 0; j < size && first + j < count; j++) {
        const at = from + (first + size + j - 1) * pitch;
        for (let lane = 0; lane < width; lane++) {
          if (j > 0) {
            const value = x[at + lane] as number;
            const before = headOne[lane] as number;
            const sum = before + value;
            headOne[lane] = sum;
            headTwo[lane] = (headTwo[lane] as number) + roundedOff(before, value, sum);
          }
          const [end, head] = [one[j * width + lane] as number, headOne[lane] as number];
          const sum = end + head;
          const rest = (two[j * width + lane] as number) + (headTwo[lane] as number);
          // The rounding error of an infinite sum is NaN: skip it.
          const exact = Number.isFinite(sum) ? sum + (rest + roundedOff(end, head, sum)) : sum;
          put(first + j, lane, exact / divisor);
        }
      }
    }
  };
}

function roundedOff(x: number, y: number, sum: number): number {
  return Math.abs(x) >= Math.abs(y) ? x - sum + y : y - sum + x;
}

/** Results of joining elements two by two. */
function joins(join: (x: number, y: number) => number): Slide {
  return ({ x, from, pitch, width, count, size, put }, { one, headOne }) => {
    for (let first = 0; first < count; first += size) {
      for (let j = size - 1; j >= 0; j--) {
        const [row, at] = [j * width, from + (first + j) * pitch];
        for (let lane = 0; lane < width; lane++) {
          const value = x[at + lane] as number;
          const before = one[row + width + lane] as number;
          one[row + lane] = j === size - 1 ? value : join(before, value);
        }
      }
      for (let j = 0; j < size && first + j < count; j++) {
        const at = from + (first + size + j - 1) * pitch;
        for (let lane = 0; lane < width; lane++) {
          const end = one[j * width + lane] as number;
          if (j === 0) {
            put(first, lane, end);
            continue;
          }
          const value = x[at + lane] as number;
          const head = j === 1 ? value : join(headOne[lane] as number, value);
          headOne[lane] = head;
          put(first + j, lane, join(end, head));
        }
      }
    }
  };
}

/**
 * Results of the sum of squared deviations: means and squares of both parts, merged after Chan et
 * al.
 */
function moments(resultOf: (squares: number) => number): Slide {
  return (
    { x, from, pitch, width, count, size, put },
    { one: means, two: squares, headOne: headMeans, headTwo: headSquares },
  ) => {
    for (let first = 0; first < count; first += size) {
      for (let j = size - 1; j >= 0; j--) {
        const [row, at] = [j * width, from + (first + j) * pitch];
        for (let lane = 0; lane < width; lane++) {
          const value = x[at + lane] as number;
          const mean = j === size - 1 ? value : (means[row + width + lane] as number);
          const before = j === size - 1 ? 0 : (squares[row + width + lane] as number);
          const moved = mean + (value - mean) / (size - j);
          means[row + lane] = moved;
          squares[row + lane] = before + (value - mean) * (value - moved);
        }
      }
      headMeans.fill(0);
      headSquares.fill(0);
      for (let j = 0; j < size && first + j < count; j++) {
        const at = from + (first + size + j - 1) * pitch;
        for (let lane = 0; lane < width; lane++) {
          let joined = squares[j * width + lane] as number;
          if (j > 0) {
            const value = x[at + lane] as number;
            const mean = headMeans[lane] as number;
            const moved = mean + (value - mean) / j;
            headMeans[lane] = moved;
            const own = (headSquares[lane] as number) + (value - mean) * (value - moved);
            headSquares[lane] = own;
            const apart = moved - (means[j * width + lane] as number);
            joined += own + apart * apart * ((j * (size - j)) / size);
          }
          put(first + j, lane, resultOf(joined));
        }
      }
    }
  };
}
