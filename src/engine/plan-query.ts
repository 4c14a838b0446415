// The engine's own logical plan of a query: bound, with subqueries as joins, and joins in an order
// that suits the sizes of the tables. An engine of its own makes it, over tables without values.
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { QueryColumn, QueryTable } from "../graph/model/query-tables.js";
import { newEngine } from "./duckdb.js";
import { readQuery } from "./read-partitions.js";
import { emptyTable, quoteName, quoteText } from "./sql-text.js";

/** A table as far as plans need it. */
export interface PlannedTable {
  readonly name: string;
  readonly columns: readonly QueryColumn[];
  /** About how many: joins are ordered by it. */
  readonly rows: number;
}

/** A node of the engine's plans. */
export type PlanJson = Readonly<Record<string, unknown>>;

/** What the engine says of a query, or why it has no plan that can be read. */
export type EnginePlan =
  | { readonly plan: PlanJson; readonly changing: ReadonlySet<string> }
  | { readonly reason: string };

/**
 * Steps of the engine's optimizer that are left out: they go by values, of which there are none, or
 * make plans of forms that nothing but the engine runs.
 */
const LEFT_OUT = [
  "statistics_propagation",
  "empty_result_pullup",
  "column_lifetime",
  "build_side_probe_side",
  "compressed_materialization",
  "late_materialization",
  "join_filter_pushdown",
  "join_elimination",
  "in_clause",
  "common_subplan",
  "row_group_pruner",
  "sampling_pushdown",
  "top_n_window_elimination",
  "window_self_join",
];

/** Rows of the largest table, all of nulls: the others have their share. */
const ROWS = 50_000;

let opened: Promise<DuckDBInstance> | undefined;

async function connectPlanner(): Promise<DuckDBConnection> {
  opened ??= newEngine({ disabled_optimizers: LEFT_OUT.join(",") });
  return (await opened).connect();
}

/** The plan of a query over tables. */
export async function planQuery(sql: string, tables: readonly PlannedTable[]): Promise<EnginePlan> {
  const connection = await connectPlanner();
  try {
    const most = Math.max(1, ...tables.map(({ rows }) => rows));
    for (const { name, columns, rows } of tables) {
      const list = columns.map(([own, type]) => `${quoteName(own)} ${type}`).join(", ");
      await connection.run(`CREATE TEMP TABLE ${quoteName(name)} (${list})`);
      const nulls = columns.map(() => "NULL").join(", ");
      const count = Math.max(1, Math.round((rows / most) * ROWS));
      await connection.run(`INSERT INTO ${quoteName(name)} SELECT ${nulls} FROM range(${count})`);
    }
    const call = `json_serialize_plan(${quoteText(sql)}, optimize := true, skip_null := true, skip_empty := false)`;
    const [text] = (await readQuery(connection, `SELECT ${call}`))[0] ?? [];
    const read = JSON.parse(exact(text as string)) as PlanJson;
    if (read.error === true) return { reason: String(read.error_message) };
    const plans = read.plans as readonly PlanJson[];
    const [plan] = plans;
    if (plan === undefined || plans.length > 1) return { reason: "it is not one query" };
    return { plan, changing: await changingFunctions(connection) };
  } catch (error) {
    return { reason: (error as Error).message.split("\n")[0] ?? "" };
  } finally {
    connection.closeSync();
  }
}

/** Whole numbers that JavaScript cannot hold, as texts. */
function exact(text: string): string {
  return text.replaceAll(/"(value|upper|lower)":(-?\d{16,})(?=[,}])/g, '"$1":"$2"');
}

/** Names of functions whose values differ from call to call. */
async function changingFunctions(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const sql =
    "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability = 'VOLATILE' AND function_name <> 'error'";
  return new Set(((await readQuery(connection, sql))[0] ?? []).map(String));
}

/** A query of one partition. */
export interface PartitionQuery {
  readonly sql: string;
  readonly before?: string;
  readonly tables: readonly QueryTable[];
}

/**
 * The columns of each query, by the engine; throws its errors for one that it does not understand.
 */
export async function describePartitions(
  queries: readonly PartitionQuery[],
): Promise<(readonly QueryColumn[])[]> {
  const described: (readonly QueryColumn[])[] = [];
  for (const { sql, before, tables } of queries) {
    const connection = await connectPlanner();
    try {
      for (const { name, columns } of tables) {
        await connection.run(`CREATE TEMP VIEW ${quoteName(name)} AS ${emptyTable(columns)}`);
      }
      if (before !== undefined) await connection.run(before);
      const [names = [], types = []] = await readQuery(connection, `DESCRIBE ${sql}`);
      described.push(names.map((name, k) => [name as string, types[k] as string] as const));
    } finally {
      connection.closeSync();
    }
  }
  return described;
}
