// A query of users before it runs: the columns of its result, the tables that it names,
// and its syntax tree.

import { Recent } from "../base/recent.js";
import type { QueryColumn } from "../graph/model/query-tables.js";
import { connectEngine } from "./duckdb.js";
import { readQuery } from "./read-partitions.js";
import { emptyTable, quoteName, quoteText } from "./sql-text.js";

/** A node of the engine's syntax trees. */
export type SyntaxNode = Readonly<Record<string, unknown>>;

/** Facts about a query. */
export interface QueryDescription {
  readonly columns: readonly QueryColumn[];
  readonly tree: SyntaxNode;
}

/** A table of which only the columns are there. */
interface EmptyTable {
  readonly name: string;
  readonly columns: readonly QueryColumn[];
}

const described = new Recent<string, QueryDescription>(100);

/** Describes a query over tables; throws the engine's errors. */
export async function describeQuery(
  sql: string,
  tables: readonly EmptyTable[],
): Promise<QueryDescription> {
  const question = JSON.stringify([sql, tables]);
  return described.get(question) ?? described.set(question, await describe(sql, tables));
}

async function describe(sql: string, tables: readonly EmptyTable[]): Promise<QueryDescription> {
  const connection = await connectEngine();
  try {
    for (const { name, columns } of tables) {
      await connection.run(`CREATE TEMP VIEW ${quoteName(name)} AS ${emptyTable(columns)}`);
    }
    const [text] =
      (await readQuery(connection, `SELECT json_serialize_sql(${quoteText(sql)})`))[0] ?? [];
    // Places in the text that are not known are numbers that JavaScript cannot hold.
    const known = (text as string).replaceAll(/"query_location":\d{16,}/g, '"query_location":0');
    const tree = JSON.parse(known, spelledAs(tables)) as SyntaxNode;
    checkIsOneQuery(tree);
    const [names = [], types = []] = await readQuery(connection, `DESCRIBE ${sql}`);
    const columns = names.map((name, k) => [name as string, types[k] as string] as const);
    return { columns, tree };
  } finally {
    connection.closeSync();
  }
}

/** Gives tables the capitals of their own names, since queries may write others. */
function spelledAs(tables: readonly EmptyTable[]): (key: string, value: unknown) => unknown {
  const own = new Map(tables.map(({ name }) => [name.toLowerCase(), name]));
  return (key, value) =>
    key === "table_name" ? (own.get(String(value).toLowerCase()) ?? value) : value;
}

/** Throws for anything else than one statement that selects rows. */
function checkIsOneQuery({ error, error_type, error_message, statements }: SyntaxNode): void {
  if (error === true && error_type !== "not implemented") throw new Error(String(error_message));
  const list = (statements ?? []) as readonly { readonly node: SyntaxNode }[];
  const source = list[0]?.node.from_table as SyntaxNode | undefined;
  if (list.length === 1 && source?.type !== "SHOW_REF") return;
  const given = list.length > 1 ? `${list.length} statements` : "no statement that selects rows";
  throw new Error(`got ${given}: expected a SELECT, or a PIVOT with ON column IN (values)`);
}

/** The text of a query's syntax tree. */
export async function textOfTree(tree: SyntaxNode): Promise<string> {
  const connection = await connectEngine();
  try {
    const sql = `SELECT json_deserialize_sql(CAST(${quoteText(JSON.stringify(tree))} AS JSON))`;
    return (await readQuery(connection, sql))[0]?.[0] as string;
  } finally {
    connection.closeSync();
  }
}
