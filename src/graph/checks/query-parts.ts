// The parts of queries of tables: the tables that they read, and how their results are cut into
// parts.
import type { QueryLayer } from "../model/layer.js";
import type { QueryColumn, QueryScan, QueryTable } from "../model/query-tables.js";
import {
  areStarts,
  isBelow,
  isCount,
  isListOf,
  isRecord,
  isText,
  type Misfit,
  shown,
} from "./fits.js";

export function tablesMisfit(tables: readonly QueryTable[], blocks: number): Misfit {
  if (!isListOf(tables, isRecord)) return "it has no list of tables";
  for (const { name, columns, scan } of tables) {
    if (!isText(name)) return "it reads a table without a name";
    if (!isListOf(columns, isColumn)) return `table ${name} has no columns with types`;
    const misfit = scan === undefined ? undefined : scanMisfit(scan, blocks);
    if (misfit !== undefined) return `of table ${name} ${misfit}`;
  }
  return undefined;
}

function isColumn(column: unknown): column is QueryColumn {
  return isListOf(column, isText) && (column as readonly string[]).length === 2;
}

function scanMisfit(scan: QueryScan, blocks: number): Misfit {
  if (!isRecord(scan)) return "the files are none";
  const { format, paths, fileStart, fileOf, from, to } = scan;
  if (!["csv", "ndjson", "parquet"].includes(format)) return `the format is ${shown(format)}`;
  if (!isListOf(paths, isText)) return "the files have no paths";
  const areColumns =
    fileStart instanceof Int32Array &&
    fileOf instanceof Int32Array &&
    [from, to].every((column) => column instanceof Float64Array && column.length === fileOf.length);
  if (!areColumns || !areStarts(fileStart, blocks, fileOf.length)) {
    return "the files do not come one after another for its blocks";
  }
  return fileOf.every((file) => isBelow(file, paths.length))
    ? undefined
    : "files are read that are not named";
}

export function partsMisfit(split: NonNullable<QueryLayer["split"]>): Misfit {
  if (!isRecord(split) || !isText(split.by)) return "it does not say by what it is split";
  return isCount(split.parts) && split.parts > 0
    ? undefined
    : `it is split into ${shown(split.parts)} parts`;
}
