// Checks of the parts of bag partitions: the functions and constants that steps name exist, and
// feeds, splits and targets have an entry for each block.
import type { PartitionFeed, PartitionSplit, PartitionTarget } from "../model/partition-steps.js";
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

/** How much of everything a layer of partitions has. */
export interface PartitionLists {
  readonly functions: number;
  readonly constants: number;
  readonly blocks: number;
}

/**
 * Fields that name functions, and those that name constants: see `shifted` in partition-steps.ts.
 */
const FUNCTION_FIELDS = ["function", "key", "otherKey"];
const CONSTANT_FIELDS = ["initial", "default", "otherwise", "table"];

function namesMisfit(part: Readonly<Record<string, unknown>>, lists: PartitionLists): Misfit {
  const { functions, constants } = lists;
  const isThere = (field: string, count: number) =>
    part[field] === undefined || isBelow(part[field], count);
  const odd =
    FUNCTION_FIELDS.find((field) => !isThere(field, functions)) ??
    CONSTANT_FIELDS.find((field) => !isThere(field, constants));
  return odd === undefined
    ? undefined
    : `names ${shown(part[odd])} as its ${odd}, which is not there`;
}

export function stepsMisfit(steps: unknown, lists: PartitionLists): Misfit {
  if (!Array.isArray(steps)) return "it has no list of steps";
  for (const [k, step] of (steps as readonly unknown[]).entries()) {
    if (!isRecord(step) || typeof step.step !== "string") return `step ${k} is none`;
    const misfit = namesMisfit(step, lists);
    if (misfit !== undefined) return `step ${k} ${misfit}`;
  }
  return undefined;
}

export function feedMisfit(feed: PartitionFeed, lists: PartitionLists): Misfit {
  const given: unknown = feed;
  if (!isRecord(given)) return "it has no feed";
  const misfit = namesMisfit(given, lists);
  if (misfit !== undefined) return `its feed ${misfit}`;
  const { blocks } = lists;
  switch (feed.type) {
    case "pieces": {
      const { piece, pieces } = feed;
      const areEven = isColumn(piece, Int32Array, blocks) && isColumn(pieces, Int32Array, blocks);
      return areEven && piece.every((n, k) => isBelow(n, pieces[k] as number))
        ? undefined
        : "its pieces are not among those of its blocks";
    }
    case "range": {
      const { starts, counts, step } = feed;
      const areEven =
        isColumn(starts, Float64Array, blocks) && isColumn(counts, Float64Array, blocks);
      return areEven && counts.every(isCount) && Number.isFinite(step)
        ? undefined
        : "its ranges are not one per block";
    }
    case "text":
      return textMisfit(feed, blocks);
    case "operands":
    case "zip":
    case "product":
    case "accumulate":
      return undefined;
    default:
      return `there is no feed ${shown((feed as PartitionFeed).type)}`;
  }
}

function isColumn<T extends Int32Array | Float64Array>(
  column: unknown,
  type: new (length: number) => T,
  length: number,
): column is T {
  return column instanceof type && column.length === length;
}

function textMisfit(feed: PartitionFeed & { type: "text" }, blocks: number): Misfit {
  const { paths, packings, fileStart, fileOf, from, to } = feed;
  if (!isListOf(paths, isText) || !isListOf(packings, isText) || packings.length !== paths.length) {
    return "its files have no paths or packings";
  }
  const areColumns =
    fileStart instanceof Int32Array &&
    fileOf instanceof Int32Array &&
    [from, to].every((column) => isColumn(column, Float64Array, fileOf.length)) &&
    areStarts(fileStart, blocks, fileOf.length);
  if (!areColumns) return "its files do not come one after another for its blocks";
  return fileOf.every((file) => isBelow(file, paths.length))
    ? undefined
    : "it reads files that it does not name";
}

export function splitMisfit(split: PartitionSplit, lists: PartitionLists): Misfit {
  if (!isRecord(split)) return "it has no split";
  if (!isCount(split.parts) || split.parts === 0)
    return `it is split into ${shown(split.parts)} parts`;
  if (split.by !== "hash" && split.by !== "rank") return `it is split by ${shown(split.by)}`;
  const misfit = namesMisfit(split, lists);
  return misfit === undefined ? undefined : `its split ${misfit}`;
}

export function targetMisfit(target: PartitionTarget, { blocks }: PartitionLists): Misfit {
  const isTarget =
    isRecord(target) &&
    isListOf(target.paths, isText) &&
    target.paths.length === blocks &&
    isText(target.scratch);
  return isTarget ? undefined : `its target does not have a path for each of ${blocks} blocks`;
}
