// The groups of labels that are computed: the position of each among those that were expected.
import type { TypedArray } from "../../base/dtype.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { rowsAlong } from "./group-rows.js";

/** Whole labels below this are looked up in a table. */
const TABLE_MAX = 2 ** 16;

export const groupCodes: RoutineCompiler<"groupCodes"> = ({ labels }) => {
  const codeOf = labels.every(isSmall) ? byTable(labels) : byMap(labels);
  return (operands, output) => {
    const { data, start, inner } = rowsAlong(operandOf(operands, 0), 0, 0);
    const codes = output.data as Int32Array;
    for (let i = 0; i < inner; i++) codes[output.offset + i] = codeOf(data, start + i);
  };
};

type Lookup = (data: TypedArray, at: number) => number;

function isSmall(label: number): boolean {
  return Number.isInteger(label) && label >= 0 && label < TABLE_MAX;
}

function byTable(labels: Float64Array): Lookup {
  const table = new Int32Array(labels.reduce((most, label) => Math.max(most, label), 0) + 1);
  table.fill(-1);
  labels.forEach((label, code) => {
    table[label] = code;
  });
  return (data, at) => table[Number(data[at])] ?? -1;
}

function byMap(labels: Float64Array): Lookup {
  const codes = new Map(Array.from(labels, (label, code) => [label, code]));
  return (data, at) => codes.get(Number(data[at])) ?? -1;
}
