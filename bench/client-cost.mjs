// What do building, optimising and encoding a graph cost the client, from 10² to 10⁶ blocks? Flat
// is the aim. node bench/client-cost.mjs

import { graphBelow, layersOf, outputsOf } from "../dist/graph/model/layer-graph.js";
import { optimize } from "../dist/graph/passes/optimize.js";
import { random } from "../dist/index.js";
import { encodeMessages } from "../dist/protocol/frames/frames.js";

function submission(side) {
  const start = performance.now();
  const x = random([side * 10, side * 10], { chunks: [10, 10], seed: 1 });
  const mean = x.add(x.transpose()).mean();
  const graph = optimize(graphBelow([mean.node]));
  const frames = encodeMessages([
    {
      type: "submitGraph",
      graph: "g",
      layers: layersOf(graph),
      outputs: outputsOf(graph),
      reportOutputs: true,
    },
  ]);
  const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
  return { ms: performance.now() - start, bytes };
}

for (let warmUp = 0; warmUp < 50; warmUp++) submission(10);
console.log("blocks      client ms   bytes sent");
for (const side of [10, 32, 100, 316, 1000]) {
  const runs = Array.from({ length: 9 }, () => submission(side)).sort((a, b) => a.ms - b.ms);
  const { ms, bytes } = runs[4];
  console.log(`${String(side * side).padEnd(10)}  ${ms.toFixed(2).padStart(8)}   ${bytes}`);
}
