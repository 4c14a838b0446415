// A program of arrays alone, which a bundler makes one file of; that file runs where nothing is
// installed.
import { random } from "tilework/array";

const x = random([200, 200], { chunks: 100, seed: 42 });
const spread = x.mapBlocks((block) => block.data.map((value) => value - 0.5)).std();
const out = { mean: await x.add(x.transpose()).mean().compute(), std: await spread.compute() };
process.stdout.write(`${JSON.stringify(out)}\n`);
