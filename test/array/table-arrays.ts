// Arrays as the tables of cases describe them, and what is counted and read about results.
import { expect } from "vitest";
import {
  type ChunkedArray,
  type ComputedValue,
  compute,
  fromArray,
} from "../../src/array/index.js";
import { type DType, isComplexValue } from "../../src/base/dtype.js";
import { type Chunks, sizeOf } from "../../src/graph/model/chunks.js";
import { graphBelow, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import { expandLayers } from "../../src/graph/tasks/expand.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { scalarOf } from "../kernels/numeric-cases.js";

/** A number of a table; those that JSON lacks are strings, complex ones are pairs. */
export type TableNumber = number | boolean | string | readonly [TableNumber, TableNumber];

/** The JavaScript number that a table means. */
export function numberOf(value: TableNumber): number {
  if (value === "inf") return Infinity;
  if (value === "-inf") return -Infinity;
  return Number(value); // "nan" and "-0", too
}

/** An array with the values of a table. */
export function tableArray(
  values: readonly TableNumber[],
  dtype: DType,
  shape: readonly number[],
  chunks: Chunks | "auto" = "auto",
): ChunkedArray {
  const data = values.map((value) => scalarOf(dtype, value));
  return fromArray({ data, shape }, { dtype, chunks });
}

/** 0, 1, 2, … in row-major order. */
export function countingArray(
  shape: readonly number[],
  chunks: Chunks,
  dtype: DType = "int32",
): ChunkedArray {
  const values = Float64Array.from({ length: sizeOf(shape) }, (_, i) => i);
  return fromArray(values, { shape, chunks, dtype });
}

/**
 * The elements of `x` in row-major order, computed one task after the other; complex ones as parts.
 */
export async function valuesOf(x: ChunkedArray, optimizeGraph = true): Promise<number[]> {
  return (await elementsOf(x, optimizeGraph)).map(Number);
}

/** The same of several arrays, computed together. */
export async function valuesOfAll(arrays: readonly ChunkedArray[]): Promise<number[][]> {
  const values = await compute(...arrays, { executor: new SerialExecutor() });
  return values.map((value) => elementsIn(value).map(Number));
}

/** As {@link valuesOf}, where 64-bit integers are BigInts. */
export async function elementsOf(
  x: ChunkedArray,
  optimizeGraph = true,
): Promise<(number | bigint)[]> {
  return elementsIn(await x.compute({ executor: new SerialExecutor(), optimizeGraph }));
}

function elementsIn(value: ComputedValue<DType, number>): (number | bigint)[] {
  if (isComplexValue(value)) return [value.re, value.im];
  if (typeof value === "object") return Array.from<number | bigint>(value.data);
  return [typeof value === "bigint" ? value : Number(value)];
}

/** Tasks that compute `x`, without passes and without those that make source blocks. */
export function tasksOf(x: ChunkedArray): number {
  const graph = graphBelow([x.node]);
  const table = expandLayers(layersOf(graph), outputsOf(graph));
  let tasks = 0;
  for (const layer of table.layerOf) if (table.layers[layer]?.kind !== "source") tasks++;
  return tasks;
}

/** Elements of the largest block of `x`. */
export function largestBlock(x: ChunkedArray): number {
  return x.chunks.reduce((elements, axis) => elements * Math.max(...axis), 1);
}

/** One block per axis, blocks of one element, and a few ways between. */
export function chunkings(shape: readonly number[]): Chunks[] {
  const cut = (length: number, block: number) =>
    length === 0
      ? [0]
      : Array.from({ length: Math.ceil(length / block) }, (_, i) =>
          Math.min(block, length - i * block),
        );
  return [
    shape.map((length) => [length]),
    shape.map((length) => cut(length, 1)),
    shape.map((length) => cut(length, 2)),
    shape.map((length, axis) => cut(length, axis % 2 === 0 ? 3 : Math.max(1, length - 1))),
  ];
}

/**
 * Holds `values` to `wanted`: to `tolerance` of the largest of them, and exactly where not finite.
 */
export function expectClose(
  values: readonly number[],
  wanted: readonly number[],
  tolerance: number,
  what: string,
): void {
  expect(values.length, what).toBe(wanted.length);
  const scale = Math.max(0, ...wanted.filter(Number.isFinite).map(Math.abs));
  // One expectation at most: each takes more time than what it checks.
  const isClose = (value: number, expected: number) =>
    Number.isFinite(expected)
      ? Math.abs(value - expected) <= tolerance * scale
      : Object.is(value, expected);
  const wrong = values.findIndex((value, i) => !isClose(value, wanted[i] as number));
  if (wrong !== -1) expect.fail(`${values[wrong]} for ${wanted[wrong]} in ${what}`);
}
