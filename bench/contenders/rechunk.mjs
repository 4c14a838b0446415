// A rechunk and a sum on this process's threads or on a local cluster:
// `rechunk.mjs threads|cluster SIZE HEIGHT ACROSS WIDTH`, from (HEIGHT, ACROSS) to (SIZE, WIDTH).
import { LocalCluster, random } from "tilework";
import { serve } from "./contender.mjs";

const where = process.argv[2];
const [size, height, across, width] = process.argv.slice(3).map(Number);
const cluster =
  where === "cluster" ? await LocalCluster.start({ workers: 2, threadsPerWorker: 1 }) : undefined;
let seed = 0;
await serve(
  async () => {
    // A new seed each time: nothing can be remembered from the run before.
    const x = random([size, size], { chunks: [height, across], seed: seed++ });
    let moved = 0;
    const sum = await x
      .rechunk([size, width])
      .sum()
      .compute({
        // Or the random numbers would be made in the other chunks.
        optimizeGraph: false,
        onStatistics: ({ bytesMoved }) => {
          moved = bytesMoved;
        },
      });
    if (Math.abs(sum / size ** 2 - 0.5) > 0.01) throw new Error(`wrong sum ${sum}`);
    return `${(moved / 1e6).toFixed(0)} MB moved`;
  },
  async () => cluster?.close(),
);
