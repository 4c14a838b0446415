// Queries in SQL over tables. They become operations of tables, like those that methods make. One
// task answers a query that cannot: it reads all partitions.
import { ArgumentError } from "../../base/errors.js";
import { kindOf, shown } from "../../base/format-value.js";
import { describeQuery, type SyntaxNode, textOfTree } from "../../engine/describe-query.js";
import { castColumns } from "../../engine/sql-text.js";
import type { Plan, QueryPlan } from "../plan/plan.js";
import { Table } from "../table.js";
import type { AnyRow } from "../table-types.js";
import { nearestNames } from "../types/table-schema.js";
import { select } from "../verbs/row-verbs.js";
import { plannedQuery } from "./planned-query.js";
import { mentionedColumns, ownConditions, tablesOf } from "./sql-syntax.js";

const registered = new Map<string, Table>();

/**
 * Gives a table a name, for queries of {@link sql}.
 *
 * @param name its name in queries
 * @param table undefined takes the name back
 * @throws ArgumentError `argument.value` for what is no table, and for an empty name
 * @see https://docs.dask.org/en/stable/dataframe-sql.html
 * @example
 * registerTable("pets", fromRecords([{ name: "Tom" }]));
 * await (await sql("SELECT count(*) AS n FROM pets")).collect(); // → [{ n: 1 }]
 */
export function registerTable(name: string, table: Table | undefined): void {
  if (table === undefined) registered.delete(name);
  else registered.set(name, checkNamed("registerTable", name, table));
}

function checkNamed(method: string, name: unknown, table: unknown): Table {
  if (typeof name !== "string" || name === "") {
    const text = `${method}: a table has the name ${shown(name)}: expected a text`;
    throw new ArgumentError("value", text, { name });
  }
  if (table instanceof Table) return table;
  const text = `${method} was given ${kindOf(table)} for ${name}: expected a table`;
  throw new ArgumentError("value", text, { name });
}

/** The tables that a query may name; those that are given come before registered ones. */
function tablesByName(given: unknown): Map<string, Table> {
  if (typeof given !== "object" || given === null || given instanceof Table) {
    const kind = given instanceof Table ? "a table" : kindOf(given);
    const text = `sql was given ${kind} after the query: expected tables by their names, such as { sales: table }`;
    throw new ArgumentError("value", text);
  }
  const known = new Map(registered);
  for (const [name, table] of Object.entries(given)) {
    for (const own of known.keys()) {
      if (own.toLowerCase() === name.toLowerCase()) known.delete(own);
    }
    known.set(name, checkNamed("sql", name, table));
  }
  return known;
}

/**
 * The rows of a query in SQL, of DuckDB's kind, over tables by their names.
 *
 * The engine plans the query, and each step of its plan becomes an operation of tables: joins,
 * groups and sorts run in several partitions. Queries with other steps, such as recursive ones, are
 * answered by one task, which has all rows that the query needs; `explain()` says so, and why.
 *
 * @param text a query, with tables by their names
 * @param tables those that the query names, besides those of {@link registerTable}
 * @returns a table; its partitions are those of the last step
 * @throws ArgumentError `argument.value` for a query that is not right, or names a table that is
 * not there, and for tables that are none
 * @see https://docs.dask.org/en/stable/dataframe-sql.html
 * @example
 * const pets = fromRecords([{ name: "Tom", legs: 4 }, { name: "Tweety", legs: 2 }]);
 * await (await sql("SELECT name FROM pets WHERE legs > 2", { pets })).collect(); // → [{ name: "Tom" }]
 */
export async function sql<Row extends object = AnyRow>(
  text: string,
  tables: Readonly<Record<string, Table>> = {},
): Promise<Table<Row>> {
  if (typeof text !== "string") {
    throw new ArgumentError("value", `sql was given ${kindOf(text)}: expected a query as text`);
  }
  const known = tablesByName(tables);
  const all = [...known].map(([name, { plan }]) => ({ name, columns: plan.schema }));
  const { columns, tree } = await describeQuery(text, all).catch((error: unknown) => {
    throw queryMistake(error, [...known.keys()]);
  });
  checkNames(columns);
  const names = new Set(tablesOf(tree));
  const used = [...known].flatMap(([name, { plan }]) => (names.has(name) ? [{ name, plan }] : []));
  const schema = columns.map(([name, type]) => [name, storable(type)] as const);
  const planned = await plannedQuery(text, used, schema);
  // A semicolon before a comment ends a statement, but not one in brackets.
  const inner = /;\s*(--|\/\*)/.test(text) ? await textOfTree(tree) : text;
  if (typeof planned === "string") {
    return new Table(await inOneTask(inner, tree, used, schema, planned));
  }
  const query = queryOver(inner, used, schema, "one statement answers it");
  return new Table({ op: "sql", input: planned, query, schema });
}

/** @throws ArgumentError `argument.value` for columns of one name */
function checkNames(columns: Plan["schema"]): void {
  const twice = columns.find(([name], k) => columns.findIndex(([other]) => other === name) < k);
  if (twice === undefined) return;
  const text = `sql: two columns would be called ${twice[0]}: give one of them another name by AS`;
  throw new ArgumentError("value", text, { column: twice[0] });
}

/** A table that a query names. */
interface NamedPlan {
  readonly name: string;
  readonly plan: Plan;
}

/** Each table with the columns and rows that the query needs, and the query over all of them. */
async function inOneTask(
  text: string,
  tree: SyntaxNode,
  used: readonly NamedPlan[],
  schema: Plan["schema"],
  reason: string,
): Promise<QueryPlan> {
  const mentioned = mentionedColumns(tree);
  const own = ownConditions(
    tree,
    new Map(used.map(({ name, plan }) => [name, namesOf(plan.schema)])),
  );
  const sources = await Promise.all(
    used.map(async ({ name, plan }) => {
      const conditions = own.find(({ table }) => table === name)?.conditions ?? [];
      const kept = await withConditions(name, plan, tree, conditions);
      return { name, plan: pruned(kept, mentioned) };
    }),
  );
  return queryOver(text, sources, schema, reason);
}

/** The query over tables, with the types of its result. */
function queryOver(
  text: string,
  tables: readonly NamedPlan[],
  schema: Plan["schema"],
  reason: string,
): QueryPlan {
  // The end of the line ends a comment.
  const sql = `SELECT ${castColumns(schema)} FROM (${text.replace(/[;\s]+$/, "")}\n)`;
  return { op: "query", tables, sql, schema, reason };
}

function namesOf(columns: Plan["schema"]): ReadonlySet<string> {
  return new Set(columns.map(([name]) => name));
}

/** Files of partitions hold whole numbers of at most 38 digits. */
function storable(type: string): string {
  return type === "HUGEINT" || type === "UHUGEINT" ? "DECIMAL(38,0)" : type;
}

/** The columns that a query mentions; one where it mentions none, for rows may be counted. */
function pruned(plan: Plan, mentioned: ReadonlySet<string> | undefined): Plan {
  if (mentioned === undefined) return plan;
  const names = plan.schema.map(([name]) => name);
  const lower = new Set([...mentioned].map((name) => name.toLowerCase()));
  const kept = names.filter((name) => lower.has(name.toLowerCase()));
  return kept.length === names.length
    ? plan
    : select(plan, kept.length > 0 ? kept : names.slice(0, 1));
}

/** The rows of a table for which conditions of a query hold. */
async function withConditions(
  name: string,
  plan: Plan,
  tree: SyntaxNode,
  conditions: readonly SyntaxNode[],
): Promise<Plan> {
  if (conditions.length === 0) return plan;
  const text = await textOfTree(rowsTree(tree, name, conditions));
  return { op: "rows", input: plan, word: "filter", sql: text, schema: plan.schema };
}

/** The tree of `SELECT * FROM input AS name WHERE …`. */
function rowsTree(tree: SyntaxNode, name: string, conditions: readonly SyntaxNode[]): SyntaxNode {
  const [statement] = tree.statements as readonly SyntaxNode[];
  const query = statement?.node as SyntaxNode;
  const [source] = tablesIn(query.from_table as SyntaxNode, name);
  const alias = source?.alias === "" ? name : source?.alias;
  const where =
    conditions.length === 1
      ? conditions[0]
      : {
          class: "CONJUNCTION",
          type: "CONJUNCTION_AND",
          alias: "",
          query_location: 0,
          children: conditions,
        };
  const star = {
    class: "STAR",
    type: "STAR",
    alias: "",
    query_location: 0,
    relation_name: "",
    exclude_list: [],
    replace_list: [],
    columns: false,
    expr: null,
    unpacked: false,
    qualified_exclude_list: [],
    rename_list: [],
  };
  const node = {
    ...query,
    modifiers: [],
    cte_map: { map: [] },
    select_list: [star],
    from_table: { ...source, table_name: "input", alias },
    where_clause: where,
    group_expressions: [],
    group_sets: [],
    having: null,
    qualify: null,
  };
  return { ...tree, statements: [{ ...statement, node }] };
}

function tablesIn(from: SyntaxNode, name: string): SyntaxNode[] {
  if (from.type === "BASE_TABLE") return from.table_name === name ? [from] : [];
  return [from.left, from.right].flatMap((side) => tablesIn(side as SyntaxNode, name));
}

function queryMistake(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const [first = ""] = error.message.split("\n\n");
  const missing = first.match(/Table with name (\S+) does not exist/)?.[1];
  if (missing === undefined)
    return new ArgumentError("value", `sql: ${first.replaceAll("\n", " ")}`);
  const near = nearestNames(missing, names);
  const hint =
    near.length > 0 ? `did you mean ${near.join(" or ")}?` : "give it to sql, or to registerTable";
  return new ArgumentError("value", `sql: there is no table ${missing}: ${hint}`, {
    table: missing,
  });
}
