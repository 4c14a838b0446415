// Bags on this process's threads or on a local cluster: `bag.mjs threads|cluster sum` or
// `… words DIRECTORY`.
import { fromRange, LocalCluster, readText } from "tilework";
import { serve } from "./contender.mjs";

const [where, job, directory] = process.argv.slice(2);
const cluster =
  where === "cluster" ? await LocalCluster.start({ workers: 2, threadsPerWorker: 1 }) : undefined;

const jobs = {
  async sum() {
    const sum = await fromRange(1_000_000, { npartitions: 20 })
      .map((n) => 2 * n + 1)
      .filter((n) => n % 3 === 0)
      .sum()
      .compute();
    return `sum ${sum}`;
  },
  async words() {
    const lines = await readText(`${directory}/*.txt.gz`);
    const [[word, count]] = await lines
      .flatMap((line) => line.split(" "))
      .frequencies()
      .topk(10, { key: ([, times]) => times })
      .compute();
    return `${word} ${count}`;
  },
};
await serve(jobs[job], async () => cluster?.close());
