// Finds elements of given ranks among blocks in any order, by the digits of their keys, the first
// one first. Blocks count how many elements have each digit, and the total counts determine the
// digit of the element of a rank (docs/internals/exchange.md, "Ranks without sorting").
// digit-counts.ts defines keys and counts them; array/sorting/selected-ranks.ts chooses the digits.
import type { Block } from "../../base/block.js";
import type { TypedArray } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { countsLayout, type Digit } from "../../graph/model/rank-routine.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { contiguous } from "../programs/copy-block.js";
import { countDigits as countsOf, elementOfKey, type Key, withDigit } from "./digit-counts.js";
import { quantileBetween, ranksOf } from "./quantile.js";

/** The state of the search for the element of one rank. */
interface Known {
  /** Its rank among elements with the same prefix. */
  readonly rank: number;
  readonly prefix: Key;
}

const NO_PREFIX: Key = { high: 0, low: 0 };

/** How many elements have each value of a digit, in a table for each prefix. */
export const countDigits: RoutineCompiler<"countDigits"> = ({ digit }) => {
  const { values, groups, groupValues, length } = countsLayout(digit);
  return ([block, state], output) => {
    const x = block as Block;
    const prefixes = state === undefined ? [NO_PREFIX] : distinct(knownOf(state));
    const counts = countsOf(elementsOf(x), x.dtype, digit, prefixes);
    const [data, offset] = [output.data as Uint32Array, output.offset];
    prefixes.forEach((_, k) => {
      const table = counts.subarray(k * values, (k + 1) * values);
      data.set(table, offset + k * length);
      for (let group = 0; group < groups; group++) {
        let sum = 0;
        const end = (group + 1) * groupValues;
        for (let i = group * groupValues; i < end; i++) sum += table[i] as number;
        data[offset + k * length + values + group] = sum;
      }
    });
    data.fill(0, offset + prefixes.length * length, offset + sizeOf(output.shape));
  };
};

/** All operands added up. */
export const addCounts: RoutineCompiler<"addCounts"> = () => (operands, output) => {
  const size = sizeOf(output.shape);
  (output.data as Float64Array).set(sumOf(operands, 0, size), output.offset);
};

/** One more digit of each rank's element. */
export const narrowDigits: RoutineCompiler<"narrowDigits"> =
  ({ digit, mayBeNaN, quantiles, method }) =>
  (operands, output) => {
    const isFirst = digit.skip === 0;
    const former = isFirst ? undefined : operandOf(operands, operands.length - 1);
    const tables = isFirst ? operands : operands.slice(0, -1);
    const numbers = former === undefined ? numbersIn(tables, digit, mayBeNaN) : numbersOf(former);
    const known =
      former === undefined
        ? ranksOf(numbers, { quantiles, method }).map((rank) => ({ rank, prefix: NO_PREFIX }))
        : knownOf(former);
    const prefixes = distinct(known);
    known.forEach((one, k) => {
      const table = prefixes.findIndex((other) => isSame(other, one.prefix));
      const { rank, prefix } = closer(one, tables, table, digit);
      [rank, prefix.high, prefix.low, numbers].forEach((each, row) => {
        output.data[output.offset + row * known.length + k] = each;
      });
    });
  };

/** How many elements are numbers: the largest first digit stands for NaN if there may be any. */
function numbersIn(tables: readonly Block[], digit: Digit, mayBeNaN: boolean): number {
  const { values, groups } = countsLayout(digit);
  const all = sumOf(tables, values, groups).reduce((sum, n) => sum + n, 0);
  return all - (mayBeNaN ? (sumOf(tables, values - 1, 1)[0] as number) : 0);
}

/** Narrows the search by one digit, whose counts are in table number `table`. */
function closer(
  { rank, prefix }: Known,
  tables: readonly Block[],
  table: number,
  digit: Digit,
): Known {
  const { values, groups, groupValues, length } = countsLayout(digit);
  const start = table * length;
  const group = placeOf(rank, sumOf(tables, start + values, groups));
  const first = group.place * groupValues;
  const value = placeOf(group.rest, sumOf(tables, start + first, groupValues));
  return { rank: value.rest, prefix: withDigit(prefix, digit, first + value.place) };
}

/**
 * Among which counts an element of a rank is, and how many of these are before it; the last ones at
 * most.
 */
function placeOf(rank: number, counts: Float64Array): { place: number; rest: number } {
  let [place, rest] = [0, rank];
  while (place < counts.length - 1 && rest >= (counts[place] as number)) {
    rest -= counts[place++] as number;
  }
  return { place, rest };
}

/** The quantiles of elements whose keys are known. */
export const digitQuantiles: RoutineCompiler<"digitQuantiles"> =
  ({ quantiles, method, dtype, ignoreNaN, length }) =>
  (operands, output) => {
    const state = operandOf(operands, 0);
    const numbers = numbersOf(state);
    const isUnknown = numbers === 0 || (numbers < length && !ignoreNaN);
    const elements = knownOf(state).map(({ prefix }) => elementOfKey(prefix, dtype));
    quantiles.forEach((q, i) => {
      output.data[output.offset + i] = isUnknown
        ? Number.NaN
        : quantileBetween([elements[2 * i], elements[2 * i + 1]], numbers, q, method);
    });
  };

/** The elements of a block, one after another in any order. */
function elementsOf(block: Block): TypedArray {
  const { data, offset, shape } = contiguous(block);
  return data.subarray(offset, offset + sizeOf(shape));
}

/** Some counts of all tables, added up. */
function sumOf(tables: readonly Block[], start: number, length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const table of tables) {
    const counts = elementsOf(table);
    for (let i = 0; i < length; i++) {
      sum[i] = (sum[i] as number) + (counts[start + i] as number);
    }
  }
  return sum;
}

function knownOf(state: Block): readonly Known[] {
  const values = elementsOf(state) as Float64Array;
  const count = values.length / 4;
  return Array.from({ length: count }, (_, k) => ({
    rank: values[k] as number,
    prefix: { high: values[count + k] as number, low: values[2 * count + k] as number },
  }));
}

function numbersOf(state: Block): number {
  return elementsOf(state).at(-1) as number;
}

/** Prefixes in the order of their tables. */
function distinct(known: readonly Known[]): readonly Key[] {
  const prefixes: Key[] = [];
  for (const { prefix } of known) {
    if (!prefixes.some((other) => isSame(other, prefix))) prefixes.push(prefix);
  }
  return prefixes;
}

function isSame(a: Key, b: Key): boolean {
  return a.high === b.high && a.low === b.low;
}
