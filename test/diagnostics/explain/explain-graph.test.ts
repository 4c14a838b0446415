import { expect, it } from "vitest";
import {
  layersText,
  passesText,
  sizeText,
} from "../../../src/diagnostics/explain/explain-graph.js";
import { gridText } from "../../../src/graph/model/describe-layer.js";
import { graphBelow } from "../../../src/graph/model/layer-graph.js";
import { explainPasses, type PassEffect } from "../../../src/graph/passes/optimize.js";
import { blocks, elementwise, reduce, source, transpose } from "../../graph/example-layers.js";

it("explains (x + xᵀ).mean()", () => {
  const x = source([blocks(4, 1_000), blocks(4, 1_000)]);
  const graph = graphBelow([reduce(elementwise("add", x, transpose(x)), "mean")]);
  const effects = explainPasses(graph);
  const parts = [
    sizeText(effects),
    "",
    passesText(effects),
    layersText(effects.at(-1) as PassEffect),
  ];
  const text = parts.join("\n").replaceAll(/-[0-9a-f]{7}\b/g, "-0000000");
  expect(text).toBe(`6 layers and 69 tasks as built, 3 layers and 14 tasks to run

pass              layers  tasks    bytes
given                  6     69  366 MiB
fuseBlockwise          5     53  244 MiB
fuseReductions         4     37  122 MiB
drawInside             3     21    168 B
mirrorReductions       3     14    112 B

fuseBlockwise
  - transpose: blockwise, 4,000 × 4,000, 4 × 4 of 1,000 × 1,000
  - add: blockwise, 4,000 × 4,000, 4 × 4 of 1,000 × 1,000
  + add-transpose: blockwise, 4,000 × 4,000, 4 × 4 of 1,000 × 1,000

fuseReductions
  - add-transpose: blockwise, 4,000 × 4,000, 4 × 4 of 1,000 × 1,000
  - mean-partial: blockwise + partial mean, 4 × 4, 4 × 4 of 1 × 1
  + mean-partial-add-transpose: blockwise + partial mean, 4 × 4, 4 × 4 of 1 × 1

drawInside
  - random: source (uniform), 4,000 × 4,000, 4 × 4 of 1,000 × 1,000
  - mean-partial-add-transpose: blockwise + partial mean, 4 × 4, 4 × 4 of 1 × 1
  + mean-partial-add-transpose-random: blockwise + partial mean, 4 × 4, 4 × 4 of 1 × 1

mirrorReductions
  - mean: tree mean (inner), 2 × 2, 2 × 2 of 1 × 1
  - mean: tree mean, scalar, 1 block
  + mean: tree mean (inner), mirrored, 2 × 2, 2 × 2 of 1 × 1
  + mean: tree mean, mirrored, scalar, 1 block

layer (* output)                           kind                         shape   blocks          dtype    tasks
mean-partial-add-transpose-random-0000000  blockwise + partial mean     4 × 4   4 × 4 of 1 × 1  float64     10
mean-0000000                               tree mean (inner), mirrored  2 × 2   2 × 2 of 1 × 1  float64      3
mean-0000000 *                             tree mean, mirrored          scalar  1 block         float64      1
`);
});

it("says so where no pass changed anything", () => {
  const effects = explainPasses(graphBelow([source([blocks(4, 10)])]));
  expect(passesText(effects)).toBe("no pass found anything to change\n");
});

it("sums grids up", () => {
  expect(gridText([])).toBe("1 block");
  expect(gridText([[5, 5, 2]])).toBe("3 of 5");
  expect(gridText([[2, 5, 5], [4]])).toBe("3 × 1 of 2–5 × 4");
});
