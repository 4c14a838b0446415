// Work in slices. A generator yields after each of them what it cost, so that a caller with little
// time at once can turn to something else in between; others run it to its end.

/**
 * Work that yields what each slice cost, in units of about a microsecond, and returns its result.
 */
export type Sliced<Result> = Generator<number, Result, undefined>;

/** How many items one slice takes at most. */
export const SLICE_ITEMS = 2_048;
/** How much one item costs: a few reads and writes of columns. */
const ITEM_COST = 0.1;

/** Runs the work to its end. */
export function finish<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

/**
 * Calls `body` for ranges that cover 0 … `count` - 1.
 *
 * @param cost what one item costs
 * @param size the most items of one range
 */
export function* inRanges(
  count: number,
  body: (from: number, end: number) => void,
  cost: number = ITEM_COST,
  size: number = SLICE_ITEMS,
): Sliced<void> {
  for (let from = 0; from < count; from += size) {
    const end = Math.min(count, from + size);
    body(from, end);
    yield (end - from) * cost;
  }
}

/** A copy of an array. */
export function* copyOf(array: Int32Array): Sliced<Int32Array> {
  const copy = new Int32Array(array.length);
  const body = (from: number, end: number) => copy.set(array.subarray(from, end), from);
  yield* inRanges(array.length, body, ITEM_COST / 10, 16 * SLICE_ITEMS);
  return copy;
}

/** The same for rows of several entries: row r has those from `start[r]` to `start[r + 1]`. */
export function* inRows(
  start: Int32Array,
  body: (from: number, end: number) => void,
  cost: number = ITEM_COST,
  size: number = SLICE_ITEMS,
): Sliced<void> {
  const rows = start.length - 1;
  for (let from = 0, end = 0; from < rows; from = end) {
    const first = start[from] as number;
    while (end < rows && (start[end] as number) - first + end - from < size) end++;
    end = Math.max(end, from + 1);
    body(from, end);
    yield ((start[end] as number) - first + end - from) * cost;
  }
}
