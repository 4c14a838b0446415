// Plans as layers. Steps of rows become part of the query of their partition; between partitions
// rows move by exchanges: to all of them, to one, by the hash of keys, or by their place in an
// order.
import { quoteName } from "../../engine/sql-text.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { columnsOf } from "../expressions/nodes.js";
import { toSql } from "../expressions/to-sql.js";
import type {
  ArraysPlan,
  BlocksPlan,
  Plan,
  ProjectPlan,
  RowsPlan,
  ScanPlan,
} from "../plan/plan.js";
import { lowerAggregate } from "./lower-aggregate.js";
import { lowerDistinct, lowerRepartition, lowerUnion, lowerWindow } from "./lower-exchanges.js";
import { lowerJoin, lowerMark } from "./lower-join.js";
import { lowerQuery } from "./lower-query.js";
import { lowerLimit, lowerSort, lowerTail } from "./lower-sort.js";
import { boundedInput } from "./row-group-bounds.js";
import {
  layerOfStage,
  placedAs,
  readAs,
  readStage,
  type Stage,
  type StageInput,
  wrapped,
} from "./stage.js";
import { allOf, type Lower, only, readsOf, type Wanted, wantedOf } from "./wanted.js";

/** The stage that gives exactly the columns of a plan. */
export function lowerWhole(plan: Plan): Stage {
  return only(lower(plan, allOf(plan.schema)), plan.schema);
}

/** The node of a plan's partitions. */
export function planNode(plan: Plan): LayerNode {
  if (plan.op === "blocks" && plan.holds === undefined && isWholeNode(plan)) return plan.node;
  return layerOfStage(lowerWhole(plan));
}

function isWholeNode(plan: BlocksPlan): boolean {
  const { layer } = plan.node;
  return layer.kind === "persisted" || layer.kind === "query" || layer.kind === "gate";
}

/** The stage of a plan. */
export const lower: Lower = (plan, wanted) => lowerBy(plan, wanted, lower);

/** The stage of a plan whose inputs are lowered in some way. */
export function lowerBy(plan: Plan, wanted: Wanted, lower: Lower): Stage {
  switch (plan.op) {
    case "scan":
      return lowerScan(plan, wanted);
    case "blocks":
      return lowerBlocks(plan, wanted);
    case "arrays":
      return lowerArrays(plan, wanted);
    case "project": {
      const columns = plan.columns.filter(([name]) => wanted.has(name));
      const kept = columns.length > 0 ? columns : plan.columns.slice(0, 1);
      const stage = lower(plan.input, readsOf(kept.map(([, value]) => value)));
      const typed = kept.map(
        ([name, value]) => [name, toSql(value, plan.input.schema, "select")] as const,
      );
      const list = typed.map(([name, { sql }]) => `${sql} AS ${quoteName(name)}`).join(", ");
      const schema = typed.map(([name, { type }]) => [name, type] as const);
      const selected = wrapped(stage, "select", schema, (input) => `SELECT ${list} FROM ${input}`);
      return readAs(
        placedAs(selected, stage, (name) => nameOfCopy(kept, name)),
        stage,
      );
    }
    case "filter": {
      const reads = columnsOf(plan.predicate, new Set(wanted));
      const stage = lower(boundedInput(plan), reads);
      const { sql } = toSql(plan.predicate, plan.input.schema, "filter");
      const kept = wrapped(
        stage,
        "filter",
        stage.schema,
        (input) => `SELECT * FROM ${input} WHERE ${sql}`,
      );
      return readAs(placedAs(kept, stage), stage);
    }
    case "rows":
      return lowerRows(plan, wanted, lower);
    case "aggregate":
      return lowerAggregate(plan, lower);
    case "join":
      return lowerJoin(plan, wanted, lower);
    case "mark":
      return lowerMark(plan, wanted, lower);
    case "sort":
      return lowerSort(plan, wanted, lower);
    case "limit":
      return lowerLimit(plan, wanted, lower);
    case "tail":
      return lowerTail(plan, wanted, lower);
    case "distinct":
      return lowerDistinct(plan, lower);
    case "union":
      return lowerUnion(plan, wanted, lower);
    case "window":
      return lowerWindow(plan, wanted, lower);
    case "repartition":
      return lowerRepartition(plan, wanted, lower);
    case "query":
      return lowerQuery(plan, lower);
    case "sql":
      return lower(plan.input, wanted);
  }
}

/** Columns that the query only passes on go by whether they are wanted. */
function lowerRows(
  { input, reads, schema, sql, word }: RowsPlan,
  wanted: Wanted,
  lower: Lower,
): Stage {
  const stage =
    reads === undefined
      ? only(lower(input, allOf(input.schema)), input.schema)
      : lower(input, new Set([...wanted, ...reads]));
  const there = allOf(stage.schema);
  const result = reads === undefined ? schema : schema.filter(([name]) => there.has(name));
  const list = result.map(([name]) => quoteName(name)).join(", ");
  const rows = wrapped(
    stage,
    word,
    result,
    (from) => `WITH input AS ${from} SELECT ${list} FROM (${sql})`,
  );
  return reads === undefined
    ? rows
    : placedAs(rows, stage, (name) => (reads.includes(name) ? undefined : name));
}

function lowerScan(
  { schema, fileSchema, scan, quotes, partitions }: ScanPlan,
  wanted: Wanted,
): Stage {
  const input = {
    schema: scan.format === "csv" ? fileSchema : wantedOf(schema, wanted),
    reads: "own",
    scan,
    ...(quotes === undefined ? {} : { node: quotes }),
  } as const;
  const stage = readStage(scan.format, input, partitions);
  return only(stage, wantedOf(schema, wanted));
}

/** The name of a column that a select copies. */
function nameOfCopy(columns: ProjectPlan["columns"], own: string): string | undefined {
  return columns.find(([, value]) => value.kind === "column" && value.name === own)?.[0];
}

function lowerBlocks({ node, schema, holds, placed }: BlocksPlan, wanted: Wanted): Stage {
  const kept = holds === undefined ? wantedOf(schema, wanted) : schema;
  const input = {
    schema: kept,
    reads: "own",
    node,
    ...(holds === undefined ? {} : { holds }),
  } as const;
  const stage = readStage("table", input, (node.layer.chunks[0] ?? []).length);
  return placed === undefined ? stage : placedAs(stage, { ...stage, placed });
}

/** Each array that is wanted is a table of one column; rows are those at one position. */
function lowerArrays({ nodes, schema }: ArraysPlan, wanted: Wanted): Stage {
  const kept = wantedOf(schema, wanted);
  const inputs = kept.map(
    (column): StageInput => ({
      schema: [column],
      reads: "own",
      node: nodes[schema.indexOf(column)] as LayerNode,
      holds: "numbers",
    }),
  );
  return {
    inputs,
    sql: (nameOf) =>
      `SELECT * FROM ${inputs.map((input) => quoteName(nameOf(input))).join(" POSITIONAL JOIN ")}`,
    schema: kept,
    partitions: (nodes[0]?.layer.chunks[0] ?? []).length,
    word: "arrays",
  };
}
