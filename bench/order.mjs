// How long does ordering a graph take, and how much of its results does the order hold at once?
// node bench/order.mjs [blocks a side]

import { finish } from "../dist/base/sliced.js";
import { graphBelow, layersOf, outputsOf } from "../dist/graph/model/layer-graph.js";
import { optimize } from "../dist/graph/passes/optimize.js";
import { expandLayers } from "../dist/graph/tasks/expand.js";
import { orderTasks } from "../dist/graph/tasks/order.js";
import { livePeak, orderGraph } from "../dist/graph/tasks/order-graph.js";
import { random } from "../dist/index.js";

const side = Number(process.argv[2] ?? 650);

function cpuMs(job) {
  const start = process.cpuUsage();
  const result = job();
  const { user, system } = process.cpuUsage(start);
  return { result, ms: (user + system) / 1000 };
}

const x = random([side, side], { chunks: 1, seed: 1 });
const y = random([side, side], { chunks: 1, seed: 2 });
const graphs = {
  "(x + xᵀ).mean(), optimised": [x.add(x.transpose()).mean(), true],
  "(x + xᵀ).mean(), as written": [x.add(x.transpose()).mean(), false],
  "(x − x.mean(0)).std(0)": [x.subtract(x.mean(0)).std(0), true],
  "(x · y).sum()": [x.multiply(y).sum(), true],
  "x.sum(), pairs": [x.sum(null, { splitEvery: 2 }), true],
};
console.log("graph                             tasks   expand ms   order ms   µs/task  peak MB");
for (const [name, [array, isOptimized]] of Object.entries(graphs)) {
  const written = graphBelow([array.node]);
  const graph = isOptimized ? optimize(written) : written;
  const expanded = cpuMs(() => expandLayers(layersOf(graph), outputsOf(graph)));
  const table = expanded.result;
  const ordered = cpuMs(() => orderTasks(table));
  const count = table.layerOf.length;
  const sequence = new Int32Array(count);
  ordered.result.forEach((at, task) => {
    sequence[at] = task;
  });
  const peak = livePeak(finish(orderGraph(table)), sequence);
  const cell = (value, width, digits = 0) => value.toFixed(digits).padStart(width);
  console.log(
    `${name.padEnd(29)}${cell(count, 10)}${cell(expanded.ms, 12)}${cell(ordered.ms, 11)}` +
      `${cell((1000 * ordered.ms) / count, 10, 2)}${cell(peak / 1e6, 9, 3)}`,
  );
}
