// Compiled loops: the function of one program over strided arrays, for one shape of loop. Its cache
// key contains everything that its text depends on, so that equal work is written and compiled
// once. Which axes are walked how is loop-plan.ts, the text itself loop-writer.ts.
import type { DType, TypedArray } from "../../base/dtype.js";
import { Recent } from "../../base/recent.js";
import { ROW_TILE } from "./loop-plan.js";
import type { LoopSpec } from "./loop-spec.js";
import { LoopWriter } from "./loop-writer.js";
import { programKey } from "./program-constants.js";
import type { ReduceCode } from "./reduce-code.js";
import { scalarLibrary } from "./scalar-code.js";

/** A compiled loop. Streams are numbered as in the plan; counted streams have no data. */
export type LoopFunction = (
  extents: readonly number[],
  strides: readonly (readonly number[])[],
  starts: readonly number[],
  data: readonly TypedArray[],
  tile: number,
  /** Elements that go into one result. */
  count: number,
  /** Distance between the fields of a state. */
  fieldStride: number,
  constants: Float64Array,
) => void;

const COMPILED_MAX = 2000;
const compiled = new Recent<string, LoopFunction>(COMPILED_MAX);

/** Rows in which values gather, by their dtype; the second half is for imaginary parts. */
const makeRows = () => ({
  float64: new Float64Array(2 * ROW_TILE),
  int64: new BigInt64Array(ROW_TILE),
  uint64: new BigUint64Array(ROW_TILE),
});
const rows = makeRows();
const totals = makeRows();
/** Where functions of complex numbers leave their results. */
const cell = new Float64Array(2);

/** The function of `spec`, compiled once and cached. */
export function compileLoop(spec: LoopSpec): LoopFunction {
  const key = loopKey(spec);
  return compiled.get(key) ?? compiled.set(key, compile(spec));
}

function compile(spec: LoopSpec): LoopFunction {
  const [row, total] = rowDTypes(spec.reduce?.code);
  const text = new LoopWriter(spec).write();
  // The first line separates code that V8 would share by its text: each function should see one
  // kind of array.
  const body = `"use strict"; // ${spec.dtypes.join(", ")} | ${row}, ${total}\n${text}`;
  const make = new Function("lib", "row", "totals", "z", body);
  return make(scalarLibrary, rows[row], totals[total], cell) as LoopFunction;
}

function loopKey({ program, constants, shape, dtypes, positionStreams, reduce }: LoopSpec): string {
  const { gathering, outerKept, outerReduced, paired, transposed, inner, pair, sameAs } = shape;
  const walk = `${gathering} ${outerKept} ${outerReduced} ${paired} ${transposed}`;
  const streams = `${dtypes}|${inner}|${pair}|${sameAs}|${[...positionStreams]}`;
  return `${walk}|${streams}|${reduce?.key}|${programKey(program, constants)}`;
}

type RowDType = keyof typeof rows;

/** The dtypes of the row in which a reduction's values gather, and of that for totals or places. */
function rowDTypes(code: ReduceCode | undefined): readonly [RowDType, RowDType] {
  const rowOf = (dtype: DType) => (dtype === "int64" || dtype === "uint64" ? dtype : "float64");
  if (code === undefined) return ["float64", "float64"];
  const total = code.type === "fold" ? (code.total ?? "float64") : "float64";
  return [rowOf(code.register), rowOf(total)];
}
