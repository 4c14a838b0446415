// The methods of tables that are grouped by subject, each group with its text and examples in a
// file. Table extends the class made here.
import { classWithMethods } from "../base/method-chapters.js";
import { TABLE_FUNCTIONS, type TableFunctionMethods } from "./table-functions.js";
import { TableResults } from "./table-results.js";
import { TABLE_SHAPES, type TableShapeMethods } from "./table-shapes.js";
import { TABLE_SUMMARIES, type TableSummaryMethods } from "./table-summaries.js";

/** The methods of tables that are not in the class itself. */
export interface TableMethods<Row extends object>
  extends TableResults<Row>,
    TableSummaryMethods<Row>,
    TableShapeMethods<Row>,
    TableFunctionMethods<Row> {}

/** A class that has all {@link TableMethods}. */
export const TableBase = classWithMethods(
  [TABLE_SUMMARIES, TABLE_SHAPES, TABLE_FUNCTIONS],
  TableResults,
) as unknown as abstract new <Row extends object>(
  plan: never,
) => TableMethods<Row>;
