// Rows of a table as bytes: their columns, which take less time than as many objects. Who unpacks
// the bytes as any value gets the objects.
import { isPlainData } from "./plain-data.js";

/** Values of one column: numbers, none of them missing; lists; or any. */
export type RowColumn = Float64Array | Lists | readonly unknown[];

/** Values of which none are lists put together. */
export type PlainColumn = Float64Array | readonly unknown[];

/** Lists, put together. */
export interface Lists {
  /** Of each list, or a sign that there is none. */
  readonly lengths: Int32Array;
  /** Of all lists, one after another. */
  readonly elements: RowColumn;
}

/** In place of a list's length. */
export const NO_LIST = { null: -1, undefined: -2 } as const;

/** Lists within lists, at most: a list that holds itself would have no end. */
const DEPTH_MAX = 8;

/** Rows as columns. */
export interface RowColumns {
  readonly names: readonly string[];
  readonly columns: readonly RowColumn[];
  readonly length: number;
}

/** A row as an object. */
export type RowRecord = Record<string, unknown>;

/** The columns of rows, if v8 serialises their values without loss. */
export function plainColumns(
  names: readonly string[],
  columns: readonly RowColumn[],
): RowColumns | undefined {
  const packed = columns.map((values) => packedColumn(values));
  const [first] = packed;
  return packed.every((values) => values !== undefined)
    ? { names, columns: packed, length: first === undefined ? 0 : lengthOf(first) }
    : undefined;
}

function packedColumn(values: RowColumn, depth = 0): RowColumn | undefined {
  if (!isAny(values)) return values;
  return (
    numbersOf(values) ?? listsOf(values, depth) ?? (values.every(isPlainData) ? values : undefined)
  );
}

function numbersOf(values: readonly unknown[]): Float64Array | undefined {
  for (const value of values) if (typeof value !== "number") return undefined;
  return Float64Array.from(values as readonly number[]);
}

function listsOf(values: readonly unknown[], depth: number): Lists | undefined {
  const areLists =
    depth < DEPTH_MAX &&
    values.some(Array.isArray) &&
    values.every((value) => value == null || Array.isArray(value));
  if (!areLists) return undefined;
  const lists = values as readonly (readonly unknown[] | null | undefined)[];
  const all: unknown[] = [];
  for (const list of lists) for (const value of list ?? []) all.push(value);
  const elements = packedColumn(all, depth + 1);
  return elements === undefined
    ? undefined
    : { lengths: Int32Array.from(lists, lengthOfList), elements };
}

function lengthOfList(list: readonly unknown[] | null | undefined): number {
  if (list === undefined) return NO_LIST.undefined;
  return list === null ? NO_LIST.null : list.length;
}

function isAny(values: RowColumn): values is readonly unknown[] {
  return Array.isArray(values);
}

/** Whether the values are lists, put together. */
export function areLists(values: RowColumn): values is Lists {
  return !(isAny(values) || values instanceof Float64Array);
}

/** How many values there are. */
export function lengthOf(values: RowColumn): number {
  return areLists(values) ? values.lengths.length : values.length;
}

/** The same values, with lists as these. */
export function plainValues(column: RowColumn): PlainColumn {
  if (!areLists(column)) return column;
  const elements = plainValues(column.elements);
  let end = 0;
  return Array.from(column.lengths, (length) => {
    if (length < 0) return length === NO_LIST.null ? null : undefined;
    const list: unknown[] = [];
    for (const from = end; end < from + length; end++) list.push(elements[end]);
    return list;
  });
}

/** The columns of objects; a name that an object lacks is undefined. */
export function columnsOfRecords(
  names: readonly string[],
  records: readonly object[],
): unknown[][] {
  return names.map((name) =>
    records.map((record) =>
      Object.hasOwn(record, name) ? (record as RowRecord)[name] : undefined,
    ),
  );
}

/** Rows as objects. */
export function recordsOfColumns({ names, columns, length }: RowColumns): RowRecord[] {
  const values = columns.map(plainValues);
  return Array.from({ length }, (_, row) => {
    const record: RowRecord = {};
    for (let k = 0; k < names.length; k++) record[names[k] as string] = values[k]?.[row];
    return record;
  });
}
