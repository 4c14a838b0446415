// Measures how fast this machine copies parts of blocks together: columns of a block that is in no
// cache, as a worker's main thread does for peers (runtime/values/value-cuts.ts).
import { copyBlock, subBlock } from "../../kernels/programs/copy-block.js";
import { middle } from "./message-costs.js";
import type { SampleMemory } from "./sample-memory.js";

/** Blocks that take as much memory as no cache has, and how many columns of each are a part. */
const SIDE = 1_000;
const BLOCKS = 8;
const PARTS = 5;
/** The first time that memory is written to, it takes several times as long. */
const ROUNDS = 3;

let known: number | undefined;

/** Bytes of such parts in a millisecond of a processor. */
export function measuredCuts(memory: SampleMemory): number {
  return (known ??= measure(memory));
}

function measure(memory: SampleMemory): number {
  const blocks = Array.from({ length: BLOCKS }, () => memory.allocate("float64", [SIDE, SIDE]));
  const shape = [SIDE, SIDE / PARTS];
  const copies = blocks.map(() => memory.allocate("float64", shape));
  const takenMs: number[] = [];
  for (let nth = 0; nth < ROUNDS * PARTS * BLOCKS; nth++) {
    const from = blocks[nth % BLOCKS] as (typeof blocks)[number];
    const to = copies[nth % BLOCKS] as (typeof copies)[number];
    const start = process.cpuUsage();
    copyBlock(subBlock(from, [0, (nth % PARTS) * (SIDE / PARTS)], shape), to);
    const { user, system } = process.cpuUsage(start);
    takenMs.push((user + system) / 1000);
  }
  for (const block of [...blocks, ...copies]) memory.release(block);
  const [rows = 0, columns = 0] = shape;
  return (rows * columns * Float64Array.BYTES_PER_ELEMENT) / middle(takenMs);
}
