// The engine's plans as JSON: the parts that are read, and what is said of those that are not.
import type { PlanJson } from "../../engine/plan-query.js";
import type { SqlNode } from "../expressions/nodes.js";

/** Why a query cannot be one operation after another: one task answers it then. */
export class NotPlanned extends Error {}

/** Refuses what is not known. */
export function unknown(what: string): never {
  throw new NotPlanned(what);
}

/** Nodes below a name; none where there is no such name. */
export function listOf(node: PlanJson, name: string): readonly PlanJson[] {
  return (node[name] as readonly PlanJson[] | undefined) ?? [];
}

/** The node below a name. */
export function nodeAt(node: PlanJson, name: string): PlanJson {
  return (node[name] as PlanJson | undefined) ?? unknown(`its plan has no ${name}`);
}

/** The text below a name. */
export function textAt(node: PlanJson, name: string): string {
  const text = node[name];
  return typeof text === "string" ? text : "";
}

/** SQL with expressions in it. */
export function sqlNode(type: string, parts: SqlNode["parts"]): SqlNode {
  return { kind: "sql", type, parts };
}

const PLAIN = new Set([
  "BOOLEAN",
  "TINYINT",
  "SMALLINT",
  "INTEGER",
  "BIGINT",
  "UTINYINT",
  "USMALLINT",
  "UINTEGER",
  "UBIGINT",
  "HUGEINT",
  "FLOAT",
  "DOUBLE",
  "VARCHAR",
  "BLOB",
  "DATE",
  "TIME",
  "TIMESTAMP",
  "TIMESTAMP WITH TIME ZONE",
  "UUID",
  "INTERVAL",
]);

/** A type in the engine's words. */
export function typeText(type: PlanJson): string {
  const id = textAt(type, "id");
  const info = (type.type_info ?? {}) as PlanJson;
  if (id === "DECIMAL") return `DECIMAL(${Number(info.width)},${Number(info.scale)})`;
  if (id === "LIST") return `${typeText(nodeAt(info, "child_type"))}[]`;
  if (info.alias === "JSON") return "JSON";
  if (info.collation !== undefined) unknown("it has texts in a collation");
  return PLAIN.has(id) ? id : unknown(`it has values of the type ${id}`);
}

/** Types that files of partitions hold exactly. */
export function storedType(type: string): string {
  if (type === "HUGEINT") return "DECIMAL(38,0)";
  return /^INTERVAL|HUGEINT\[/.test(type) ? unknown(`it has a column of the type ${type}`) : type;
}
