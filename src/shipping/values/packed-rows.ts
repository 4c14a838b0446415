// Rows of a table as bytes: their columns, which take less time than as many objects. Who unpacks
// the bytes as any value gets the objects.
import { isPlainData } from "./plain-data.js";

/** Values of one column: numbers, none of them missing, or any. */
export type RowColumn = Float64Array | readonly unknown[];

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
  columns: readonly (readonly unknown[])[],
): RowColumns | undefined {
  const packed = columns.map((values) => numbersOf(values) ?? values);
  const arePlain = packed.every((values) => values instanceof Float64Array || isPlainData(values));
  return arePlain ? { names, columns: packed, length: columns[0]?.length ?? 0 } : undefined;
}

function numbersOf(values: readonly unknown[]): Float64Array | undefined {
  for (const value of values) if (typeof value !== "number") return undefined;
  return Float64Array.from(values as readonly number[]);
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
  return Array.from({ length }, (_, row) => {
    const record: RowRecord = {};
    for (let k = 0; k < names.length; k++) record[names[k] as string] = columns[k]?.[row];
    return record;
  });
}
