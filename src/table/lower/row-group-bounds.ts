// Filters of files of Parquet on servers, as conditions on the statistics of row groups: groups
// that no row of can pass are not downloaded. Local files need none: the engine looks there itself.
import { isRemoteScan } from "../../engine/scan-places.js";
import type { RowGroupBound } from "../../graph/model/query-tables.js";
import type { ExprNode, SqlNode } from "../expressions/nodes.js";
import { toSql } from "../expressions/to-sql.js";
import type { FilterPlan, Plan, ScanPlan } from "../plan/plan.js";
import { familyOf } from "../types/column-types.js";
import type { Schema } from "../types/table-schema.js";

/** A comparison of a column with a value. */
interface Comparison {
  readonly column: string;
  readonly word: string;
  readonly value: ExprNode;
}

/** The input of a filter, which knows the conditions that all of its rows have to fulfil. */
export function boundedInput({ input, predicate }: FilterPlan): Plan {
  const scan = scanBelow(input);
  if (scan === undefined || scan.scan.bounds !== undefined || !isRemoteScan(scan.scan)) {
    return input;
  }
  const conditions = [predicate, ...predicatesOf(input)].flatMap(conjunctsOf);
  const bounds = conditions.flatMap((condition) => boundOf(condition, scan));
  return bounds.length === 0 ? input : withBounds(input, bounds);
}

/** The files that filters alone read. */
function scanBelow(plan: Plan): ScanPlan | undefined {
  if (plan.op === "filter") return scanBelow(plan.input);
  return plan.op === "scan" && plan.scan.format === "parquet" ? plan : undefined;
}

function predicatesOf(plan: Plan): ExprNode[] {
  return plan.op === "filter" ? [plan.predicate, ...predicatesOf(plan.input)] : [];
}

function conjunctsOf(node: ExprNode): ExprNode[] {
  return node.kind === "call" && node.name === "and" ? node.args.flatMap(conjunctsOf) : [node];
}

function withBounds(plan: Plan, bounds: readonly RowGroupBound[]): Plan {
  if (plan.op === "filter") return { ...plan, input: withBounds(plan.input, bounds) };
  if (plan.op !== "scan") return plan;
  return { ...plan, scan: { ...plan.scan, bounds } };
}

function boundOf(node: ExprNode, { schema, scan }: ScanPlan): RowGroupBound[] {
  const isOfFolder = (name: string) => scan.folderColumns?.some((own) => own.name === name);
  return comparisonsIn(node).flatMap(({ column, word, value }) => {
    const type = schema.find(([name]) => name === column)?.[1];
    if (type === undefined || isOfFolder(column) || !hasStatistics(type)) return [];
    const sql = sidesOf(word, type)
      .map(([side, own]) => `${statistic(side, type)} ${own} ${valueSql(value, schema)}`)
      .join(" AND ");
    return sql === "" ? [] : [{ column, sql }];
  });
}

/** The statistic as a value, and null where there is none. */
function statistic(side: "min" | "max", type: string): string {
  return `TRY_CAST(stats_${side}_value AS ${type})`;
}

function valueSql(value: ExprNode, schema: Schema): string {
  return toSql(value, schema, "filter").sql;
}

const WORDS: Readonly<Record<string, string>> = { gt: ">", ge: ">=", lt: "<", le: "<=", eq: "=" };
const TURNED: Readonly<Record<string, string>> = {
  ">": "<",
  ">=": "<=",
  "<": ">",
  "<=": ">=",
  "=": "=",
};

/** What one condition compares: all of it has to be true. */
function comparisonsIn(node: ExprNode): Comparison[] {
  if (node.kind === "call" && node.name === "between") {
    const [input, low, high] = node.args as readonly [ExprNode, ExprNode, ExprNode];
    return [...comparison(input, ">=", low), ...comparison(input, "<=", high)];
  }
  if (node.kind === "call") {
    const [left, right] = node.args;
    const word = WORDS[node.name];
    if (word === undefined || left === undefined || right === undefined) return [];
    return comparison(left, word, right);
  }
  return node.kind === "sql" ? comparisonInSql(node) : [];
}

/** A value in SQL that is always the same: a number or a text, as it is or in a type. */
const CONSTANT = String.raw`-?\d[\d.]*|'(?:[^']|'')*'`;
const AFTER_COLUMN = new RegExp(
  String.raw`^ (>=?|<=?|=) (${CONSTANT}|CAST\((?:${CONSTANT}) AS [A-Z\d_ (),]+\))\)$`,
);

/** Conditions of queries of users: "(", a column, and " > 5)". */
function comparisonInSql({ parts }: SqlNode): Comparison[] {
  const [open, left, rest] = parts;
  if (parts.length !== 3 || open !== "(" || typeof left !== "object" || typeof rest !== "string")
    return [];
  const [, word, constant] = AFTER_COLUMN.exec(rest) ?? [];
  if (word === undefined || constant === undefined || left.kind !== "column") return [];
  return [{ column: left.name, word, value: { kind: "sql", parts: [constant], type: "" } }];
}

function comparison(left: ExprNode, word: string, right: ExprNode): Comparison[] {
  if (left.kind === "column" && isValue(right)) {
    return [{ column: left.name, word, value: right }];
  }
  if (right.kind === "column" && isValue(left)) {
    return [{ column: right.name, word: TURNED[word] as string, value: left }];
  }
  return [];
}

function isValue(node: ExprNode): boolean {
  return node.kind === "literal" && node.value !== null;
}

/** Types whose least and greatest values files say as text. */
function hasStatistics(type: string): boolean {
  return ["integer", "decimal", "float", "text"].includes(familyOf(type)) || isDay(type);
}

function isDay(type: string): boolean {
  return type === "DATE" || type === "TIMESTAMP" || type === "TIMESTAMP WITH TIME ZONE";
}

/**
 * Which statistic has to fulfil what, for some row of the group to. NaN is more than all numbers to
 * the engine, and in no statistic: the greatest value says nothing of floats.
 */
function sidesOf(word: string, type: string): (readonly ["min" | "max", string])[] {
  const sides: (readonly ["min" | "max", string])[] = [];
  if (word.startsWith("<") || word === "=") sides.push(["min", word === "=" ? "<=" : word]);
  if ((word.startsWith(">") || word === "=") && familyOf(type) !== "float") {
    sides.push(["max", word === "=" ? ">=" : word]);
  }
  return sides;
}
