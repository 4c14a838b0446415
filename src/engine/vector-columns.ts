// The engine's vectors as columns of rows: numbers as they are in memory, lists by their lengths
// and the elements of all, anything else value by value.
import type { DuckDBType as EngineType } from "@duckdb/node-api";
import { defined } from "../base/assert.js";
import type { TypedArray } from "../base/dtype.js";
import { NO_LIST, type RowColumn } from "../shipping/values/packed-rows.js";
import type { EngineVector } from "./arrow-columns.js";
import type { DuckDB } from "./duckdb.js";

/** A column that is being read. */
export interface ColumnReader {
  append(vector: EngineVector, from: number, rows: number): void;
  /** All that was appended. */
  take(): RowColumn;
}

/**
 * What reads a column.
 *
 * @param isNested whether its values are elements of lists: each whole number of 64 bits is a
 * number or a BigInt by itself, in place of all alike
 */
export function columnReader(engine: DuckDB, type: EngineType, isNested = false): ColumnReader {
  const { DuckDBTypeId: Id } = engine;
  switch (type.typeId) {
    case Id.TINYINT:
    case Id.SMALLINT:
    case Id.INTEGER:
    case Id.BIGINT:
    case Id.UTINYINT:
    case Id.USMALLINT:
    case Id.UINTEGER:
    case Id.UBIGINT:
    case Id.FLOAT:
    case Id.DOUBLE:
      return new NumberReader(isNested);
    case Id.LIST: {
      const { valueType } = type as EngineType & { readonly valueType: EngineType };
      return new ListReader(columnReader(engine, valueType, true));
    }
    default:
      return new ValueReader(engine, type, isNested);
  }
}

class NumberReader implements ColumnReader {
  readonly #isNested: boolean;
  /** Copies of vectors, or values where some are null. */
  readonly #pieces: (TypedArray | readonly (number | bigint | null)[])[] = [];

  constructor(isNested: boolean) {
    this.#isNested = isNested;
  }

  append(vector: EngineVector, from: number, rows: number): void {
    // The engine uses its memory again.
    const items = defined(vector.items, "the values of a vector").slice(from, from + rows);
    this.#pieces.push(hasNull(vector, from, rows) ? withNulls(vector, items, from) : items);
  }

  take(): RowColumn {
    const length = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
    const numbers = new Float64Array(length);
    let at = 0;
    for (const piece of this.#pieces) {
      if (Array.isArray(piece) || !copyNumbers(piece as TypedArray, numbers, at)) {
        const values = this.#pieces.flatMap((each) => [...each] as unknown[]);
        return this.#isNested ? values.map(asSafe) : asNumbers(values);
      }
      at += piece.length;
    }
    return numbers;
  }
}

function hasNull({ validity }: EngineVector, from: number, rows: number): boolean {
  if (validity.data === null) return false;
  for (let row = from; row < from + rows; row++) if (!validity.itemValid(row)) return true;
  return false;
}

function withNulls({ validity }: EngineVector, items: TypedArray, from: number) {
  return Array.from(items as ArrayLike<number | bigint>, (value, k) =>
    validity.itemValid(from + k) ? value : null,
  );
}

const WORD = 2 ** 32;

/** Whether all are numbers that JavaScript holds, which are copied then. */
function copyNumbers(piece: TypedArray, numbers: Float64Array, at: number): boolean {
  if (!(piece instanceof BigInt64Array || piece instanceof BigUint64Array)) {
    numbers.set(piece as ArrayLike<number>, at);
    return true;
  }
  const words = new Uint32Array(piece.buffer, piece.byteOffset, 2 * piece.length);
  const isSigned = piece instanceof BigInt64Array;
  for (let k = 0; k < piece.length; k++) {
    const high = words[2 * k + 1] as number;
    const value = (isSigned ? high | 0 : high) * WORD + (words[2 * k] as number);
    if (!Number.isSafeInteger(value)) return false;
    numbers[at + k] = value;
  }
  return true;
}

class ListReader implements ColumnReader {
  readonly #elements: ColumnReader;
  readonly #lengths: number[] = [];

  constructor(elements: ColumnReader) {
    this.#elements = elements;
  }

  append(vector: EngineVector, from: number, rows: number): void {
    const child = defined(vector.childVector, "the elements of lists");
    const { validity } = vector;
    // The elements of most lists follow those of the one before: they go together.
    let [start, end] = [0, 0];
    for (let row = from; row < from + rows; row++) {
      if (validity.data !== null && !validity.itemValid(row)) {
        this.#lengths.push(NO_LIST.null);
        continue;
      }
      const length = vector.getEntryLength?.(row) ?? 0;
      const offset = vector.getEntryOffset?.(row) ?? 0;
      this.#lengths.push(length);
      if (length === 0) continue;
      if (offset !== end) {
        if (end > start) this.#elements.append(child, start, end - start);
        start = offset;
      }
      end = offset + length;
    }
    if (end > start) this.#elements.append(child, start, end - start);
  }

  take(): RowColumn {
    return { lengths: Int32Array.from(this.#lengths), elements: this.#elements.take() };
  }
}

class ValueReader implements ColumnReader {
  readonly #convert: (value: unknown) => unknown;
  readonly #isNested: boolean;
  readonly #values: unknown[] = [];

  constructor({ JSDuckDBValueConverter: convert }: DuckDB, type: EngineType, isNested: boolean) {
    this.#convert = (value) => convert(value as never, type, convert);
    this.#isNested = isNested;
  }

  append(vector: EngineVector, from: number, rows: number): void {
    for (let row = from; row < from + rows; row++)
      this.#values.push(this.#convert(vector.getItem(row)));
  }

  take(): RowColumn {
    return this.#isNested ? this.#values.map(inside) : asNumbers(this.#values);
  }
}

/**
 * Whole numbers in 64 bits and more: as numbers while all of a column are safe, else all as
 * BigInts.
 */
function asNumbers(values: unknown[]): unknown[] {
  const isAnyNested = values.some(
    (value) => typeof value === "object" && value !== null && !(value instanceof Date),
  );
  if (isAnyNested) return values.map(inside);
  if (!values.some((value) => typeof value === "bigint")) return values;
  const safe = values.map(asSafe);
  return safe.some((value) => typeof value === "bigint") ? values : safe;
}

function asSafe(value: unknown): unknown {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The same within lists and objects, value by value. */
function inside(value: unknown): unknown {
  if (typeof value !== "object") return asSafe(value);
  if (Array.isArray(value)) return value.map(inside);
  if (value === null || value instanceof Date || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, inside(own)]));
}
