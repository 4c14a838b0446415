// Tables of Arrow's tables in this process.
import { fromArray } from "../array/creation/from-array.js";
import { ArgumentError } from "../base/errors.js";
import { kindOf } from "../base/format-value.js";
import { checkCount } from "../base/option-schema.js";
import { type ArrowBatch, arrowPartitions } from "../engine/arrow-partitions.js";
import { type ArrowField, engineTypeOf } from "../engine/arrow-types.js";
import { Table } from "./table.js";
import type { AnyRow } from "./table-types.js";
import type { ArrowTable } from "./types/any-arrow.js";

/** Rows of one partition, by default. */
const PARTITION_ROWS = 1_000_000;

/** Options of {@link fromArrow}. */
export interface FromArrowOptions {
  /** How many partitions; default: one for each million rows. */
  readonly npartitions?: number;
}

/**
 * A table of one of the package `apache-arrow`: columns keep their types, nulls, and all digits.
 *
 * Texts that Arrow keeps in a dictionary are texts. Times go to microseconds.
 *
 * @param table such as `tableFromIPC(bytes)` gives
 * @returns a table whose partitions this process serves
 * @throws ArgumentError `argument.value` for what is no table of Arrow, or one without columns;
 * `argument.dtype` for unions, maps, intervals and durations
 * @see https://arrow.apache.org/docs/js/classes/Arrow.dom.Table.html
 * @example
 * const { tableFromArrays } = await import("apache-arrow");
 * const table = await fromArrow(tableFromArrays({ n: Int32Array.of(1, 2), word: ["a", "b"] }));
 * await table.filter(col("n").gt(1)).collect(); // → [{ n: 2, word: "b" }]
 */
export async function fromArrow<Row extends object = AnyRow>(
  table: ArrowTable,
  options: FromArrowOptions = {},
): Promise<Table<Row>> {
  checkTable(table);
  const { npartitions = Math.max(1, Math.ceil(table.numRows / PARTITION_ROWS)) } = options;
  checkCount(npartitions, "npartitions", "fromArrow");
  const fields = table.schema.fields as unknown as readonly ArrowField[];
  const columns = fields.map((field) => [field.name, engineTypeOf(field)] as const);
  if (columns.length === 0) {
    throw new ArgumentError("value", "fromArrow: the table has no columns");
  }
  const batches = cut(
    table.batches as unknown as readonly ArrowBatch[],
    table.numRows,
    npartitions,
  );
  const { parts, columns: schema } = await arrowPartitions(batches, columns);
  const bytes = Buffer.concat(parts);
  const chunks = [parts.map((part) => part.length)];
  const { node } = fromArray(new Uint8Array(bytes), { shape: [bytes.length], chunks });
  return new Table({ op: "blocks", node, schema, bytes: bytes.length });
}

function checkTable(table: unknown): asserts table is ArrowTable {
  const { numRows, schema, batches } = Object(table) as Partial<ArrowTable>;
  const isTable =
    typeof numRows === "number" && Array.isArray(schema?.fields) && Array.isArray(batches);
  if (isTable) return;
  const text = `fromArrow was given ${kindOf(table)}: expected a table of apache-arrow, such as tableFromIPC(bytes) gives`;
  throw new ArgumentError("value", text);
}

/** Batches of about as many rows for each partition. */
function cut(batches: readonly ArrowBatch[], rows: number, npartitions: number): ArrowBatch[][] {
  const each = Math.max(1, Math.ceil(rows / npartitions));
  const parts: ArrowBatch[][] = Array.from({ length: npartitions }, () => []);
  let at = 0;
  for (const batch of batches) {
    for (let from = 0; from < batch.numRows; ) {
      const part = Math.floor(at / each);
      const to = Math.min(batch.numRows, from + (part + 1) * each - at);
      parts[part]?.push(batch.slice(from, to));
      at += to - from;
      from = to;
    }
  }
  return parts;
}
