// Partitions as a table of Arrow. Its package is optional, and loaded by the first table that is
// asked for.
import type { Table } from "apache-arrow";
import { loadOptional } from "../formats/files/optional-package.js";
import type { QueryColumn } from "../graph/model/query-tables.js";
import { type Arrow, type ArrowColumn, ArrowColumns, type EngineVector } from "./arrow-columns.js";
import { loadDuckDB } from "./duckdb.js";
import { queryPartitions } from "./read-partitions.js";

/** Rows of a batch, at most. */
const BATCH_ROWS = 1 << 20;

/** A batch ends before the texts of one of its columns are longer. */
const BATCH_TEXT_BYTES = 1 << 30;

/**
 * The package.
 *
 * @throws ArgumentError `argument.value` where it is not installed
 */
export function loadArrow(): Promise<Arrow> {
  return loadOptional("tables of Arrow are made", "apache-arrow", () => import("apache-arrow"));
}

/** All rows of partitions, in their order. */
export async function arrowTable(
  blocks: readonly Uint8Array[],
  columns: readonly QueryColumn[],
): Promise<Table> {
  const [arrow, engine] = await Promise.all([loadArrow(), loadDuckDB()]);
  return queryPartitions(blocks, columns, storedColumn, async (result) => {
    const made = new ArrowColumns(arrow, engine);
    const types = result.columnTypes();
    const names = result.columnNames();
    const filling = types.map((type, k) => made.columnOf(type, names[k] as string));
    const schema = new arrow.Schema(
      types.map((type, k) => {
        const name = names[k] as string;
        return new arrow.Field(name, made.typeOf(type, name), true);
      }),
    );
    const batchOf = (rows: number) => {
      const children = filling.map((column) => column.take());
      const type = new arrow.Struct(schema.fields);
      return new arrow.RecordBatch(
        schema,
        arrow.makeData({ type, length: rows, nullCount: 0, children }),
      );
    };
    const batches: ReturnType<typeof batchOf>[] = [];
    let rows = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      filling.forEach((column, k) => {
        column.append(chunk.getColumnVector(k) as unknown as EngineVector, 0, chunk.rowCount);
      });
      rows += chunk.rowCount;
      if (rows < BATCH_ROWS && !isFull(filling)) continue;
      batches.push(batchOf(rows));
      rows = 0;
    }
    if (rows > 0 || batches.length === 0) batches.push(batchOf(rows));
    return new arrow.Table(schema, batches);
  });
}

function isFull(columns: readonly ArrowColumn[]): boolean {
  return columns.some(({ textBytes }) => textBytes >= BATCH_TEXT_BYTES);
}

/** Whole numbers of more than 64 bits are decimals in Arrow. */
function storedColumn(quoted: string, type: string): string {
  return type === "HUGEINT" ? `CAST(${quoted} AS DECIMAL(38,0)) AS ${quoted}` : quoted;
}
