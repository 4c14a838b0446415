// Partitions of bags: takes elements from operands, ranges and files, pushes them through the
// layer's steps, and encodes the result. The steps are kernels/bag/; text-feed.ts reads text.

import { defined } from "../../base/assert.js";
import { type Block, contiguousBlock } from "../../base/block.js";
import { type DType, type Scalar, type TypedArray, typedArrayDType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import type { PartitionsLayer } from "../../graph/model/layer.js";
import { wordOf } from "../../graph/model/naming.js";
import type {
  PartitionSplit,
  PartitionTarget,
  TextFeed,
} from "../../graph/model/partition-steps.js";
import { EVERY_PART, partOf } from "../../kernels/bag/part-of.js";
import { pipeline } from "../../kernels/bag/pipeline.js";
import { pushAll, type Sink, type StepContext } from "../../kernels/bag/sink.js";
import type { Allocate, DynamicResult } from "../../kernels/blocks/kernel.js";
import { fillElements } from "../../kernels/blocks/scalar-values.js";
import { copyBlock } from "../../kernels/programs/copy-block.js";
import { buildShipped } from "../../shipping/ship-function.js";
import { columnsOfRecords, plainColumns } from "../../shipping/values/packed-rows.js";
import {
  packRows,
  packValue,
  prepareUnpack,
  unpackValue,
} from "../../shipping/values/value-bytes.js";
import { ASYNC_SUPPORT } from "./async-elements.js";
import type { CallKernel } from "./call-kernel.js";

/** The kernel of a layer of partitions. */
export function partitionsKernel(layer: PartitionsLayer): CallKernel {
  const primitives = new Map<number, unknown>();
  const constantAt = (position: number): unknown => {
    if (primitives.has(position)) return primitives.get(position);
    const value = unpackValue(constantBytes(position));
    // Functions may write to objects, which the next partition must not see.
    if (typeof value !== "object" || value === null) primitives.set(position, value);
    return value;
  };
  const constantBytes = (position: number) =>
    defined(layer.constants[position], "a constant of a bag's layer");
  const functionAt = (position: number) =>
    buildShipped(defined(layer.functions[position], "a function of a bag's layer"));
  return (block, operands, allocate) => {
    const run = (): DynamicResult | Promise<DynamicResult> => {
      const lists = new Operands(layer, block, operands);
      const context: StepContext = {
        block,
        name: wordOf(layer.name),
        functionAt,
        constantAt,
        later: ASYNC_SUPPORT,
        packedBytes: (elements) => packValue(elements).byteLength,
        side: lists.side,
      };
      const numbers = plainNumbers(layer, lists);
      if (numbers !== undefined) return { block: numbersBlock(numbers, allocate) };
      const output = outputOf(layer, context);
      const waiting = feed(layer, pipeline(layer.steps, output.sink, context), lists, context);
      return waiting === undefined
        ? output.finish(allocate)
        : waiting.then(() => output.finish(allocate));
    };
    const waits = [
      ...layer.constants.map(prepareUnpack),
      ...operands.map((operand) =>
        bytesOf(operand).length > 0 ? prepareUnpack(bytesOf(operand)) : undefined,
      ),
    ].filter((wait) => wait !== undefined);
    return waits.length === 0 ? run() : Promise.all(waits).then(run);
  };
}

function bytesOf({ data, offset, shape }: Block): Uint8Array {
  return (data as Uint8Array).subarray(offset, offset + (shape[0] ?? 0));
}

/** The operands of a block, unpacked on first use. */
class Operands {
  readonly side: readonly unknown[];
  readonly count: number;
  readonly #operands: readonly Block[];

  constructor({ sideCounts }: PartitionsLayer, block: number, operands: readonly Block[]) {
    const sides = sideCounts?.[block] ?? 0;
    this.count = operands.length - sides;
    this.#operands = operands;
    this.side = operands.slice(this.count).flatMap(listOf);
  }

  list(k: number): unknown[] {
    return listOf(defined(this.#operands[k], "an operand of a bag's block"));
  }
}

/** A part of a block may have no bytes: then nothing went there. */
function listOf(block: Block): unknown[] {
  const bytes = bytesOf(block);
  return bytes.length === 0 ? [] : (unpackValue(bytes) as unknown[]);
}

/** Pushes all elements of a block, and their end; a promise where they have to be waited for. */
function feed(
  layer: PartitionsLayer,
  sink: Sink,
  lists: Operands,
  context: StepContext,
): Promise<void> | undefined {
  const { feed: from } = layer;
  const { block } = context;
  switch (from.type) {
    case "operands":
      for (let k = 0; k < lists.count; k++) if (pushAll(lists.list(k), sink) === true) break;
      break;
    case "zip":
      pushAll(zipped(lists), sink);
      break;
    case "product":
      pushAll(product(lists.list(0), lists.list(1)), sink);
      break;
    case "pieces": {
      const list = lists.list(0);
      const each = list.length / (from.pieces[block] as number);
      const piece = from.piece[block] as number;
      const isLast = piece + 1 === from.pieces[block];
      pushAll(
        list.slice(Math.floor(each * piece), isLast ? undefined : Math.floor(each * (piece + 1))),
        sink,
      );
      break;
    }
    case "range":
      pushRange(from.starts[block] as number, from.step, from.counts[block] as number, sink);
      break;
    case "accumulate":
      accumulate(from, lists, context, sink);
      break;
    case "text":
      return feedText(from, context, sink);
  }
  return sink.end();
}

function pushRange(start: number, step: number, count: number, sink: Sink): void {
  for (let i = 0; i < count; i++) if (sink.push(start + step * i) === true) return;
}

function* zipped(lists: Operands): Generator<unknown[]> {
  const columns = Array.from({ length: lists.count }, (_, k) => lists.list(k));
  const length = Math.min(...columns.map((column) => column.length));
  for (let i = 0; i < length; i++) yield columns.map((column) => column[i]);
}

function* product(rows: readonly unknown[], columns: readonly unknown[]): Generator<unknown[]> {
  for (const row of rows) for (const column of columns) yield [row, column];
}

function accumulate(
  from: Extract<PartitionsLayer["feed"], { type: "accumulate" }>,
  lists: Operands,
  { side, block, functionAt, constantAt }: StepContext,
  sink: Sink,
): void {
  const f = functionAt(from.function);
  const isFirst = block === 0 && from.initial !== undefined;
  let states = isFirst ? [constantAt(from.initial as number)] : [...side];
  if (isFirst && from.only === "results") sink.push(states[0]);
  for (const element of lists.list(0)) {
    states = [states.length === 0 ? element : f(states[0], element)];
    if (from.only === "results" && sink.push(states[0]) === true) return;
  }
  if (from.only === "state") pushAll(states, sink);
}

/** The reader is loaded by the first task that needs it: every thread starts without. */
async function feedText(from: TextFeed, { block, side }: StepContext, sink: Sink): Promise<void> {
  const { pushText } = await import("../../formats/text-feed.js");
  await pushText(from, block, side, sink);
  await sink.end();
}

/** The end of a pipeline, and the block that it makes. */
interface Output {
  readonly sink: Sink;
  readonly finish: (allocate: Allocate) => DynamicResult | Promise<DynamicResult>;
}

function outputOf(layer: PartitionsLayer, context: StepContext): Output {
  const { split, single, array, target } = layer;
  if (split !== undefined) return partsOutput(split, context);
  const elements: unknown[] = [];
  if (array !== undefined) return arrayOutput(array, elements, context);
  if (target !== undefined) return fileOutput(target, elements, context);
  return {
    sink: collector(elements),
    finish(allocate) {
      if (single !== undefined && elements.length === 0) {
        throw new ArgumentError("value", `${single} of a bag without elements`);
      }
      const rows = single === undefined ? rowsOf(layer, elements) : undefined;
      if (rows !== undefined) return { block: bytesBlock(rows, allocate) };
      const value = single === undefined ? elements : elements[0];
      return { block: packed(value, context.name, allocate) };
    },
  };
}

/**
 * The one typed array that becomes a block of numbers without a copy; undefined for lists of
 * elements.
 */
function plainNumbers(layer: PartitionsLayer, lists: Operands): TypedArray | undefined {
  const isPlain = layer.array !== undefined && layer.steps.length === 0 && lists.count === 1;
  if (!isPlain || layer.feed.type !== "operands") return undefined;
  const value: unknown = lists.list(0);
  return ArrayBuffer.isView(value) && typedArrayDType(value) !== undefined
    ? (value as TypedArray)
    : undefined;
}

function numbersBlock(numbers: TypedArray, allocate: Allocate): Block {
  const output = allocate([numbers.length]);
  const dtype = defined(typedArrayDType(numbers), "the dtype of a typed array");
  copyBlock(contiguousBlock(dtype, numbers, [numbers.length]), output);
  return output;
}

/** Elements as a block of an array. */
function arrayOutput(dtype: DType, elements: unknown[], { name, block }: StepContext): Output {
  return {
    sink: collector(elements),
    finish(allocate) {
      const wrong = elements.findIndex((element) => !isScalar(element));
      if (wrong >= 0) {
        throw new ArgumentError(
          "value",
          `${name}: element ${wrong} of partition ${block} is ${kindOf(elements[wrong])}: expected a ` +
            `number for an array of ${dtype}`,
        );
      }
      const output = allocate([elements.length]);
      elements.forEach((element, at) => void fillElements(output, element as Scalar, at, 1));
      return { block: output };
    },
  };
}

function isScalar(value: unknown): value is Scalar {
  return ["number", "bigint", "boolean"].includes(typeof value);
}

/** Elements as lines of a file. */
function fileOutput(target: PartitionTarget, lines: unknown[], context: StepContext): Output {
  return {
    sink: collector(lines),
    async finish(allocate) {
      const { writeLines } = await import("../../formats/text/write-lines.js");
      const path = defined(target.paths[context.block], "a path for each partition");
      await writeLines(path, target, lines);
      return { block: packed([path], context.name, allocate) };
    },
  };
}

function partsOutput(split: PartitionSplit, context: StepContext): Output {
  const parts = Array.from({ length: split.parts }, () => [] as unknown[]);
  const partNumber = partOf(split, context);
  return {
    sink: {
      push(element) {
        const part = partNumber(element);
        if (part !== EVERY_PART) (parts[part] as unknown[]).push(element);
        else for (const one of parts) one.push(element);
        return undefined;
      },
      end: () => undefined,
    },
    finish(allocate) {
      const pieces = parts.map((part) => (part.length === 0 ? EMPTY : pack(part, context.name)));
      const partStarts: number[] = [];
      let length = 0;
      for (const piece of pieces) {
        partStarts.push(length);
        length += piece.byteLength;
      }
      const block = allocate([length]);
      pieces.forEach((piece, k) => {
        (block.data as Uint8Array).set(piece, partStarts[k]);
      });
      return { block, partStarts };
    },
  };
}

const EMPTY = new Uint8Array(0);

function collector(elements: unknown[]): Sink {
  return {
    push(element) {
      elements.push(element);
      return undefined;
    },
    end: () => undefined,
  };
}

function pack(value: unknown, name: string): Uint8Array {
  return packValue(value, `an element that ${name} made`);
}

function packed(value: unknown, name: string, allocate: Allocate): Block {
  return bytesBlock(pack(value, name), allocate);
}

/** Rows of a table whose columns are known, packed as these. */
function rowsOf({ steps }: PartitionsLayer, elements: readonly unknown[]): Uint8Array | undefined {
  const last = steps.at(-1);
  if (last?.step !== "records" || last.columns === undefined) return undefined;
  const rows = plainColumns(
    last.columns,
    columnsOfRecords(last.columns, elements as readonly object[]),
  );
  return rows === undefined ? undefined : packRows(rows);
}

function bytesBlock(bytes: Uint8Array, allocate: Allocate): Block {
  const block = allocate([bytes.byteLength]);
  (block.data as Uint8Array).set(bytes);
  return block;
}
