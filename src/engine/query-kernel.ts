// Computes a partition of a table: opens what it reads, runs the query, and packs its result.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Block } from "../base/block.js";
import type { QueryLayer } from "../graph/model/layer.js";
import type { Allocate, DynamicResult } from "../kernels/blocks/kernel.js";
import { plainColumns, plainValues } from "../shipping/values/packed-rows.js";
import { packRows, packValue } from "../shipping/values/value-bytes.js";
import { connectEngine, keepFirstRows, limitEngine } from "./duckdb.js";
import { numbersBlock } from "./number-columns.js";
import { bytesOf, openTables } from "./open-tables.js";
import { packedBytes, packPartition } from "./partition-bytes.js";
import { queryError } from "./query-errors.js";
import { readNamed, recordsOf } from "./read-partitions.js";
import { Scratch } from "./scratch.js";
import { quoteName, quoteText } from "./sql-text.js";
import { writeFiles } from "./write-files.js";

/**
 * How partitions are written. Packed, they are a third smaller and take twice as long. A column of
 * more than 500 values is written as it is: to look for them takes a third of the time.
 */
export const PACKING = "FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 500";

/** Computes one block of a layer of queries, whose size nothing but its rows decides. */
export async function runQuery(
  layer: QueryLayer,
  block: number,
  operands: readonly Block[],
  allocate: Allocate,
): Promise<DynamicResult> {
  const operandBytes = operands.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const scratch = new Scratch(operandBytes + (layer.alone?.bytes ?? 0));
  const connection = await connectEngine();
  try {
    await limitEngine(connection, operandBytes, layer.alone !== undefined);
    // For queries that do something else in each block.
    await connection.run(`SET VARIABLE block = ${block}`);
    await keepFirstRows(connection, layer.sql);
    const opening = openTables(layer, block, operands, connection, scratch);
    const { origins } = await opening.catch(async (error: unknown) => {
      throw await queryError(error);
    });
    if (layer.before !== undefined) await connection.run(layer.before);
    return await run(layer, block, connection, scratch, allocate).catch(async (error: unknown) => {
      throw await queryError(error, origins, layer.alone !== undefined);
    });
  } finally {
    connection.closeSync();
    scratch.remove();
  }
}

async function run(
  layer: QueryLayer,
  block: number,
  connection: DuckDBConnection,
  scratch: Scratch,
  allocate: Allocate,
): Promise<DynamicResult> {
  const { sql, split, gives, target } = layer;
  if (target !== undefined) {
    return {
      block: valueBlock(await writeFiles(connection, sql, target, block, scratch), allocate),
    };
  }
  if (gives === "numbers") return { block: await numbersBlock(connection, sql, allocate) };
  if (gives === "records") {
    const { names, columns } = await readNamed(connection, sql);
    const rows = plainColumns(names, columns);
    if (rows === undefined) {
      return { block: valueBlock(recordsOf(columns.map(plainValues), names), allocate) };
    }
    return { block: bytesBlock(packRows(rows), allocate) };
  }
  if (split !== undefined) return await runSplit(sql, split, connection, scratch, allocate);
  const path = scratch.path("parquet");
  await connection.run(`COPY (${sql}) TO ${quoteText(path)} (${PACKING})`);
  const partition = allocate([packedBytes([path])]);
  packPartition([path], bytesOf(partition), 0);
  return { block: partition };
}

/** A list as a block of bags. */
function valueBlock(list: readonly unknown[], allocate: Allocate): Block {
  return bytesBlock(packValue(list, "a row of a table"), allocate);
}

function bytesBlock(packed: Uint8Array, allocate: Allocate): Block {
  const block = allocate([packed.length]);
  bytesOf(block).set(packed);
  return block;
}

/** The engine writes a folder for each part that has rows. */
async function runSplit(
  sql: string,
  { parts, by }: NonNullable<QueryLayer["split"]>,
  connection: DuckDBConnection,
  scratch: Scratch,
  allocate: Allocate,
): Promise<DynamicResult> {
  const folder = scratch.path("parts");
  await connection.run(
    `COPY (${sql}) TO ${quoteText(folder)} (${PACKING}, PARTITION_BY (${quoteName(by)}))`,
  );
  const files = Array.from({ length: parts }, (_, part) => filesIn(join(folder, `${by}=${part}`)));
  const block = allocate([files.reduce((sum, paths) => sum + packedBytes(paths), 0)]);
  const partStarts: number[] = [];
  let end = 0;
  for (const paths of files) {
    partStarts.push(end);
    end = packPartition(paths, bytesOf(block), end);
  }
  return { block, partStarts };
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}
