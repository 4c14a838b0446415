// A query of one partition that is being put together: steps are wrapped around it until rows have
// to move. Then it becomes a layer.
import type { DType } from "../../base/dtype.js";
import { quoteName, storedSql } from "../../engine/sql-text.js";
import { UNKNOWN_LENGTH } from "../../graph/model/chunks.js";
import type { QueryLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { QueryScan, QueryTable } from "../../graph/model/query-tables.js";
import type { Placement } from "../plan/plan.js";
import type { Schema } from "../types/table-schema.js";

/** One of the tables that a stage reads. */
export interface StageInput {
  readonly schema: Schema;
  /** Blocks of a node: block k, part k of all blocks, all blocks, or groups of them. */
  readonly node?: LayerNode;
  readonly reads: "own" | "parts" | "all" | readonly (readonly number[])[];
  readonly holds?: "records" | "numbers";
  readonly scan?: QueryScan;
  /** Its rows are counted, and no value is read. */
  readonly counted?: true;
}

/** A query over inputs, the same for each of so many partitions. */
export interface Stage {
  readonly inputs: readonly StageInput[];
  /** The query, given what its inputs are called. */
  readonly sql: (nameOf: (input: StageInput) => string) => string;
  readonly schema: Schema;
  readonly partitions: number;
  /** The last step that was put onto it, which names its layer. */
  readonly word: string;
  /** By which columns rows are in their partitions, where an exchange put them there. */
  readonly placed?: Placement;
  /** Reading its rows twice takes less than keeping them: they are there, as columns. */
  readonly isRead?: true;
}

/** A stage of what a single input has. */
export function readStage(word: string, input: StageInput, partitions: number): Stage {
  return {
    inputs: [input],
    sql: (nameOf) => `SELECT ${columnList(input.schema)} FROM ${quoteName(nameOf(input))}`,
    schema: input.schema,
    partitions,
    word,
    ...(isThere(input) ? { isRead: true } : {}),
  };
}

/** Partitions that another layer has made, and files of Parquet. */
function isThere({ node, reads, holds, scan }: StageInput): boolean {
  if (scan !== undefined) return scan.format === "parquet";
  return reads === "own" && holds === undefined && node?.layer.kind === "persisted";
}

/** The names of columns, for a query. */
export function columnList(schema: Schema): string {
  return schema.length === 0 ? "1" : schema.map(([name]) => quoteName(name)).join(", ");
}

/** The stage with a query over its result, which that calls `input`. */
export function wrapped(
  stage: Stage,
  word: string,
  schema: Schema,
  over: (input: string) => string,
): Stage {
  const { placed: _, isRead: __, ...rest } = stage;
  return { ...rest, word, schema, sql: (nameOf) => over(`(${stage.sql(nameOf)})`) };
}

/**
 * The stage, whose rows are where those of another one are.
 *
 * @param nameOf what a column of the other is called; undefined where it is not there any more
 */
export function placedAs(
  stage: Stage,
  { placed }: Stage,
  nameOf: (name: string) => string | undefined = (name) => name,
): Stage {
  if (placed === undefined) return stage;
  const keys = placed.keys.map(([name, hashed]) => [nameOf(name), hashed] as const);
  return keys.every(([name]) => stage.schema.some(([own]) => own === name))
    ? { ...stage, placed: { keys: keys as Placement["keys"] } }
    : stage;
}

/** The stage, which reads rows as another one does: its own steps cost little. */
export function readAs(stage: Stage, { isRead }: Stage): Stage {
  return isRead === undefined ? stage : { ...stage, isRead };
}

/** Whether rows with equal values of these columns are in one partition already. */
export function areTogether({ partitions, placed }: Stage, keys: readonly string[]): boolean {
  return partitions === 1 || (placed?.keys.every(([name]) => keys.includes(name)) ?? false);
}

/** How a stage ends. */
export type StageEnding = Pick<QueryLayer, "split" | "gives" | "target" | "before" | "alone">;

/** The layer of a stage. */
export function layerOfStage(
  stage: Stage,
  ending: StageEnding = {},
  dtype: DType = "uint8",
): LayerNode {
  const { inputs, partitions, word } = stage;
  const names = new Map(inputs.map((input, k) => [input, `in${k}`]));
  const nodes = [
    ...new Map(
      inputs.flatMap(({ node }) => (node === undefined ? [] : [[node.layer.name, node]])),
    ).values(),
  ];
  const positions = new Map(nodes.map(({ layer }, k) => [layer.name, k]));
  const rows = Array.from({ length: partitions }, (_, block) =>
    inputs.flatMap((input, table) =>
      operandsOf(input, block).map((from) => ({ input, table, from })),
    ),
  );
  const starts = [0];
  for (const row of rows) starts.push((starts.at(-1) as number) + row.length);
  const flat = rows.flat();
  const sql = stage.sql((input) => names.get(input) as string);
  const isPacked = ending.gives === undefined && ending.target === undefined;
  const layer = nameLayer<QueryLayer>(word, {
    kind: "query",
    ...(ending.gives === "numbers" ? {} : { holds: "values" }),
    inputs: nodes.map(({ layer }) => layer.name),
    chunks: [new Array<number>(partitions).fill(UNKNOWN_LENGTH)],
    dtype,
    sql: isPacked ? storedSql(sql, stage.schema) : sql,
    tables: inputs.map((input) => tableOf(input, names.get(input) as string)),
    ...ending,
    operandStart: Int32Array.from(starts),
    operandInput: Int32Array.from(flat, ({ input }) =>
      input.node === undefined ? 0 : (positions.get(input.node.layer.name) as number),
    ),
    operandBlock: Int32Array.from(flat, ({ from }) => from),
    operandTable: Int32Array.from(flat, ({ table }) => table),
  });
  return { layer, inputs: nodes };
}

function tableOf({ schema, reads, holds, scan, counted }: StageInput, name: string): QueryTable {
  return {
    name,
    columns: schema,
    ...(reads === "parts" ? { parts: true } : {}),
    ...(holds === undefined ? {} : { holds }),
    ...(scan === undefined ? {} : { scan }),
    ...(counted === undefined ? {} : { counted }),
  };
}

/** The blocks of its node that block `block` reads. */
function operandsOf({ node, reads, scan }: StageInput, block: number): readonly number[] {
  if (node === undefined) return [];
  // The description of all files is one block.
  if (scan !== undefined) return [0];
  if (reads === "own") return [block];
  if (reads === "all" || reads === "parts") return (node.layer.chunks[0] ?? []).map((_, k) => k);
  return reads[block] ?? [];
}

/** What is computed once, since it is read twice. */
export function kept(stage: Stage, word: string): Stage {
  const own: StageInput = { schema: stage.schema, node: layerOfStage(stage), reads: "own" };
  return readStage(word, own, stage.partitions);
}
