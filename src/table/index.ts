// The public names of tables.
export { type FromRecordsOptions, fromRecords } from "./create-table.js";
export { col, count, lit, rank, rowNumber, when } from "./expressions/column-functions.js";
export {
  type AggregateExpr,
  type ColumnValue,
  type ColumnWindow,
  Expr,
  type SortBy,
} from "./expressions/expr.js";
export type { AggregateName, Literal, RangeBound } from "./expressions/nodes.js";
export { type FromArrowOptions, fromArrow } from "./from-arrow.js";
export { type FromBagOptions, fromArrays, fromBag } from "./from-collections.js";
export { type ColumnData, fromColumns } from "./from-columns.js";
export { GroupedTable, type GroupOptions } from "./grouped-table.js";
export type { JoinHow } from "./plan/plan.js";
export type {
  ToCsvOptions,
  ToNdjsonOptions,
  ToParquetOptions,
  WriteOptions,
} from "./results/write-options.js";
export { registerTable, sql } from "./sql/sql.js";
export { type SelectionOf, Table } from "./table.js";
export type { RowObject, RowsOptions } from "./table-functions.js";
export type { ShowOptions } from "./table-results.js";
export type { PivotOptions, UnpivotOptions } from "./table-shapes.js";
export type { ColumnDescription } from "./table-summaries.js";
export type {
  AggregateValue,
  AnyRow,
  CheckedAggregations,
  ColumnName,
  FlatRow,
  Intersection,
  Joined,
  LeftKeys,
  ListElement,
  NumberColumn,
  OnOf,
  Replaced,
  SharedKeys,
  SuffixOf,
  UnionToIntersection,
  ValueOf,
} from "./table-types.js";
export type { ColumnOptions } from "./to-collections.js";
export type { ArrowTable } from "./types/any-arrow.js";
export type { ColumnType, PlainColumnType } from "./types/column-types.js";
export type { Aggregations } from "./verbs/groups.js";
export type { JoinOptions } from "./verbs/joins.js";
