// Tasks and bytes of many expressions after all passes: a rewrite that gets lost shows in the
// table. The table's expressions are run as they stand there; a line without figures gets them from
// `vitest -u`.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import * as arrays from "../../../src/array/index.js";
import { ChunkedArray, random } from "../../../src/array/index.js";
import { sourceNode } from "../../../src/array/layers/source-layer.js";
import { costOf } from "./plan-cost.js";

const TABLE = "../../fixtures/graph/expressions.txt";

/** Float64 of a file. */
function npy(shape: readonly number[], chunks: readonly number[], number = 1): ChunkedArray {
  const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
  const generator = { type: "npy", path: `/data/${number}.npy`, ...layout } as const;
  return new ChunkedArray(sourceNode("npy", generator, shape, "float64", chunks));
}

const names: Readonly<Record<string, unknown>> = {
  ...arrays,
  npy,
  a: npy([2_000, 2_000], [500, 500]),
  b: npy([2_000, 2_000], [500, 500], 2),
  v: npy([2_000], [500]),
  c: npy([160, 160, 160], [80, 80, 80]),
  drawn: random([2_000, 2_000], { chunks: 500, seed: 1 }),
  list: [5, 3, 1_999, 700, 701],
  square: (y: ChunkedArray) => y.slice(":100").multiply(y.slice("100:200")).sum(),
};

/** The array that an expression of the table makes. */
function arrayOf(expression: string): ChunkedArray {
  const words = new Set(expression.match(/(?<![.\w])[a-z]\w*/g));
  const used = Object.keys(names).filter((name) => words.has(name));
  const make = new Function(...used, `return ${expression};`);
  return make(...used.map((name) => names[name])) as ChunkedArray;
}

it("have as many tasks as the table says, and read as much", async () => {
  const table = readFileSync(fileURLToPath(new URL(TABLE, import.meta.url)), "utf8");
  const lines = table.trimEnd().split("\n");
  const expressions = lines.map((line) => line.replace(/ → .*$/, ""));
  const costs = expressions.map((each) => `${each} → ${costOf(arrayOf(each))}\n`);
  await expect(costs.join("")).toMatchFileSnapshot(TABLE);
});
