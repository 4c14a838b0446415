// Batches of Arrow as partitions of a table.
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { defined } from "../base/assert.js";
import type { TypedArray } from "../base/dtype.js";
import type { QueryColumn } from "../graph/model/query-tables.js";
import { ARROW } from "./arrow-types.js";
import { type ArrowData, engineValues } from "./arrow-values.js";
import { connectEngine, type DuckDB, loadDuckDB } from "./duckdb.js";
import { packedBytes, packPartition } from "./partition-bytes.js";
import { PACKING } from "./query-kernel.js";
import { readQuery } from "./read-partitions.js";
import { Scratch } from "./scratch.js";
import { quoteName, quoteText } from "./sql-text.js";

/** Rows of one of the engine's chunks. */
const CHUNK_ROWS = 2_048;

/** Rows of one batch: the buffers of its columns. */
export interface ArrowBatch {
  readonly numRows: number;
  readonly data: { readonly children: readonly ArrowData[] };
  slice(from: number, to: number): ArrowBatch;
}

/** The bytes of partitions, one for each list of batches, and their columns as the engine says. */
export async function arrowPartitions(
  partitions: readonly (readonly ArrowBatch[])[],
  columns: readonly QueryColumn[],
): Promise<{ readonly parts: Uint8Array[]; readonly columns: readonly QueryColumn[] }> {
  const engine = await loadDuckDB();
  const connection = await connectEngine();
  try {
    const parts: Uint8Array[] = [];
    for (const batches of partitions) {
      await fillTable(connection, engine, batches, columns);
      parts.push(await packed(connection));
    }
    const [names = [], types = []] = await readQuery(connection, `DESCRIBE ${TABLE}`);
    return { parts, columns: names.map((name, k) => [name as string, types[k] as string]) };
  } finally {
    connection.closeSync();
  }
}

const TABLE = "arrow";

async function fillTable(
  connection: DuckDBConnection,
  engine: DuckDB,
  batches: readonly ArrowBatch[],
  columns: readonly QueryColumn[],
): Promise<void> {
  const list = columns.map(([name, type]) => `${quoteName(name)} ${type}`).join(", ");
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} (${list})`);
  const appender = await connection.createAppender(TABLE, "main", "temp");
  try {
    const types = columns.map((_, k) => appender.columnType(k));
    for (const batch of batches) {
      for (let at = 0; at < batch.numRows; at += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, batch.numRows - at);
        const { children } = batch.slice(at, at + rows).data;
        const chunk = engine.DuckDBDataChunk.create(types, rows);
        columns.forEach((_, k) => {
          const data = defined(children[k], "a column of a batch");
          if (isAsItIs(data)) fill(chunk.getColumnVector(k) as unknown as NumberVector, data);
          else chunk.setColumnValues(k, engineValues(engine, data) as DuckDBValue[]);
        });
        appender.appendDataChunk(chunk);
      }
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/** A vector whose values are in memory that both sides see. */
interface NumberVector {
  readonly items: TypedArray;
  flush(): void;
}

/** Whether the engine has the values in the same words: numbers, none of them null. */
function isAsItIs({ type, nullCount }: ArrowData): boolean {
  if (nullCount > 0) return false;
  return type.typeId === ARROW.int || (type.typeId === ARROW.float && type.precision !== 0);
}

function fill(vector: NumberVector, { values, length }: ArrowData): void {
  vector.items.set(values.subarray(0, length) as never);
  vector.flush();
}

async function packed(connection: DuckDBConnection): Promise<Uint8Array> {
  const scratch = new Scratch(0);
  try {
    const path = scratch.path("parquet");
    await connection.run(`COPY ${TABLE} TO ${quoteText(path)} (${PACKING})`);
    const bytes = new Uint8Array(packedBytes([path]));
    packPartition([path], bytes, 0);
    return bytes;
  } finally {
    scratch.remove();
  }
}
