// (x + xᵀ).mean() on this process's threads or on a local cluster:
// `headline.mjs threads|cluster SIZE CHUNK`.
import { LocalCluster, random } from "tilework";
import { serve } from "./contender.mjs";

const [where, size, chunk] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const cluster =
  where === "cluster" ? await LocalCluster.start({ workers: 2, threadsPerWorker: 1 }) : undefined;
let seed = 0;
await serve(
  async () => {
    // A new seed each time: nothing can be remembered from the run before.
    const x = random([size, size], { chunks: [chunk, chunk], seed: seed++ });
    const mean = await x.add(x.transpose()).mean().compute();
    if (Math.abs(mean - 1) > 0.01) throw new Error(`wrong mean ${mean}`);
    return `mean ${mean.toFixed(6)}`;
  },
  async () => cluster?.close(),
);
