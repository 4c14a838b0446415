// The values of Arrow's buffers as the engine takes them.
import { defined } from "../base/assert.js";
import { ARROW, type ArrowType, isBinary, isList, isText, zoned } from "./arrow-types.js";
import type { DuckDB } from "./duckdb.js";

/** The buffers of one batch of a column, as Arrow's package has them. */
export interface ArrowData {
  readonly type: ArrowType;
  readonly length: number;
  /** The first bit of booleans. */
  readonly offset: number;
  readonly nullCount: number;
  readonly values: ArrayLike<number | bigint> & Uint8Array;
  readonly valueOffsets: ArrayLike<number | bigint>;
  readonly children: readonly ArrowData[];
  /** Of dictionaries: their values. */
  readonly dictionary?: { readonly data: readonly ArrowData[] };
  getValid(row: number): boolean;
}

/** Values of the engine: numbers, texts, or objects of its package. */
export type EngineValues = unknown[];

/** Microseconds in a unit of Arrow's times, from seconds on. */
const MICROS = [1_000_000n, 1_000n, 1n];

const DAY_MS = 86_400_000n;

/** Nulls are null. */
export function engineValues(engine: DuckDB, data: ArrowData): EngineValues {
  const read = reader(engine, data);
  return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? read(row) : null));
}

/** How the value of a row is read that is there. */
function reader(engine: DuckDB, data: ArrowData): (row: number) => unknown {
  const { type, values } = data;
  const { typeId } = type;
  if (isText(typeId) || isBinary(typeId)) return bytesReader(engine, data);
  if (isList(typeId)) return listReader(engine, data);
  const whole = (row: number) => BigInt(values[row] as number | bigint);
  switch (typeId) {
    case ARROW.null:
      return () => null;
    case ARROW.bool:
      return bitReader(data);
    case ARROW.decimal:
      return decimalReader(engine, data);
    case ARROW.date: {
      const days = (row: number) => (type.unit === 0 ? whole(row) : floored(whole(row), DAY_MS));
      return (row) => new engine.DuckDBDateValue(Number(days(row)));
    }
    case ARROW.time:
      return (row) => new engine.DuckDBTimeValue(micros(whole(row), type));
    case ARROW.timestamp:
      return stampReader(engine, type, whole);
    case ARROW.struct: {
      const names = (type.children ?? []).map(({ name }) => name);
      const fields = data.children.map((child) => engineValues(engine, child));
      const entries = (row: number) => names.map((name, k) => [name, fields[k]?.[row]]);
      return (row) => new engine.DuckDBStructValue(Object.fromEntries(entries(row)));
    }
    case ARROW.dictionary: {
      const dictionary = defined(data.dictionary, "the values of a dictionary");
      const all = dictionary.data.flatMap((part) => engineValues(engine, part));
      return (row) => all[Number(values[row])] ?? null;
    }
    default:
      // Half floats are bits of whole numbers.
      return type.precision === 0 && typeId === ARROW.float
        ? (row) => halfOf(Number(values[row]))
        : (row) => values[row];
  }
}

function micros(value: bigint, { unit = 0 }: ArrowType): bigint {
  const each = MICROS[unit];
  return each === undefined ? floored(value, 1_000n) : value * each;
}

/** The quotient, rounded down. */
function floored(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

function stampReader(
  engine: DuckDB,
  type: ArrowType,
  whole: (row: number) => bigint,
): (row: number) => unknown {
  if (zoned(type)) return (row) => new engine.DuckDBTimestampTZValue(micros(whole(row), type));
  switch (type.unit) {
    case 0:
      return (row) => new engine.DuckDBTimestampSecondsValue(whole(row));
    case 1:
      return (row) => new engine.DuckDBTimestampMillisecondsValue(whole(row));
    case 2:
      return (row) => new engine.DuckDBTimestampValue(whole(row));
    default:
      return (row) => new engine.DuckDBTimestampNanosecondsValue(whole(row));
  }
}

/** Two or more words of 32 bits each, the lowest first; the highest has the sign. */
function decimalReader(engine: DuckDB, { type, values, length }: ArrowData) {
  const words = length === 0 ? 4 : (type.bitWidth ?? 128) / 32;
  const { precision = 38, scale = 0 } = type;
  return (row: number) => {
    let value = 0n;
    for (let k = words - 1; k >= 0; k--) {
      value = (value << 32n) | BigInt(values[row * words + k] as number);
    }
    const signed = BigInt.asIntN(32 * words, value);
    return new engine.DuckDBDecimalValue(signed, precision, scale);
  };
}

const decoder = new TextDecoder();

function bytesReader(engine: DuckDB, { type, values, valueOffsets }: ArrowData) {
  const { byteWidth } = type;
  const placeOf = (row: number): readonly [number, number] =>
    byteWidth === undefined
      ? [Number(valueOffsets[row]), Number(valueOffsets[row + 1])]
      : [row * byteWidth, (row + 1) * byteWidth];
  const bytesOf = (row: number) => values.subarray(...placeOf(row));
  return isText(type.typeId)
    ? (row: number) => decoder.decode(bytesOf(row))
    : (row: number) => new engine.DuckDBBlobValue(bytesOf(row).slice());
}

function bitReader({ values, offset }: ArrowData) {
  return (row: number) => {
    const at = offset + row;
    return (((values[at >> 3] as number) >> (at & 7)) & 1) === 1;
  };
}

function listReader(engine: DuckDB, { type, children, valueOffsets }: ArrowData) {
  const elements = engineValues(engine, defined(children[0], "the elements of lists"));
  const { listSize } = type;
  const placeOf = (row: number): readonly [number, number] =>
    listSize === undefined
      ? [Number(valueOffsets[row]), Number(valueOffsets[row + 1])]
      : [row * listSize, (row + 1) * listSize];
  return (row: number) => new engine.DuckDBListValue(elements.slice(...placeOf(row)) as never);
}

/** The number of a float of 16 bits: a sign, five bits of exponent, ten of fraction. */
function halfOf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 0x1f, (bits & 0x3ff) / 1_024];
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}
