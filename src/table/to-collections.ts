// Tables as other collections: a column as an array, rows as a bag.
import { ChunkedArray } from "../array/chunked-array.js";
import { Bag } from "../bag/bag.js";
import type { DType } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { quoteName, quoteText } from "../engine/sql-text.js";
import { lower, lowerWhole } from "./lower/lower.js";
import { layerOfStage, wrapped } from "./lower/stage.js";
import type { Plan } from "./plan/plan.js";
import { engineType, familyOf, userType } from "./types/column-types.js";
import { typeOf } from "./types/table-schema.js";

/** Options of {@link Table.column}. */
export interface ColumnOptions {
  /**
   * The treatment of nulls: an error by default for integers and booleans; `"nan"` makes them
   * float64.
   */
  readonly nulls?: "error" | "nan";
}

/** Engine's types that arrays have. */
const DTYPE_OF: Readonly<Record<string, DType>> = {
  BOOLEAN: "bool",
  TINYINT: "int8",
  SMALLINT: "int16",
  INTEGER: "int32",
  BIGINT: "int64",
  UTINYINT: "uint8",
  USMALLINT: "uint16",
  UINTEGER: "uint32",
  UBIGINT: "uint64",
  FLOAT: "float32",
  DOUBLE: "float64",
};

/** The array of a plan's column. */
export function columnArray(plan: Plan, name: string, { nulls }: ColumnOptions): ChunkedArray {
  if (nulls !== undefined && nulls !== "error" && nulls !== "nan") {
    const text = `column: nulls is ${JSON.stringify(nulls)}: expected "error" or "nan"`;
    throw new ArgumentError("value", text, { nulls });
  }
  const type = typeOf(plan.schema, name, "column");
  const dtype = nulls === "nan" && !isFloat(type) ? "float64" : dtypeOf(name, type);
  const wanted = engineType(dtype, "column");
  const value = `CAST(${quoteName(name)} AS ${wanted})`;
  const text = `column ${JSON.stringify(name)} has a null, and arrays have none: give { nulls: "nan" }, or fill nulls first`;
  const isNan = dtype === "float32" || dtype === "float64";
  const filled =
    nulls === "error" || !isNan
      ? `CASE WHEN ${quoteName(name)} IS NULL THEN error(${quoteText(text)}) ELSE ${value} END`
      : `coalesce(${value}, CAST('NaN' AS ${wanted}))`;
  const stage = wrapped(
    lower(plan, new Set([name])),
    "column",
    [[name, wanted]],
    (input) => `SELECT CAST(${filled} AS ${wanted}) AS ${quoteName(name)} FROM ${input}`,
  );
  return new ChunkedArray(layerOfStage(stage, { gives: "numbers" }, dtype));
}

function isFloat(type: string): boolean {
  return type === "FLOAT" || type === "DOUBLE";
}

function dtypeOf(name: string, type: string): DType {
  const dtype = DTYPE_OF[type];
  if (dtype !== undefined) return dtype;
  const family = familyOf(type);
  if (family === "decimal" || family === "integer") return "float64";
  const text = `column ${JSON.stringify(name)} is a ${userType(type)}: expected numbers, or true and false; cast it first`;
  throw new ArgumentError("dtype", text, { column: name, type: userType(type) });
}

/** The bag of a plan's rows. */
export function rowsBag<Row>(plan: Plan): Bag<Row> {
  return new Bag<Row>(layerOfStage(lowerWhole(plan), { gives: "records" }));
}
