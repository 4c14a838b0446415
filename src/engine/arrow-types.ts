// The types of Arrow in the engine's words. Tables of any copy of Arrow's package are read by the
// numbers of its types, so that the package need not be loaded.
import { ArgumentError } from "../base/errors.js";
import { quoteName } from "./sql-text.js";

/** The numbers of Arrow's types. */
export const ARROW = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  text: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  list: 12,
  struct: 13,
  fixedBinary: 15,
  fixedList: 16,
  largeBinary: 19,
  largeText: 20,
  largeList: 21,
  dictionary: -1,
} as const;

/** A type of Arrow, as far as it is read here. */
export interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  readonly precision?: number;
  readonly scale?: number;
  /** Of dates, times and timestamps: 0 for days or seconds, then each a thousand times finer. */
  readonly unit?: number;
  readonly timezone?: string | null;
  readonly listSize?: number;
  /** Of binaries of one length. */
  readonly byteWidth?: number;
  readonly children?: readonly ArrowField[] | null;
  /** Of dictionaries: the type of their values. */
  readonly dictionary?: ArrowType;
}

/** A column, or a field of one. */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
}

const FLOATS = ["FLOAT", "FLOAT", "DOUBLE"];
const STAMPS = ["TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS"];
const WHOLE: Readonly<Record<number, string>> = {
  8: "TINYINT",
  16: "SMALLINT",
  32: "INTEGER",
  64: "BIGINT",
};
const TEXTS: readonly number[] = [ARROW.text, ARROW.largeText];
const LISTS: readonly number[] = [ARROW.list, ARROW.largeList, ARROW.fixedList];
const BINARIES: readonly number[] = [ARROW.binary, ARROW.largeBinary, ARROW.fixedBinary];

/** Whether a type is of texts, by its number; of lists; of bytes. */
export const isText = (typeId: number): boolean => TEXTS.includes(typeId);
export const isList = (typeId: number): boolean => LISTS.includes(typeId);
export const isBinary = (typeId: number): boolean => BINARIES.includes(typeId);

/**
 * The type in the engine's words.
 *
 * @throws ArgumentError `argument.dtype` for one that it has not
 */
export function engineTypeOf({ name, type }: ArrowField): string {
  const { typeId, children } = type;
  const inner = (children ?? []).map((field) => engineTypeOf({ name, type: field.type }));
  if (isText(typeId) || typeId === ARROW.null) return "VARCHAR";
  if (isBinary(typeId)) return "BLOB";
  if (isList(typeId)) return `${inner[0]}[]`;
  switch (typeId) {
    case ARROW.int:
      return `${type.isSigned === false ? "U" : ""}${WHOLE[type.bitWidth as number]}`;
    case ARROW.float:
      return FLOATS[type.precision as number] as string;
    case ARROW.bool:
      return "BOOLEAN";
    case ARROW.decimal:
      if ((type.precision as number) <= 38) return `DECIMAL(${type.precision},${type.scale})`;
      break;
    case ARROW.date:
      return "DATE";
    case ARROW.time:
      return "TIME";
    case ARROW.timestamp:
      return zoned(type) ? "TIMESTAMP WITH TIME ZONE" : (STAMPS[type.unit as number] as string);
    case ARROW.struct: {
      const fields = (children ?? []).map((field, k) => `${quoteName(field.name)} ${inner[k]}`);
      return `STRUCT(${fields.join(", ")})`;
    }
    case ARROW.dictionary:
      return engineTypeOf({ name, type: type.dictionary as ArrowType });
  }
  const text = `fromArrow: column ${JSON.stringify(name)} is of Arrow's type ${String(type)}, which tables do not have: cast it first`;
  throw new ArgumentError("dtype", text, { column: name, type: String(type) });
}

/** Whether a timestamp is a moment, by its time zone. */
export function zoned({ timezone }: ArrowType): boolean {
  return typeof timezone === "string" && timezone !== "";
}
