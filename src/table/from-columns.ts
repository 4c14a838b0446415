// Tables of lists and typed arrays in this process. Tables of objects are create-table.ts.

import { fromArray } from "../array/creation/from-array.js";
import { type DType, type TypedArray, typedArrayDType } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { kindOf } from "../base/format-value.js";
import { checkCount } from "../base/option-schema.js";
import { type FromRecordsOptions, fromRecords, PARTITION_ROWS } from "./create-table.js";
import { fromArrays } from "./from-collections.js";
import type { Table } from "./table.js";

/** Values of a column: a list, or a typed array. */
export type ColumnData = readonly unknown[] | TypedArray;

/** A column that was checked: its name, its values, and the dtype of a typed array. */
type Column = readonly [name: string, values: ColumnData, dtype: DType | undefined];

/**
 * A table of lists and typed arrays, a column each. Those of typed arrays keep their dtype.
 *
 * @param columns lists or typed arrays of equal lengths, by name
 * @param options.schema types of columns; those of other lists are inferred from all values
 * @returns a table whose partitions this process serves
 * @throws ArgumentError `argument.value` for no columns, columns of different lengths, and values
 * of one column that no type holds
 * @see https://docs.dask.org/en/stable/generated/dask.dataframe.from_dict.html
 * @example
 * const table = fromColumns({ name: ["Ada", "Grace"], born: Int32Array.of(1815, 1906) });
 * table.dtypes; // → { name: "string", born: "int32" }
 */
export function fromColumns<const C extends Readonly<Record<string, ColumnData>>>(
  columns: C,
  options: FromRecordsOptions = {},
): Table<{ [K in keyof C]: C[K][number] }> {
  const checked = checkedColumns(columns);
  const length = (checked[0] as Column)[1].length;
  const { npartitions = Math.max(1, Math.ceil(length / PARTITION_ROWS)) } = options;
  checkCount(npartitions, "npartitions", "fromColumns");
  const isAllTyped = checked.every(([, , dtype]) => dtype !== undefined);
  if (isAllTyped && options.schema === undefined && length > 0) {
    const chunks = Math.ceil(length / npartitions);
    const arrays = checked.map(
      ([name, values]) =>
        [name, fromArray(values as TypedArray, { shape: [length], chunks })] as const,
    );
    return fromArrays(Object.fromEntries(arrays)) as never;
  }
  return ofRecords(checked, length, { ...options, npartitions }) as never;
}

/** A list is as long as any other column. */
function checkedColumns(columns: Readonly<Record<string, unknown>>): Column[] {
  const checked = Object.entries(columns).map(([name, values]): Column => {
    const isView = ArrayBuffer.isView(values) && !(values instanceof DataView);
    if (isView) return [name, values as TypedArray, typedArrayDType(values)];
    if (Array.isArray(values)) return [name, values, undefined];
    const text = `fromColumns: column ${JSON.stringify(name)} is ${kindOf(values)}: expected a list or a typed array`;
    throw new ArgumentError("value", text, { column: name });
  });
  const [first] = checked;
  if (first === undefined) {
    const text = "fromColumns was given no columns: expected { column: values }";
    throw new ArgumentError("value", text);
  }
  const other = checked.find(([, values]) => values.length !== first[1].length);
  if (other === undefined) return checked;
  const text = `fromColumns: column ${JSON.stringify(other[0])} has ${other[1].length} values, and ${JSON.stringify(first[0])} has ${first[1].length}`;
  throw new ArgumentError("value", text, { columns: [first[0], other[0]] });
}

function ofRecords(columns: readonly Column[], length: number, options: FromRecordsOptions): Table {
  const records = Array.from({ length }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  );
  const known = columns.flatMap(([name, , dtype]): (readonly [string, string])[] => {
    if (dtype !== undefined) return [[name, dtype]];
    return length === 0 ? [[name, "string"]] : [];
  });
  const schema = { ...Object.fromEntries(known), ...options.schema };
  return fromRecords(records, { ...options, schema }).select(...columns.map(([name]) => name));
}
