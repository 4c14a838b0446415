// The arithmetic of reduce-windows.ts: windows of lanes that are neighbours in memory. Each window
// is the end of one segment and the beginning of the next; one join of both gives its result. A
// lane by itself has loops of its own, since its state stays in registers.

/** Lanes, and where the results of their windows go. */
export interface Lanes {
  readonly x: Float64Array;
  /** The first element of the first lane. */
  readonly from: number;
  /** The distance of neighbours along the axis. */
  readonly pitch: number;
  /** How many lanes there are; each begins one element after the one before. */
  readonly width: number;
  /** Windows of each lane. */
  readonly count: number;
  readonly y: Float64Array;
  /** The place of the first result. */
  readonly to: number;
  /** The distance of results along the axis. */
  readonly step: number;
}

/** Two numbers for each end of a segment: the meaning is that of the reduction. */
export interface Scratch {
  readonly one: Float64Array;
  readonly two: Float64Array;
  readonly headOne: Float64Array;
  readonly headTwo: Float64Array;
}

/** Reduces the windows that begin in a segment of `size` elements, which begins at `first`. */
export type Slide = (lanes: Lanes, scratch: Scratch, size: number, first: number) => void;

/** Sums with what each addition rounded off (Knuth's sum of two), divided by a number. */
export function slideSums(divisor: number): Slide {
  return (lanes, scratch, size, first) => {
    if (lanes.width === 1) {
      sumLane(lanes, scratch, size, first, divisor);
      return;
    }
    sumEnds(lanes, scratch, size, first);
    sumHeads(lanes, scratch, size, first, divisor);
  };
}

function sumLane(
  { x, from, pitch, count, y, to, step }: Lanes,
  { one, two }: Scratch,
  size: number,
  first: number,
  divisor: number,
): void {
  const last = from + (first + size - 1) * pitch;
  let [end, endRest] = [-0, 0];
  for (let j = size - 1, at = last; j >= 0; j--, at -= pitch) {
    const value = x[at] as number;
    const sum = end + value;
    const part = sum - end;
    endRest += end - (sum - part) + (value - part);
    end = sum;
    one[j] = sum;
    two[j] = endRest;
  }
  let [head, headRest] = [-0, 0];
  const windows = Math.min(size, count - first);
  for (let j = 0, at = last; j < windows; j++, at += pitch) {
    if (j > 0) {
      const value = x[at] as number;
      const sum = head + value;
      const part = sum - head;
      headRest += head - (sum - part) + (value - part);
      head = sum;
    }
    const own = one[j] as number;
    const sum = own + head;
    const part = sum - own;
    const rest = (two[j] as number) + headRest + (own - (sum - part) + (head - part));
    y[to + (first + j) * step] = exactSum(sum, rest) / divisor;
  }
}

/** The rounding error of an infinite sum is NaN: skip it. */
function exactSum(sum: number, rest: number): number {
  return sum - sum === 0 ? sum + rest : sum;
}

function sumEnds(
  { x, from, pitch, width }: Lanes,
  { one, two, headOne, headTwo }: Scratch,
  size: number,
  first: number,
): void {
  headOne.fill(-0);
  headTwo.fill(0);
  for (let j = size - 1; j >= 0; j--) {
    const [row, at] = [j * width, from + (first + j) * pitch];
    for (let lane = 0; lane < width; lane++) {
      const before = headOne[lane] as number;
      const value = x[at + lane] as number;
      const sum = before + value;
      const part = sum - before;
      const rest = (headTwo[lane] as number) + (before - (sum - part) + (value - part));
      headOne[lane] = sum;
      headTwo[lane] = rest;
      one[row + lane] = sum;
      two[row + lane] = rest;
    }
  }
}

function sumHeads(
  { x, from, pitch, width, count, y, to, step }: Lanes,
  { one, two, headOne, headTwo }: Scratch,
  size: number,
  first: number,
  divisor: number,
): void {
  headOne.fill(-0);
  headTwo.fill(0);
  for (let j = 0; j < Math.min(size, count - first); j++) {
    const [row, target] = [j * width, to + (first + j) * step];
    const at = from + (first + size + j - 1) * pitch;
    for (let lane = 0; lane < width; lane++) {
      // The first window of a segment is the segment.
      const value = j === 0 ? -0 : (x[at + lane] as number);
      const before = headOne[lane] as number;
      const head = before + value;
      const own = head - before;
      const headRest = (headTwo[lane] as number) + (before - (head - own) + (value - own));
      headOne[lane] = head;
      headTwo[lane] = headRest;
      const end = one[row + lane] as number;
      const sum = end + head;
      const part = sum - end;
      const rest = (two[row + lane] as number) + headRest + (end - (sum - part) + (head - part));
      y[target + lane] = exactSum(sum, rest) / divisor;
    }
  }
}

/** The largest elements; with a sign of -1, the smallest. */
export function slideExtremes(sign: 1 | -1): Slide {
  return (lanes, scratch, size, first) => {
    if (lanes.width === 1) extremeLane(lanes, scratch, size, first, sign);
    else extremeLanes(lanes, scratch, size, first, sign);
  };
}

function extremeLane(
  { x, from, pitch, count, y, to, step }: Lanes,
  { one }: Scratch,
  size: number,
  first: number,
  sign: 1 | -1,
): void {
  const last = from + (first + size - 1) * pitch;
  let end = Number.NEGATIVE_INFINITY;
  for (let j = size - 1, at = last; j >= 0; j--, at -= pitch) {
    end = Math.max(end, sign * (x[at] as number));
    one[j] = end;
  }
  let head = Number.NEGATIVE_INFINITY;
  const windows = Math.min(size, count - first);
  for (let j = 0, at = last; j < windows; j++, at += pitch) {
    if (j > 0) head = Math.max(head, sign * (x[at] as number));
    y[to + (first + j) * step] = sign * Math.max(one[j] as number, head);
  }
}

function extremeLanes(
  { x, from, pitch, width, count, y, to, step }: Lanes,
  { one, headOne }: Scratch,
  size: number,
  first: number,
  sign: 1 | -1,
): void {
  headOne.fill(Number.NEGATIVE_INFINITY);
  for (let j = size - 1; j >= 0; j--) {
    const [row, at] = [j * width, from + (first + j) * pitch];
    for (let lane = 0; lane < width; lane++) {
      const end = Math.max(headOne[lane] as number, sign * (x[at + lane] as number));
      headOne[lane] = end;
      one[row + lane] = end;
    }
  }
  headOne.fill(Number.NEGATIVE_INFINITY);
  for (let j = 0; j < Math.min(size, count - first); j++) {
    const [row, target] = [j * width, to + (first + j) * step];
    const at = from + (first + size + j - 1) * pitch;
    for (let lane = 0; lane < width; lane++) {
      if (j > 0) headOne[lane] = Math.max(headOne[lane] as number, sign * (x[at + lane] as number));
      y[target + lane] = sign * Math.max(one[row + lane] as number, headOne[lane] as number);
    }
  }
}

/** Products. */
export const slideProducts: Slide = (
  { x, from, pitch, width, count, y, to, step },
  { one, headOne },
  size,
  first,
) => {
  headOne.fill(1);
  for (let j = size - 1; j >= 0; j--) {
    const [row, at] = [j * width, from + (first + j) * pitch];
    for (let lane = 0; lane < width; lane++) {
      const product = (headOne[lane] as number) * (x[at + lane] as number);
      headOne[lane] = product;
      one[row + lane] = product;
    }
  }
  headOne.fill(1);
  for (let j = 0; j < Math.min(size, count - first); j++) {
    const [row, target] = [j * width, to + (first + j) * step];
    const at = from + (first + size + j - 1) * pitch;
    for (let lane = 0; lane < width; lane++) {
      if (j > 0) headOne[lane] = (headOne[lane] as number) * (x[at + lane] as number);
      y[target + lane] = (one[row + lane] as number) * (headOne[lane] as number);
    }
  }
};

/**
 * Results of the sum of squared deviations: means and squares of both parts, merged after Chan et
 * al.
 */
export function slideMoments(resultOf: (squares: number) => number): Slide {
  return (
    { x, from, pitch, width, count, y, to, step },
    { one: means, two: squares, headOne: headMeans, headTwo: headSquares },
    size,
    first,
  ) => {
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
    for (let j = 0; j < Math.min(size, count - first); j++) {
      const at = from + (first + size + j - 1) * pitch;
      const target = to + (first + j) * step;
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
        y[target + lane] = resultOf(joined);
      }
    }
  };
}
