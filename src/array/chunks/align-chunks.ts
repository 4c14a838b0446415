// The chunks in which operands of an elementwise operation meet, if there is a choice. The finest
// common chunks divide every operand; chunks of a single operand stay unchanged. Where operands are
// large, the chunks that cost least are taken (graph/dependencies/grid-costs.ts). broadcast.ts
// finds common ones.
import {
  isSuitable,
  NO_COST,
  onePassCost,
  together,
  weightOf,
} from "../../graph/dependencies/grid-costs.js";
import {
  blockCount,
  type Chunks,
  hasUnknownLengths,
  isUnknownAxis,
  longest,
  sameChunks,
  shapeOf,
  sizeOf,
} from "../../graph/model/chunks.js";
import { type LabelledChunks, unifiedOperand, unifyChunks } from "./broadcast.js";

/**
 * Below this many elements that need not be cut again, the finest chunks are fine: the difference
 * would not be noticeable.
 */
const SAVED_ELEMENTS_MIN = 2 ** 17;

/** Costs are compared as if all elements were doubles: dtypes are not settled yet. */
const ITEM_BYTES = 8;

const TOO_MANY_PIECES = { ...NO_COST, movedBytes: Number.POSITIVE_INFINITY };

/** Blocks of more elements than this, or than any operand has, are not made: 128 MiB of doubles. */
const BLOCK_ELEMENTS_MAX = 2 ** 24;

/**
 * Chunks along each label: the finest common ones, unless much less has to be cut again for those
 * of an operand, such as a matrix that meets a row. Of equal operands the one with fewer blocks is
 * left alone. Rows that meet columns meet in the grid of one of them: cut both ways, each block
 * would be a task.
 *
 * @throws ArgumentError `argument.shape` when lengths of one label differ and neither is 1.
 */
export function alignChunks(operands: readonly LabelledChunks[]): Map<number, readonly number[]> {
  const finest = unifyChunks(operands);
  if (operands.some(({ chunks }) => hasUnknownLengths(chunks))) return finest;
  const aligned = new Map<number, readonly number[]>();
  for (const [label, axis] of finest) aligned.set(label, cheapest(operands, label, axis));
  const elements = (lengths: Iterable<readonly number[]>) => sizeOf(Array.from(lengths, longest));
  const blockElementsMax = operands.reduce(
    (most, { chunks }) => Math.max(most, elements(chunks)),
    BLOCK_ELEMENTS_MAX,
  );
  const meeting = elements(aligned.values()) <= blockElementsMax ? aligned : finest;
  return cheapestGrid(operands, meeting);
}

/** The grid of a large operand, where it costs less than `meeting`. */
function cheapestGrid(
  operands: readonly LabelledChunks[],
  meeting: Map<number, readonly number[]>,
): Map<number, readonly number[]> {
  const sizes = operands.map(({ chunks }) => sizeOf(shapeOf(chunks)));
  const largest = Math.max(...sizes);
  if (largest < SAVED_ELEMENTS_MIN || operands.every((one) => isInGrid(one, meeting))) {
    return meeting;
  }
  const given = operands.map(({ chunks }) => ({ chunks, itemBytes: ITEM_BYTES }));
  const gridOf = (chunks: ReadonlyMap<number, readonly number[]>): Chunks => [...chunks.values()];
  let best = meeting;
  let least = costOf(operands, meeting) - SAVED_ELEMENTS_MIN * ITEM_BYTES;
  // Of equal grids, that of the longest rows: files are read in longer runs.
  const rowLength = ({ chunks }: LabelledChunks) => longest(chunks.at(-1) ?? []);
  const large = operands.filter((_, at) => sizes[at] === largest);
  for (const { chunks, labels } of large.sort((a, b) => rowLength(b) - rowLength(a))) {
    if (labels.length < meeting.size) continue;
    const own = new Map(
      Array.from(meeting.keys(), (label) => [label, chunks[labels.indexOf(label)] ?? []]),
    );
    const cost = costOf(operands, own);
    if (cost < least && isSuitable(gridOf(own), gridOf(meeting), given))
      [best, least] = [own, cost];
  }
  return best;
}

function isInGrid(operand: LabelledChunks, grid: ReadonlyMap<number, readonly number[]>): boolean {
  return sameChunks(operand.chunks, unifiedOperand(operand, grid));
}

/** What it costs to bring all operands into one grid and work there, in bytes. */
function costOf(
  operands: readonly LabelledChunks[],
  grid: ReadonlyMap<number, readonly number[]>,
): number {
  const costs = operands.map((operand) => {
    const target = unifiedOperand(operand, grid);
    return onePassCost(operand.chunks, target, ITEM_BYTES) ?? TOO_MANY_PIECES;
  });
  const tasks = blockCount([...grid.values()]);
  return weightOf(together([...costs, { ...NO_COST, tasks }]));
}

/** The chunks along one label for which the fewest elements are cut again. */
function cheapest(
  operands: readonly LabelledChunks[],
  label: number,
  finest: readonly number[],
): readonly number[] {
  const uses = operands.flatMap(({ chunks, labels }) => {
    const axis = chunks[labels.indexOf(label)];
    // An axis in one block follows the others, as one of length 1 does.
    return axis === undefined || axis.length === 1 || isUnknownAxis(axis)
      ? []
      : [{ axis, elements: sizeOf(shapeOf(chunks)) }];
  });
  const cost = (wanted: readonly number[]) =>
    uses.reduce(
      (sum, { axis, elements }) => (sameChunks([axis], [wanted]) ? sum : sum + elements),
      0,
    );
  let best = finest;
  let leastCost = cost(finest) - SAVED_ELEMENTS_MIN;
  for (const { axis } of uses) {
    const axisCost = cost(axis);
    const isBetter =
      axisCost < leastCost ||
      (axisCost === leastCost && best !== finest && axis.length < best.length);
    if (isBetter) [best, leastCost] = [axis, axisCost];
  }
  return best;
}
