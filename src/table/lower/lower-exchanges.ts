// Rows that are needed together: different rows, windows, tables one after another, other
// partitions.
import { concatenateNodes } from "../../bag/partition-nodes.js";
import { castColumns, quoteName } from "../../engine/sql-text.js";
import { toSql } from "../expressions/to-sql.js";
import type { DistinctPlan, RepartitionPlan, UnionPlan, WindowPlan } from "../plan/plan.js";
import { bytesOfPlan, partitionsFor } from "../plan/sizes.js";
import { exchanged, gathered, splitInput } from "./moves.js";
import { areTogether, layerOfStage, placedAs, readStage, type Stage, wrapped } from "./stage.js";
import { allOf, type Lower, only, readsOf, type Wanted } from "./wanted.js";

/**
 * Different rows of each partition, and of those with equal keys. The first row of each is kept.
 */
export function lowerDistinct(plan: DistinctPlan, lower: Lower): Stage {
  const { input, on, schema } = plan;
  const stage = only(lower(input, allOf(schema)), schema);
  const keys = on ?? schema.map(([name]) => name);
  const distinct = (from: Stage): Stage =>
    wrapped(from, "distinct", schema, (rows) =>
      on === undefined
        ? `SELECT DISTINCT * FROM ${rows}`
        : `SELECT DISTINCT ON (${on.map(quoteName).join(", ")}) * FROM ${rows}`,
    );
  const first = placedAs(distinct(stage), stage);
  if (areTogether(stage, keys)) return first;
  const parts = partitionsFor(bytesOfPlan(plan), stage.partitions);
  if (parts === 1) return distinct(gathered(first, distinct));
  const moved = exchanged(first, keys, parts);
  return placedAs(distinct(moved), moved);
}

/** Window functions see all rows of equal keys; without keys all rows there are. */
export function lowerWindow(plan: WindowPlan, wanted: Wanted, lower: Lower): Stage {
  const { input, keys, columns, schema } = plan;
  const reads = readsOf(columns.map(([, value]) => value));
  for (const [name] of input.schema) if (wanted.has(name)) reads.add(name);
  const stage = lower(input, reads);
  const parts = keys.length === 0 ? 1 : partitionsFor(bytesOfPlan(input), stage.partitions);
  const together = areTogether(stage, keys) ? stage : exchanged(stage, keys, parts);
  const list = columns.map(
    ([name, value]) => `${toSql(value, input.schema, "over").sql} AS ${quoteName(name)}`,
  );
  const kept = together.schema.map(([name]) => quoteName(name));
  const names = new Set([...together.schema, ...columns].map(([name]) => name));
  const result = schema.filter(([name]) => names.has(name));
  const over = wrapped(
    together,
    "over",
    result,
    (from) => `SELECT ${[...kept, ...list].join(", ")} FROM ${from}`,
  );
  const ordered = wrapped(
    over,
    "over",
    result,
    (from) => `SELECT ${result.map(([name]) => quoteName(name)).join(", ")} FROM ${from}`,
  );
  return placedAs(ordered, together);
}

/** The partitions of all, one after another. */
export function lowerUnion({ inputs, schema }: UnionPlan, wanted: Wanted, lower: Lower): Stage {
  const kept = schema.filter(([name]) => wanted.has(name));
  const columns = kept.length > 0 ? kept : schema.slice(0, 1);
  const nodes = inputs.map((input) => {
    const stage = lower(input, new Set(columns.map(([name]) => name)));
    const list = castColumns(columns);
    return layerOfStage(
      wrapped(stage, stage.word, columns, (from) => `SELECT ${list} FROM ${from}`),
    );
  });
  const node = concatenateNodes(nodes);
  return readStage(
    "union",
    { schema: columns, node, reads: "own" },
    (node.layer.chunks[0] ?? []).length,
  );
}

/** Fewer partitions are made of neighbours; more, or those of keys, by an exchange. */
export function lowerRepartition(plan: RepartitionPlan, wanted: Wanted, lower: Lower): Stage {
  const { input, partitions, by } = plan;
  const stage = lower(input, new Set([...wanted, ...(by ?? [])]));
  if (by !== undefined) return exchanged(stage, by, partitions);
  if (partitions === stage.partitions) return stage;
  if (partitions < stage.partitions) {
    const each = stage.partitions / partitions;
    const groups = Array.from({ length: partitions }, (_, group) => {
      const from = Math.round(group * each);
      return Array.from({ length: Math.round((group + 1) * each) - from }, (_, k) => from + k);
    });
    return readStage(
      "coalesce",
      { schema: stage.schema, node: layerOfStage(stage), reads: groups },
      partitions,
    );
  }
  const turns = `CAST((row_number() OVER () - 1) % ${partitions} AS INTEGER)`;
  return readStage("repartition", splitInput(stage, turns, partitions), partitions);
}
