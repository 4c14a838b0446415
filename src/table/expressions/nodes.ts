// Expressions as data: columns, values and calls of functions. functions.ts says what the functions
// are.

/** An expression. */
export type ExprNode =
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly ExprNode[] }
  | {
      readonly kind: "cast";
      readonly value: ExprNode;
      readonly type: string;
      readonly tries: boolean;
    }
  | { readonly kind: "aggregate"; readonly name: AggregateName; readonly args: readonly ExprNode[] }
  | { readonly kind: "over"; readonly call: ExprNode; readonly window: WindowNode }
  | SqlNode;

/** A piece of SQL with expressions in it, and its type in the engine's words. */
export interface SqlNode {
  readonly kind: "sql";
  readonly parts: readonly (string | ExprNode)[];
  readonly type: string;
}

/** A value in an expression. */
export type Literal = null | boolean | number | bigint | string | Date;

/** The rows that a window function sees. */
export interface WindowNode {
  readonly partitionBy: readonly string[];
  readonly orderBy: readonly SortKey[];
  /** Rows before and after; all up to this one by default where there is an order. */
  readonly rows?: readonly [before: number | null, after: number | null];
  /** How far before and after in the column of the order: numbers, or lengths of time. */
  readonly range?: readonly [before: RangeBound, after: RangeBound];
}

/** How far a window reaches: null for all. */
export type RangeBound = number | string | null;

/** A column to sort by. */
export interface SortKey {
  readonly by: string;
  readonly descending?: boolean;
  /** Where nulls go; default: last. */
  readonly nulls?: "first" | "last";
}

/** The aggregates of groups. */
export type AggregateName =
  | "count"
  | "sum"
  | "mean"
  | "min"
  | "max"
  | "std"
  | "var"
  | "first"
  | "last"
  | "any"
  | "all"
  | "nunique"
  | "median"
  | "quantile"
  | "mode"
  | "list";

/** Names of the columns that an expression reads. */
export function columnsOf(node: ExprNode, into: Set<string> = new Set()): Set<string> {
  switch (node.kind) {
    case "column":
      into.add(node.name);
      break;
    case "call":
    case "aggregate":
      for (const arg of node.args) columnsOf(arg, into);
      break;
    case "cast":
      columnsOf(node.value, into);
      break;
    case "over":
      columnsOf(node.call, into);
      for (const name of node.window.partitionBy) into.add(name);
      for (const { by } of node.window.orderBy) into.add(by);
      break;
    case "sql":
      for (const part of node.parts) if (typeof part !== "string") columnsOf(part, into);
      break;
    case "literal":
      break;
  }
  return into;
}

/** Whether any node of an expression is such. */
export function hasKind(node: ExprNode, kind: ExprNode["kind"]): boolean {
  if (node.kind === kind) return true;
  switch (node.kind) {
    case "call":
    case "aggregate":
      return node.args.some((arg) => hasKind(arg, kind));
    case "cast":
      return hasKind(node.value, kind);
    case "over":
      return hasKind(node.call, kind);
    case "sql":
      return node.parts.some((part) => typeof part !== "string" && hasKind(part, kind));
    default:
      return false;
  }
}

/** The expression with other expressions in place of columns. */
export function substitute(node: ExprNode, columns: ReadonlyMap<string, ExprNode>): ExprNode {
  switch (node.kind) {
    case "column":
      return columns.get(node.name) ?? node;
    case "call":
    case "aggregate":
      return { ...node, args: node.args.map((arg) => substitute(arg, columns)) };
    case "cast":
      return { ...node, value: substitute(node.value, columns) };
    case "sql":
      return {
        ...node,
        parts: node.parts.map((part) =>
          typeof part === "string" ? part : substitute(part, columns),
        ),
      };
    default:
      return node;
  }
}
