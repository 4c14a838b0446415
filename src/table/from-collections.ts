// Tables of other collections: columns of arrays, and rows of bags. Tables of values are
// create-table.ts and from-columns.ts.

import { ChunkedArray } from "../array/chunked-array.js";
import { rechunk } from "../array/manipulation/rechunk.js";
import { Bag } from "../bag/bag.js";
import { recordsNode } from "../bag/elements.js";
import { isComplex } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { kindOf } from "../base/format-value.js";
import { isUnknownAxis } from "../graph/model/chunks.js";
import { givenSchema, recordsPlan, sampledSchema } from "./bag-plan.js";
import { UNKNOWN_BYTES } from "./plan/sizes.js";
import { Table } from "./table.js";
import type { AnyRow } from "./table-types.js";
import { type ColumnType, engineType } from "./types/column-types.js";

/**
 * A table of arrays with one axis, a column each. Rows are the elements at one position.
 *
 * @param arrays by the names of their columns, each of one axis
 * @returns a table with a partition for each block of the first array; the others are cut as it is.
 * Blocks may have unknown lengths: those of all arrays are compared when they are there
 * @throws ArgumentError `argument.shape` for arrays of other axes or lengths, `argument.dtype` for
 * complex numbers, `argument.value` without arrays
 * @see https://docs.dask.org/en/stable/generated/dask.dataframe.from_dask_array.html
 * @example
 * const x = arange(6, { chunks: 3 });
 * const table = fromArrays({ x, square: x.multiply(x) });
 * await table.filter(col("square").gt(10)).toColumns(); // → { x: [4, 5], square: [16, 25] }
 */
export function fromArrays<const A extends Readonly<Record<string, ChunkedArray>>>(
  arrays: A,
): Table<{ [K in keyof A]: number }> {
  const entries = Object.entries(arrays);
  for (const [name, x] of entries) checkColumn(name, x);
  const [first] = entries.map(([, x]) => x);
  if (first === undefined) {
    throw new ArgumentError("value", "fromArrays was given no arrays: expected { column: array }");
  }
  const cut = entries.map(([name, x]) => asCut(name, x, first));
  return new Table({
    op: "arrays",
    nodes: cut.map((x) => x.node),
    schema: cut.map((x, k) => [entries[k]?.[0] as string, engineType(x.dtype, "fromArrays")]),
    bytes: cut.reduce((sum, { nbytes }) => sum + (nbytes >= 0 ? nbytes : UNKNOWN_BYTES), 0),
  });
}

function checkColumn(name: string, x: unknown): void {
  const column = `column ${JSON.stringify(name)}`;
  if (!(x instanceof ChunkedArray)) {
    const text = `fromArrays: ${column} is ${kindOf(x)}: expected a chunked array; fromColumns takes lists`;
    throw new ArgumentError("value", text, { column: name });
  }
  if (x.ndim !== 1) {
    const text = `fromArrays: ${column} has ${x.ndim} axes: expected one`;
    throw new ArgumentError("shape", text, { column: name, shape: x.shape });
  }
  if (isComplex(x.dtype)) {
    const text = `fromArrays: ${column} is ${x.dtype}: give its real and imaginary parts as columns`;
    throw new ArgumentError("dtype", text, { column: name, dtype: x.dtype });
  }
}

function asCut(name: string, x: ChunkedArray, first: ChunkedArray): ChunkedArray {
  const [own, wanted] = [x.chunks[0] as readonly number[], first.chunks[0] as readonly number[]];
  const isAnyUnknown = isUnknownAxis(own) || isUnknownAxis(wanted);
  if (isAnyUnknown ? own.length === wanted.length : x.shape[0] === first.shape[0]) {
    const isSame = isAnyUnknown || own.every((length, k) => length === wanted[k]);
    return isSame && own.length === wanted.length ? x : rechunk(x, [wanted]);
  }
  const text = isAnyUnknown
    ? `fromArrays: column ${JSON.stringify(name)} has ${own.length} blocks of unknown lengths, and the first has ${wanted.length}: call computeChunkSizes() first`
    : `fromArrays: column ${JSON.stringify(name)} has ${x.shape[0]} elements, and the first has ${first.shape[0]}`;
  throw new ArgumentError("shape", text, { column: name });
}

/** Options of {@link fromBag}. */
export interface FromBagOptions {
  /** Types of all columns; default: inferred from the first elements, which are computed for it. */
  readonly schema?: Readonly<Record<string, ColumnType>>;
}

/**
 * A table of a bag of objects, with the bag's partitions.
 *
 * @param bag objects with the same names, some of which may be missing in some: they are null there
 * @returns a table; an element that does not fit the types, or has another name, is an error when
 * it is computed. To leave columns out, `select` others
 * @throws ArgumentError `argument.value` for elements that are no objects, and a bag without
 * elements or schema
 * @see https://docs.dask.org/en/stable/generated/dask.bag.Bag.to_dataframe.html
 * @example
 * const bag = fromSequence([{ word: "a" }, { word: "b" }, { word: "a" }]);
 * await (await fromBag(bag)).groupBy("word").count().sort("word").collect();
 * // → [{ word: "a", count: 2 }, { word: "b", count: 1 }]
 */
export async function fromBag<Row extends object = AnyRow>(
  bag: Bag<Row>,
  options: FromBagOptions = {},
): Promise<Table<Row>> {
  if (!(bag instanceof Bag)) {
    throw new ArgumentError("value", `fromBag was given ${typeof bag}: expected a bag`);
  }
  const given = givenSchema(options.schema, "fromBag");
  const schema = given.length > 0 ? given : await sampledSchema(bag.node, "fromBag");
  if (schema.length === 0) {
    throw new ArgumentError("value", "fromBag: the bag has no elements: give a schema");
  }
  const columns = schema.map(([name]) => name);
  return new Table(recordsPlan(recordsNode(bag.node, "fromBag", "the bag", columns), schema));
}
