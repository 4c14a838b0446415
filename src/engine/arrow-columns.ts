// The engine's vectors as columns of Arrow: the buffers that Arrow's format describes, filled chunk
// by chunk.
import type { DuckDBType as EngineType } from "@duckdb/node-api";
import type { Data, DataType } from "apache-arrow";
import { defined } from "../base/assert.js";
import type { TypedArray } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import type { DuckDB } from "./duckdb.js";

/** The package, whole. */
export type Arrow = typeof import("apache-arrow");

/** A vector of the engine, as far as its values are read here. */
export interface EngineVector {
  /** Values in memory that both sides see; packed or nested types have none. */
  readonly items?: TypedArray;
  /** Without data, no value is null. */
  readonly validity: { itemValid(row: number): boolean; readonly data: BigUint64Array | null };
  getItem(row: number): unknown;
  /** Of decimals: the value without its point. */
  getScaledValue?(row: number): number | bigint | null;
  readonly childVector?: EngineVector;
  getEntryOffset?(row: number): number;
  getEntryLength?(row: number): number;
  entryVectorAt?(field: number): EngineVector;
}

/** A column that is being filled. */
export interface ArrowColumn {
  append(vector: EngineVector, from: number, rows: number): void;
  /** What was appended since the last call. */
  take(): Data;
  /** Bytes of texts: a batch has less than 2 GiB of them. */
  readonly textBytes: number;
}

/** Which rows are there, as Arrow has it: a bit for each. */
class Validity {
  #rows: boolean[] = [];
  #nulls = 0;

  append({ validity }: EngineVector, from: number, rows: number): void {
    for (let row = from; row < from + rows; row++) {
      const isThere = validity.itemValid(row);
      this.#rows.push(isThere);
      if (!isThere) this.#nulls++;
    }
  }

  take(): { length: number; nullCount: number; nullBitmap: Uint8Array | null } {
    const [rows, nullCount] = [this.#rows, this.#nulls];
    [this.#rows, this.#nulls] = [[], 0];
    return { length: rows.length, nullCount, nullBitmap: nullCount === 0 ? null : bits(rows) };
  }
}

function bits(values: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, k) => {
    if (value) bytes[k >> 3] = (bytes[k >> 3] as number) | (1 << (k & 7));
  });
  return bytes;
}

/** What makes the columns of one table. */
export class ArrowColumns {
  readonly #arrow: Arrow;
  readonly #engine: DuckDB;

  constructor(arrow: Arrow, engine: DuckDB) {
    this.#arrow = arrow;
    this.#engine = engine;
  }

  /** @throws ArgumentError `argument.dtype` for a type that Arrow has no word for */
  columnOf(type: EngineType, name: string): ArrowColumn {
    const own = this.typeOf(type, name);
    const { DuckDBTypeId: Id } = this.#engine;
    switch (type.typeId) {
      case Id.BOOLEAN:
        return this.#booleans(own);
      case Id.DECIMAL:
        return this.#decimals(own);
      case Id.VARCHAR:
      case Id.ENUM:
      case Id.UUID:
        return this.#bytes(own, (value) => encoder.encode(String(value)));
      case Id.BLOB:
        return this.#bytes(own, (value) => (value as { bytes: Uint8Array }).bytes);
      case Id.LIST:
        return this.#lists(own, this.columnOf((type as ListType).valueType, name));
      case Id.STRUCT: {
        const { entryTypes } = type as StructType;
        return this.#structs(
          own,
          entryTypes.map((entry) => this.columnOf(entry, name)),
        );
      }
      default:
        return this.#fixed(own);
    }
  }

  /** The type of a column in Arrow. */
  typeOf(type: EngineType, name: string): DataType {
    const plain = this.#plainType(type);
    if (plain !== undefined) return plain;
    const { DuckDBTypeId: Id } = this.#engine;
    const { Decimal, Field, List, Struct } = this.#arrow;
    if (type.typeId === Id.DECIMAL) {
      const { width, scale } = type as unknown as { width: number; scale: number };
      return new Decimal(scale, width, 128);
    }
    if (type.typeId === Id.LIST) {
      const item = this.typeOf((type as ListType).valueType, name);
      return new List(new Field("item", item, true));
    }
    if (type.typeId === Id.STRUCT) {
      const { entryNames, entryTypes } = type as StructType;
      const fields = entryTypes.map(
        (entry, k) => new Field(defined(entryNames[k], "a name"), this.typeOf(entry, name), true),
      );
      return new Struct(fields);
    }
    const text = `toArrow: column ${JSON.stringify(name)} is of ${String(type)}, which is not written as Arrow: cast it first, such as to string`;
    throw new ArgumentError("dtype", text, { column: name, type: String(type) });
  }

  #plainType({ typeId }: EngineType): DataType | undefined {
    const { DuckDBTypeId: Id } = this.#engine;
    const a = this.#arrow;
    const { SECOND, MILLISECOND, MICROSECOND, NANOSECOND } = a.TimeUnit;
    const made: Partial<Record<number, () => DataType>> = {
      [Id.BOOLEAN]: () => new a.Bool(),
      [Id.TINYINT]: () => new a.Int8(),
      [Id.SMALLINT]: () => new a.Int16(),
      [Id.INTEGER]: () => new a.Int32(),
      [Id.BIGINT]: () => new a.Int64(),
      [Id.UTINYINT]: () => new a.Uint8(),
      [Id.USMALLINT]: () => new a.Uint16(),
      [Id.UINTEGER]: () => new a.Uint32(),
      [Id.UBIGINT]: () => new a.Uint64(),
      [Id.FLOAT]: () => new a.Float32(),
      [Id.DOUBLE]: () => new a.Float64(),
      [Id.VARCHAR]: () => new a.Utf8(),
      [Id.ENUM]: () => new a.Utf8(),
      [Id.UUID]: () => new a.Utf8(),
      [Id.BLOB]: () => new a.Binary(),
      [Id.DATE]: () => new a.DateDay(),
      [Id.TIME]: () => new a.TimeMicrosecond(),
      [Id.TIMESTAMP]: () => new a.Timestamp(MICROSECOND),
      [Id.TIMESTAMP_S]: () => new a.Timestamp(SECOND),
      [Id.TIMESTAMP_MS]: () => new a.Timestamp(MILLISECOND),
      [Id.TIMESTAMP_NS]: () => new a.Timestamp(NANOSECOND),
      [Id.TIMESTAMP_TZ]: () => new a.Timestamp(MICROSECOND, "UTC"),
    };
    return made[typeId]?.();
  }

  /** Numbers, and moments as numbers: their values are copied as they are. */
  #fixed(type: DataType): ArrowColumn {
    const validity = new Validity();
    let pieces: TypedArray[] = [];
    return {
      textBytes: 0,
      append: (vector, from, rows) => {
        validity.append(vector, from, rows);
        // The engine uses its memory again.
        pieces.push(defined(vector.items, "the values of a vector").slice(from, from + rows));
      },
      take: () => {
        const own = validity.take();
        const data = new (type.ArrayType as new (length: number) => TypedArray)(own.length);
        let at = 0;
        for (const piece of pieces) {
          data.set(piece as never, at);
          at += piece.length;
        }
        pieces = [];
        return this.#arrow.makeData({ type, data, ...own } as never);
      },
    };
  }

  #booleans(type: DataType): ArrowColumn {
    const validity = new Validity();
    let values: boolean[] = [];
    return {
      textBytes: 0,
      append: (vector, from, rows) => {
        validity.append(vector, from, rows);
        for (let row = from; row < from + rows; row++) values.push(vector.getItem(row) === true);
      },
      take: () => {
        const data = bits(values);
        values = [];
        return this.#arrow.makeData({ type, data, ...validity.take() } as never);
      },
    };
  }

  /** Each takes four words of 32 bits, the lowest first. */
  #decimals(type: DataType): ArrowColumn {
    const validity = new Validity();
    let values: bigint[] = [];
    return {
      textBytes: 0,
      append: (vector, from, rows) => {
        validity.append(vector, from, rows);
        for (let row = from; row < from + rows; row++) {
          values.push(BigInt(vector.getScaledValue?.(row) ?? 0));
        }
      },
      take: () => {
        const longs = new BigUint64Array(2 * values.length);
        values.forEach((value, k) => {
          longs[2 * k] = BigInt.asUintN(64, value);
          longs[2 * k + 1] = BigInt.asUintN(64, value >> 64n);
        });
        values = [];
        const data = new Uint32Array(longs.buffer);
        return this.#arrow.makeData({ type, data, ...validity.take() } as never);
      },
    };
  }

  #bytes(type: DataType, encode: (value: unknown) => Uint8Array): ArrowColumn {
    const validity = new Validity();
    let offsets = [0];
    let pieces: Uint8Array[] = [];
    const end = () => offsets.at(-1) as number;
    return {
      get textBytes() {
        return end();
      },
      append: (vector, from, rows) => {
        validity.append(vector, from, rows);
        for (let row = from; row < from + rows; row++) {
          const value = vector.getItem(row);
          const bytes = value === null ? new Uint8Array() : encode(value);
          pieces.push(bytes);
          offsets.push(end() + bytes.length);
        }
      },
      take: () => {
        const data = Buffer.concat(pieces);
        const valueOffsets = Int32Array.from(offsets);
        [offsets, pieces] = [[0], []];
        return this.#arrow.makeData({ type, data, valueOffsets, ...validity.take() } as never);
      },
    };
  }

  #lists(type: DataType, child: ArrowColumn): ArrowColumn {
    const validity = new Validity();
    let offsets = [0];
    return {
      get textBytes() {
        return child.textBytes;
      },
      append: (vector, from, rows) => {
        validity.append(vector, from, rows);
        const elements = defined(vector.childVector, "the elements of lists");
        for (let row = from; row < from + rows; row++) {
          const length = vector.validity.itemValid(row) ? (vector.getEntryLength?.(row) ?? 0) : 0;
          if (length > 0) child.append(elements, vector.getEntryOffset?.(row) ?? 0, length);
          offsets.push((offsets.at(-1) as number) + length);
        }
      },
      take: () => {
        const valueOffsets = Int32Array.from(offsets);
        offsets = [0];
        const own = validity.take();
        return this.#arrow.makeData({ type, valueOffsets, child: child.take(), ...own } as never);
      },
    };
  }

  #structs(type: DataType, fields: readonly ArrowColumn[]): ArrowColumn {
    const validity = new Validity();
    return {
      get textBytes() {
        return Math.max(0, ...fields.map((field) => field.textBytes));
      },
      append: (vector, from, rows) => {
        validity.append(vector, from, rows);
        fields.forEach((field, k) => {
          field.append(defined(vector.entryVectorAt?.(k), "a field of structs"), from, rows);
        });
      },
      take: () => {
        const children = fields.map((field) => field.take());
        return this.#arrow.makeData({ type, children, ...validity.take() } as never);
      },
    };
  }
}

const encoder = new TextEncoder();

type ListType = EngineType & { readonly valueType: EngineType };
type StructType = EngineType & {
  readonly entryNames: readonly string[];
  readonly entryTypes: readonly EngineType[];
};
