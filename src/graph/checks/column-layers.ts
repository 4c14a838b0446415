// Layers that list the operands of each block in columns: calls, and partitions of bags and tables.
import { DTYPES } from "../../base/dtype.js";
import { blockCount } from "../model/chunks.js";
import type { CallsLayer, Layer, PartitionsLayer, QueryLayer } from "../model/layer.js";
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
import { feedMisfit, splitMisfit, stepsMisfit, targetMisfit } from "./partition-parts.js";
import { partsMisfit, tablesMisfit } from "./query-parts.js";

/**
 * Describes the mistake in a layer of calls.
 *
 * @param inputs without them it is not looked at which blocks they read
 */
export function callsMisfit(layer: CallsLayer, inputs?: readonly Layer[]): Misfit {
  const { chunks, functions, functionOf, argumentStart, argumentEnd, timeLimitMs } = layer;
  if (layer.dtype !== "uint8" || layer.holds !== "values") return "its blocks are no values";
  const calls = chunks[0]?.length ?? -1;
  if (chunks.length !== 1) return `calls have one axis, and it has ${chunks.length}`;
  if (!isListOf(functions, isRecord)) return "it has no list of functions";
  if (!(functionOf instanceof Int32Array) || functionOf.length !== calls) {
    return `it does not name a function for each of ${calls} calls`;
  }
  if (!functionOf.every((at) => isBelow(at, functions.length))) {
    return `it calls functions that are not among its ${functions.length}`;
  }
  if (!(layer.arguments instanceof Uint8Array)) return "it has no arguments";
  const { byteLength } = layer.arguments;
  const areColumns = [argumentStart, argumentEnd].every(
    (column) => column instanceof Float64Array && column.length === calls,
  );
  const areWithin =
    areColumns &&
    argumentStart.every((start, call) => {
      const end = argumentEnd[call];
      return isCount(start) && isCount(end) && start <= end && end <= byteLength;
    });
  if (!areWithin) return `its calls' arguments are not among ${byteLength} bytes`;
  if (timeLimitMs !== undefined && !(timeLimitMs > 0))
    return `its time limit is ${shown(timeLimitMs)}`;
  return operandMisfit(layer, calls, inputs);
}

export function partitionsMisfit(layer: PartitionsLayer, inputs: readonly Layer[]): Misfit {
  const { chunks, functions, constants, array, sideCounts, dtype } = layer;
  if (chunks.length !== 1) return `partitions have one axis, and it has ${chunks.length}`;
  const blocks = (chunks[0] as readonly number[]).length;
  if (array !== undefined && (array !== dtype || !Object.hasOwn(DTYPES, array))) {
    return `it makes arrays of ${shown(array)}, and its blocks are ${dtype}`;
  }
  if (!isListOf(functions, isRecord)) return "it has no list of functions";
  if (!isListOf(constants, isBytes)) return "it has no list of constants";
  const lists = { functions: functions.length, constants: constants.length, blocks };
  return (
    stepsMisfit(layer.steps, lists) ??
    feedMisfit(layer.feed, lists) ??
    (layer.split === undefined ? undefined : splitMisfit(layer.split, lists)) ??
    (layer.target === undefined ? undefined : targetMisfit(layer.target, lists)) ??
    operandMisfit(layer, blocks, inputs) ??
    (sideCounts === undefined ? undefined : sideMisfit(layer, sideCounts))
  );
}

export function queryMisfit(layer: QueryLayer, inputs: readonly Layer[]): Misfit {
  const { chunks, sql, before, tables, split, operandInput, operandTable } = layer;
  if (chunks.length !== 1) return `partitions have one axis, and it has ${chunks.length}`;
  const blocks = (chunks[0] as readonly number[]).length;
  if (!isText(sql)) return "it has no query";
  if (before !== undefined && !isText(before)) return "what runs before it is no statement";
  return (
    tablesMisfit(tables, blocks) ??
    (split === undefined ? undefined : partsMisfit(split)) ??
    endingMisfit(layer) ??
    operandMisfit(layer, blocks, inputs) ??
    (operandTable instanceof Int32Array &&
    operandTable.length === operandInput.length &&
    operandTable.every((table) => isBelow(table, tables.length))
      ? undefined
      : "it does not name a table for each operand") ??
    (operandInput.every((input) => input < layer.inputs.length)
      ? undefined
      : "it reads blocks of its own")
  );
}

/** The destination of a query's rows. */
function endingMisfit({ gives, target }: QueryLayer): Misfit {
  if (gives !== undefined && gives !== "records" && gives !== "numbers") {
    return `it gives ${shown(gives)}`;
  }
  if (target === undefined) return undefined;
  const isPlace =
    isRecord(target) &&
    isText(target.folder) &&
    isText(target.ending) &&
    isListOf(target.partitionBy, isText) &&
    isListOf(target.options, isText) &&
    (target.sign === undefined || isText(target.sign));
  return isPlace ? undefined : "its target is no folder";
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

/** The columns that list the operands of each block. */
function operandMisfit(
  layer: CallsLayer | PartitionsLayer | QueryLayer,
  blocks: number,
  inputs: readonly Layer[] | undefined,
): Misfit {
  const { operandStart, operandInput, operandBlock } = layer;
  const columns = [operandStart, operandInput, operandBlock];
  if (!columns.every((column) => column instanceof Int32Array))
    return "it has no columns of operands";
  const count = operandInput.length;
  if (operandBlock.length !== count) return "its columns of operands differ in length";
  if (!areStarts(operandStart, blocks, count))
    return `its operands do not begin one after another for ${blocks} blocks`;
  return readMisfit(layer, inputs);
}

function readMisfit(
  {
    inputs: names,
    operandStart,
    operandInput,
    operandBlock,
  }: CallsLayer | PartitionsLayer | QueryLayer,
  inputs: readonly Layer[] | undefined,
): Misfit {
  const counts = inputs?.map(({ chunks }) => blockCount(chunks));
  for (let block = 0; block + 1 < operandStart.length; block++) {
    const end = operandStart[block + 1] as number;
    for (let k = operandStart[block] as number; k < end; k++) {
      const input = operandInput[k] as number;
      const read = operandBlock[k] as number;
      if (!isBelow(input, names.length + 1))
        return `block ${block} reads input ${input} of ${names.length}`;
      if (input === names.length) {
        if (!isBelow(read, block))
          return `block ${block} reads block ${read} of its own layer, which is not before it`;
      } else if (!isBelow(read, counts?.[input] ?? Number.POSITIVE_INFINITY)) {
        return `block ${block} reads block ${read} of ${counts?.[input]} of input ${input}`;
      }
    }
  }
  return undefined;
}

/** The last operands of a block that are no elements are among its operands. */
function sideMisfit({ operandStart }: PartitionsLayer, sideCounts: unknown): Misfit {
  const areCounts =
    sideCounts instanceof Int32Array &&
    sideCounts.length === operandStart.length - 1 &&
    sideCounts.every(
      (count, k) =>
        count >= 0 && count <= (operandStart[k + 1] as number) - (operandStart[k] as number),
    );
  return areCounts ? undefined : "it has other side operands than operands";
}
