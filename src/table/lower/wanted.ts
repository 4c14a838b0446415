// Which columns are wanted of a plan: lowering makes these, and no others.
import { quoteName } from "../../engine/sql-text.js";
import { columnsOf, type ExprNode } from "../expressions/nodes.js";
import type { Plan } from "../plan/plan.js";
import type { Schema } from "../types/table-schema.js";
import { placedAs, readAs, type Stage, wrapped } from "./stage.js";

/** Names of columns that are wanted. */
export type Wanted = ReadonlySet<string>;

/** Lowers a plan so far as to have the columns that are wanted, and perhaps others. */
export type Lower = (plan: Plan, wanted: Wanted) => Stage;

/** All columns of a schema. */
export function allOf(schema: Schema): Wanted {
  return new Set(schema.map(([name]) => name));
}

/** The stage with these columns, in their order. */
export function only(stage: Stage, schema: Schema): Stage {
  const isSame =
    stage.schema.length === schema.length &&
    stage.schema.every(([name], k) => name === schema[k]?.[0]);
  if (isSame) return stage;
  const list = schema.length === 0 ? "1" : schema.map(([name]) => quoteName(name)).join(", ");
  const some = wrapped(stage, stage.word, schema, (input) => `SELECT ${list} FROM ${input}`);
  return readAs(placedAs(some, stage), stage);
}

/**
 * The columns of a schema that are wanted; one of them where none is, for rows have to be counted.
 */
export function wantedOf(schema: Schema, wanted: Wanted): Schema {
  const found = schema.filter(([name]) => wanted.has(name));
  return found.length > 0 ? found : schema.slice(0, 1);
}

/** Columns that several expressions read. */
export function readsOf(nodes: Iterable<ExprNode>): Set<string> {
  const names = new Set<string>();
  for (const node of nodes) columnsOf(node, names);
  return names;
}
