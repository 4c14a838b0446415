// The chunks in which operands of an elementwise operation meet, if there is a choice. The finest
// common chunks divide every operand; chunks of a single operand stay unchanged. broadcast.ts finds
// common chunks.
import {
  hasUnknownLengths,
  isUnknownAxis,
  sameChunks,
  shapeOf,
  sizeOf,
} from "../../graph/model/chunks.js";
import { longest } from "./axes.js";
import { type LabelledChunks, unifyChunks } from "./broadcast.js";

/**
 * Below this many elements that need not be cut again, the finest chunks are fine: the difference
 * would not be noticeable.
 */
const SAVED_ELEMENTS_MIN = 2 ** 17;

/** Blocks of more elements than this, or than any operand has, are not made: 128 MiB of doubles. */
const BLOCK_ELEMENTS_MAX = 2 ** 24;

/**
 * Chunks along each label: the finest common ones, unless much less has to be cut again for those
 * of an operand, such as a matrix that meets a row. Of equal operands the one with fewer blocks is
 * left alone.
 *
 * @throws ArgumentError `argument.shape` when lengths of one label differ and neither is 1.
 */
export function alignChunks(operands: readonly LabelledChunks[]): Map<number, readonly number[]> {
  const finest = unifyChunks(operands);
  if (operands.some(({ chunks }) => hasUnknownLengths(chunks))) return finest;
  const aligned = new Map<number, readonly number[]>();
  for (const [label, axis] of finest) aligned.set(label, cheapest(operands, label, axis));
  const elements = (lengths: Iterable<readonly number[]>) =>
    Array.from(lengths).reduce((product, axis) => product * longest(axis), 1);
  const blockElementsMax = operands.reduce(
    (most, { chunks }) => Math.max(most, elements(chunks)),
    BLOCK_ELEMENTS_MAX,
  );
  return elements(aligned.values()) <= blockElementsMax ? aligned : finest;
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
