// The plan of a table: operations of whole tables, as data, each with the columns of its
// result. lower/ makes layers of them, passes/ rewrites them.
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { QueryScan } from "../../graph/model/query-tables.js";
import type { AggregateName, ExprNode, SortKey } from "../expressions/nodes.js";
import type { Schema } from "../types/table-schema.js";

/** The fields of every operation. */
interface PlanBase {
  /** The columns of the result. */
  readonly schema: Schema;
}

/** Rows of files. */
export interface ScanPlan extends PlanBase {
  readonly op: "scan";
  readonly scan: QueryScan;
  /** All columns of the files: the schema may be some of them. */
  readonly fileSchema: Schema;
  /** A node with one block, that says which runs of bytes begin within quotes. */
  readonly quotes?: LayerNode;
  readonly partitions: number;
  /** Bytes of the files, if these are known. */
  readonly bytes: number;
}

/** Rows are in partitions by the hash of columns: those with equal values of them are in one. */
export interface Placement {
  /** Each as a column, and as what is hashed of it with `?` in its place. */
  readonly keys: readonly (readonly [name: string, hashed: string])[];
}

/** Blocks of a layer: partitions of a table, or lists of records. */
export interface BlocksPlan extends PlanBase {
  readonly op: "blocks";
  readonly node: LayerNode;
  readonly holds?: "records";
  readonly bytes: number;
  readonly placed?: Placement;
}

/** Blocks of arrays, one array for each column. */
export interface ArraysPlan extends PlanBase {
  readonly op: "arrays";
  readonly nodes: readonly LayerNode[];
  readonly bytes: number;
}

/** Columns made of those before. */
export interface ProjectPlan extends PlanBase {
  readonly op: "project";
  readonly input: Plan;
  readonly columns: readonly (readonly [name: string, value: ExprNode])[];
}

/** Rows for which an expression is true. */
export interface FilterPlan extends PlanBase {
  readonly op: "filter";
  readonly input: Plan;
  readonly predicate: ExprNode;
}

/** A column of groups. */
export interface AggregateColumn {
  readonly name: string;
  /** `"call"` where its argument is the whole call of an aggregate. */
  readonly aggregate: AggregateName | "call";
  readonly args: readonly ExprNode[];
}

/** One row for each group of equal keys; without keys one row. */
export interface AggregatePlan extends PlanBase {
  readonly op: "aggregate";
  readonly input: Plan;
  readonly keys: readonly string[];
  readonly outputs: readonly AggregateColumn[];
  readonly partitions?: number;
  /** Groups may come in any order; default: in that of their keys. */
  readonly isUnordered?: true;
}

/** Which rows of two tables make rows of a join. */
export type JoinHow = "inner" | "left" | "right" | "outer" | "semi" | "anti" | "cross";

/** Rows of two tables with equal keys. */
export interface JoinPlan extends PlanBase {
  readonly op: "join";
  readonly left: Plan;
  readonly right: Plan;
  readonly how: JoinHow;
  readonly on: readonly (readonly [left: string, right: string])[];
  /** Columns of the right side in the result: their names there, and before. */
  readonly rightColumns: readonly (readonly [name: string, own: string])[];
  /** Whether each partition reads all of the right side; default: by its size. */
  readonly broadcast?: boolean;
  readonly partitions?: number;
  /** Whether rows of keys with many of them go to several partitions; default: by the sizes. */
  readonly splitHeavyKeys?: boolean;
  /** Keys whose nulls are equal to nulls, by their places in `on`; otherwise they equal nothing. */
  readonly nullsEqual?: readonly number[];
  /** What has to be true besides, of columns of both sides, whose names are all different then. */
  readonly condition?: ExprNode;
  /** Keys of the right side are columns of the result, too, and those of the left as they are. */
  readonly keepsKeys?: true;
}

/** Rows of a table, with a column that says whether another table has rows like them. */
export interface MarkPlan extends PlanBase {
  readonly op: "mark";
  readonly left: Plan;
  /** Its columns have other names than those of the left side. */
  readonly right: Plan;
  /** What the column is called. */
  readonly name: string;
  /** Columns that are the same, or both null. */
  readonly same: readonly (readonly [left: string, right: string])[];
  /** A comparison with any of those rows, in SQL: null where only nulls stand in its way. */
  readonly any?: { readonly left: string; readonly comparison: string; readonly right: string };
}

/** Rows in order. */
export interface SortPlan extends PlanBase {
  readonly op: "sort";
  readonly input: Plan;
  readonly by: readonly SortKey[];
  /** The number of first rows to return. */
  readonly limit?: number;
}

/** The first rows. */
export interface LimitPlan extends PlanBase {
  readonly op: "limit";
  readonly input: Plan;
  readonly count: number;
  readonly offset: number;
}

/** The last rows. */
export interface TailPlan extends PlanBase {
  readonly op: "tail";
  readonly input: Plan;
  readonly count: number;
}

/** One row of those with equal values, of all columns or of some. */
export interface DistinctPlan extends PlanBase {
  readonly op: "distinct";
  readonly input: Plan;
  readonly on?: readonly string[];
}

/** The rows of several tables of equal columns. */
export interface UnionPlan extends PlanBase {
  readonly op: "union";
  readonly inputs: readonly Plan[];
}

/** Columns of window functions beside those before; rows with equal `keys` are seen together. */
export interface WindowPlan extends PlanBase {
  readonly op: "window";
  readonly input: Plan;
  readonly keys: readonly string[];
  readonly columns: readonly (readonly [name: string, value: ExprNode])[];
}

/** The same rows in other partitions. */
export interface RepartitionPlan extends PlanBase {
  readonly op: "repartition";
  readonly input: Plan;
  readonly partitions: number;
  /** Rows with equal values of these go to one partition; default: by turns. */
  readonly by?: readonly string[];
}

/** SQL over each partition of the input, whose table it calls `input`. */
export interface RowsPlan extends PlanBase {
  readonly op: "rows";
  readonly input: Plan;
  /** A description of its effect, for people. */
  readonly word: string;
  readonly sql: string;
  /**
   * Names of the columns that it needs, where all others pass through as they are; default: it
   * needs all.
   */
  readonly reads?: readonly string[];
  /** It goes by the number of the partition, and of the row in it. */
  readonly byPartition?: true;
}

/** A query of several tables, which one task answers. */
export interface QueryPlan extends PlanBase {
  readonly op: "query";
  readonly tables: readonly { readonly name: string; readonly plan: Plan }[];
  readonly sql: string;
  /** Why it is not one operation after another, for people. */
  readonly reason: string;
}

/** The rows of a query in SQL: as operations, and as the query itself. */
export interface SqlPlan extends PlanBase {
  readonly op: "sql";
  /** Operations that give the same rows. */
  readonly input: Plan;
  readonly query: QueryPlan;
}

/** Any operation. */
export type Plan =
  | ScanPlan
  | BlocksPlan
  | ArraysPlan
  | ProjectPlan
  | FilterPlan
  | AggregatePlan
  | JoinPlan
  | MarkPlan
  | SortPlan
  | LimitPlan
  | TailPlan
  | DistinctPlan
  | UnionPlan
  | WindowPlan
  | RepartitionPlan
  | RowsPlan
  | QueryPlan
  | SqlPlan;

/** The operations that one reads. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.op) {
    case "scan":
    case "blocks":
    case "arrays":
      return [];
    case "join":
    case "mark":
      return [plan.left, plan.right];
    case "union":
      return plan.inputs;
    case "query":
      return plan.tables.map((table) => table.plan);
    default:
      return [plan.input];
  }
}

/** The operation with others in place of those that it reads. */
export function withInputs(plan: Plan, inputs: readonly Plan[]): Plan {
  const [first, second] = inputs as readonly [Plan, Plan];
  switch (plan.op) {
    case "scan":
    case "blocks":
    case "arrays":
      return plan;
    case "join":
    case "mark":
      return { ...plan, left: first, right: second };
    case "union":
      return { ...plan, inputs };
    case "query":
      return {
        ...plan,
        tables: plan.tables.map((table, k) => ({ ...table, plan: inputs[k] as Plan })),
      };
    default:
      return { ...plan, input: first };
  }
}
