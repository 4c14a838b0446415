// Einstein's notation: sums of products over labelled axes, one pair of arrays after the other.

import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { type Promote, promote } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { multiply } from "../elementwise/elementwise.js";
import { diagonal } from "../indexing/diagonal.js";
import { checkArrays } from "../layers/array-operands.js";
import { expandDims, squeeze } from "../manipulation/expand-dims.js";
import { transpose } from "../manipulation/transpose.js";
import { sum } from "../reductions/sum.js";
import { contract } from "./contract-layers.js";

/** An array whose axes have letters. */
interface Lettered {
  readonly array: ChunkedArray;
  readonly letters: readonly string[];
}

/** The dtype of arrays together. */
export type PromoteAll<X extends readonly unknown[]> = X extends readonly [
  ChunkedArray<infer D, number>,
]
  ? D
  : X extends readonly [ChunkedArray<infer D, number>, ...infer Others]
    ? Promote<D, PromoteAll<Others>>
    : DType;

/** The rank of a result in Einstein's notation, where its letters are listed after an arrow. */
export type EinsumRank<S extends string> = S extends `${string}->${infer Letters}`
  ? Letters extends `${string}.${string}`
    ? number
    : LetterList<Letters>["length"]
  : number;

/** A list with an entry for each letter of a text; its spaces do not count. */
export type LetterList<
  T extends string,
  Found extends readonly unknown[] = [],
> = T extends ` ${infer Rest}`
  ? LetterList<Rest, Found>
  : T extends `${string}${infer Rest}`
    ? LetterList<Rest, [...Found, unknown]>
    : Found;

/**
 * Sums of products in Einstein's notation: `"ij,jk->ik"` is a matrix product. Letters missing in
 * the result are summed over. Without an arrow, the result has the letters that occur once, in
 * alphabetical order. `...` means axes that broadcast.
 *
 * @param subscripts letters for the axes of each array, separated by commas
 * @param arrays one for each group of letters
 * @returns the promoted dtype; axes by the subscripts. Arrays are joined from left to right, two at
 * a time
 * @chunks of the arrays along the axes that are left; tasks as {@link tensordot}, for every two
 * arrays
 * @throws ArgumentError `argument.value` for subscripts that make no sense, `argument.shape` when
 * axes of one letter differ in length
 * @see https://numpy.org/doc/stable/reference/generated/numpy.einsum.html
 * @example
 * const x = arange(4).reshape([2, 2]);
 * await einsum("ij,jk->ik", x, x).compute(); // → [[2, 3], [6, 11]]
 * await einsum("ii", x).compute(); // → 3
 */
export function einsum<const S extends string, const X extends readonly ChunkedArray[]>(
  subscripts: S,
  ...arrays: X
): ChunkedArray<PromoteAll<X>, EinsumRank<S>> {
  if (typeof subscripts !== "string") {
    const text = `einsum needs its subscripts as text, as in "ij,jk->ik", got ${kindOf(subscripts)}`;
    throw new ArgumentError("value", text);
  }
  checkArrays("einsum", ...arrays);
  const { inputs, output } = parseSubscripts(subscripts, arrays);
  const [first, ...others] = arrays.map((x) => x.dtype);
  const dtype = promote(first as DType, ...others);
  const operands = inputs.map((letters, i) =>
    withoutRepeats({ array: astype(arrays[i] as ChunkedArray, dtype), letters }),
  );
  checkLengths(operands);
  let [result] = operands as [Lettered];
  for (let i = 1; i < operands.length; i++) {
    const later = operands.slice(i + 1).flatMap(({ letters }) => letters);
    result = joined(result, operands[i] as Lettered, new Set([...output, ...later]));
  }
  const summed = summedOver(result, new Set(output));
  const order = output.map((letter) => summed.letters.indexOf(letter));
  return astype(transpose(summed.array, order), dtype) as ChunkedArray as never;
}

function parseSubscripts(
  subscripts: string,
  arrays: readonly ChunkedArray[],
): { readonly inputs: string[][]; readonly output: string[] } {
  const [left = "", right] = subscripts.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  const refuse = (why: string): never => {
    throw new ArgumentError("value", `einsum cannot read ${JSON.stringify(subscripts)}: ${why}`, {
      subscripts,
    });
  };
  if (arrays.length === 0 || terms.length !== arrays.length) {
    refuse(`it names ${terms.length} arrays, ${arrays.length} were given`);
  }
  const open = terms.map((term, i) => {
    const letters = term.replace("...", "");
    if (!/^[a-zA-Z]*$/.test(letters)) refuse(`"${term}" has other than letters and "..."`);
    const missing = (arrays[i] as ChunkedArray).ndim - letters.length;
    const fits = term.includes("...") ? missing >= 0 : missing === 0;
    if (!fits) refuse(`"${term}" does not name the ${arrays[i]?.ndim} axes of array ${i}`);
    return missing;
  });
  const widest = Math.max(0, ...open);
  const rest = (count: number) =>
    Array.from({ length: count }, (_, i) => `...${widest - count + i}`);
  const read = (term: string, count: number) => {
    const [before = "", after] = term.split("...");
    return after === undefined ? [...before] : [...before, ...rest(count), ...after];
  };
  const inputs = terms.map((term, i) => read(term, open[i] as number));
  const known = new Set(inputs.flat());
  const once = [...known].filter(
    (letter) => inputs.flat().filter((other) => other === letter).length === 1,
  );
  const output =
    right === undefined
      ? [...rest(widest), ...once.filter((letter) => letter.length === 1).sort()]
      : read(right, widest);
  const strange = output.find((letter, i) => !known.has(letter) || output.indexOf(letter) !== i);
  if (strange !== undefined)
    refuse(`"${strange}" of the result is in no array, or is listed twice`);
  return { inputs, output };
}

/** A letter that occurs twice in one array selects its diagonal. */
function withoutRepeats({ array, letters }: Lettered): Lettered {
  const second = letters.findIndex((letter, i) => letters.indexOf(letter) !== i);
  if (second < 0) return { array, letters };
  const first = letters.indexOf(letters[second] as string);
  if (!Object.is(array.shape[first], array.shape[second])) {
    throw new ArgumentError(
      "shape",
      `axes ${letters[second]} of one array are ${array.shape[first]} and ${array.shape[second]} long`,
    );
  }
  const kept = letters.filter((_, i) => i !== first && i !== second);
  return withoutRepeats({
    array: diagonal(array, { axis1: first, axis2: second }),
    letters: [...kept, letters[second] as string],
  });
}

function checkLengths(operands: readonly Lettered[]): void {
  const lengths = new Map<string, number>();
  for (const { array, letters } of operands) {
    letters.forEach((letter, axis) => {
      const length = array.shape[axis] as number;
      const known = lengths.get(letter) ?? 1;
      if (known !== 1 && length !== 1 && !Object.is(known, length)) {
        throw new ArgumentError(
          "shape",
          `axes ${letter} of einsum are ${known} and ${length} long`,
        );
      }
      lengths.set(letter, Math.max(known, length));
    });
  }
}

/** Two arrays as one; letters that are not needed any more are summed over. */
function joined(a: Lettered, b: Lettered, needed: ReadonlySet<string>): Lettered {
  const shared = new Set([...needed, ...a.letters.filter((letter) => b.letters.includes(letter))]);
  const [left, right] = [summedOver(a, shared), summedOver(b, shared)];
  const all = [...new Set([...left.letters, ...right.letters])];
  const kept = all.filter((letter) => needed.has(letter));
  if (kept.length < all.length && !stretches(left, right)) {
    const numbers = (letters: readonly string[]) => letters.map((letter) => all.indexOf(letter));
    const [x, y] = [left, right].map(({ array, letters }) => ({ array, labels: numbers(letters) }));
    if (x !== undefined && y !== undefined) {
      return { array: contract(x, y, numbers(kept)), letters: kept };
    }
  }
  const product: ChunkedArray = multiply(spread(left, all), spread(right, all));
  return summedOver({ array: product, letters: all }, needed);
}

/** Whether an axis that both have is of length 1 in one only. */
function stretches(a: Lettered, b: Lettered): boolean {
  return a.letters.some((letter, axis) => {
    const other = b.letters.indexOf(letter);
    return other >= 0 && !Object.is(a.array.shape[axis], b.array.shape[other]);
  });
}

/** The array with an axis for every letter of `all`, in their order. */
function spread({ array, letters }: Lettered, all: readonly string[]): ChunkedArray {
  const own = all.filter((letter) => letters.includes(letter));
  const ordered = transpose(
    array,
    own.map((letter) => letters.indexOf(letter)),
  );
  const missing = all.flatMap((letter, axis) => (letters.includes(letter) ? [] : [axis]));
  return missing.length === 0 ? ordered : expandDims(ordered, missing);
}

/** Summed over letters that are not needed. */
function summedOver({ array, letters }: Lettered, needed: ReadonlySet<string>): Lettered {
  const gone = letters.flatMap((letter, axis) => (needed.has(letter) ? [] : [axis]));
  if (gone.length === 0) return { array, letters };
  const flat = gone.every((axis) => array.shape[axis] === 1);
  const rest = flat ? squeeze(array, gone) : sum(array, gone, { dtype: array.dtype });
  return { array: rest, letters: letters.filter((_, axis) => !gone.includes(axis)) };
}
