// The inputs of a query, by its syntax tree: tables, columns, and conditions on one table alone.
import type { SyntaxNode } from "../../engine/describe-query.js";

/** All nodes of a tree that pass, from the top down. */
export function nodesOf(tree: unknown, isWanted: (node: SyntaxNode) => boolean): SyntaxNode[] {
  if (typeof tree !== "object" || tree === null) return [];
  const own = !Array.isArray(tree) && isWanted(tree as SyntaxNode) ? [tree as SyntaxNode] : [];
  return [...own, ...Object.values(tree).flatMap((child) => nodesOf(child, isWanted))];
}

const isColumn = (node: SyntaxNode) => node.class === "COLUMN_REF";
const isTable = (node: SyntaxNode) => node.type === "BASE_TABLE";
const isQuery = (node: SyntaxNode) => node.class === "SUBQUERY" || node.type === "SUBQUERY";

/** Names of all tables that a tree reads, as often as it does. */
export function tablesOf(tree: SyntaxNode): string[] {
  return nodesOf(tree, isTable).map(({ table_name }) => String(table_name));
}

/** Names of columns that a tree mentions, of whatever table; undefined where it wants all. */
export function mentionedColumns(tree: SyntaxNode): ReadonlySet<string> | undefined {
  const isStar = (node: SyntaxNode) => node.class === "STAR";
  if (nodesOf(tree, isStar).length > 0) return undefined;
  const names = nodesOf(tree, isColumn).map(nameOf);
  const shared = nodesOf(tree, (node) => Array.isArray(node.using_columns)).flatMap(
    ({ using_columns }) => (using_columns as unknown[]).map(String),
  );
  return new Set([...names, ...shared]);
}

function nameOf({ column_names }: SyntaxNode): string {
  return String((column_names as readonly unknown[]).at(-1));
}

/** A table of the outermost query, and the conditions that hold for its rows alone. */
export interface Conditions {
  readonly table: string;
  readonly conditions: readonly SyntaxNode[];
}

/**
 * Conditions of the outermost query on one of its tables alone, where that is read once and joined
 * by inner joins: rows for which they are not true make no difference.
 *
 * @param columns the columns of each table
 */
export function ownConditions(
  tree: SyntaxNode,
  columns: ReadonlyMap<string, ReadonlySet<string>>,
): Conditions[] {
  const [statement] = tree.statements as readonly SyntaxNode[];
  const query = statement?.node as SyntaxNode;
  if (query?.type !== "SELECT_NODE") return [];
  const sources = innerTables(query.from_table as SyntaxNode);
  if (sources === undefined) return [];
  const counts = tablesOf(tree);
  const conjuncts = conjunctsOf(query.where_clause as SyntaxNode | null);
  return sources
    .filter(({ table_name }) => counts.filter((name) => name === table_name).length === 1)
    .map((source) => ({
      table: String(source.table_name),
      conditions: conjuncts.filter((node) => isAbout(node, source, sources, columns)),
    }))
    .filter(({ conditions }) => conditions.length > 0);
}

/** The tables of inner joins; undefined where something else is joined. */
function innerTables(from: SyntaxNode): SyntaxNode[] | undefined {
  if (isTable(from)) return [from];
  if (from.type !== "JOIN" || from.join_type !== "INNER") return undefined;
  if (from.ref_type !== "REGULAR" && from.ref_type !== "CROSS") return undefined;
  const sides = [innerTables(from.left as SyntaxNode), innerTables(from.right as SyntaxNode)];
  return sides.some((side) => side === undefined) ? undefined : sides.flatMap((side) => side ?? []);
}

function conjunctsOf(node: SyntaxNode | null): SyntaxNode[] {
  if (node === null) return [];
  if (node.type !== "CONJUNCTION_AND") return [node];
  return (node.children as readonly SyntaxNode[]).flatMap(conjunctsOf);
}

/** Whether a condition reads columns of that table, and of no other. */
function isAbout(
  node: SyntaxNode,
  source: SyntaxNode,
  sources: readonly SyntaxNode[],
  columns: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const reads = nodesOf(node, isColumn);
  if (reads.length === 0 || nodesOf(node, isQuery).length > 0) return false;
  return reads.every(({ column_names }) => {
    const path = (column_names as readonly unknown[]).map(String);
    if (path.length > 2) return false;
    const [first = "", second] = path;
    if (second !== undefined) return first === aliasOf(source);
    const owners = sources.filter((other) => columns.get(String(other.table_name))?.has(first));
    return owners.length === 1 && owners[0] === source;
  });
}

function aliasOf({ alias, table_name }: SyntaxNode): string {
  return alias === "" ? String(table_name) : String(alias);
}
