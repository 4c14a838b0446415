// A job on a file: `files.mjs threads|cluster mean|climatology|anomalies|point|twice FILE [WIDTH]`,
// on this process's threads or through two workers over ZeroMQ.
import { fromNpy, fromZarr, groupBy, LocalCluster, toZarr } from "tilework";
import { serve } from "./contender.mjs";

const [where, job, path, width = ""] = process.argv.slice(2);
const cluster =
  where === "cluster" ? await LocalCluster.start({ workers: 2, threadsPerWorker: 1 }) : undefined;
const chunks = width === "" ? [365, -1, -1] : [365, 45, Number(width)];
const open = async () => (path.endsWith(".npy") ? fromNpy(path, { chunks }) : await fromZarr(path));
const LZ4 = { id: "blosc", cname: "lz4", clevel: 5, shuffle: 1, blocksize: 0 };

/** The months of days in years of 365. */
const monthOf = (day) => Math.min(Math.floor((day % 365) / 30.5), 11);

/** The job, on x. */
async function run(x) {
  if (job === "mean") return `${await x.mean().compute()}`;
  if (job === "point") return `${await x.slice(null, 20, 40).mean().compute()}`;
  if (job === "twice") {
    const target = `${path}-twice-${where}`;
    await toZarr(x.multiply(2), target, { format: 2, compressor: LZ4, overwrite: true });
    return "";
  }
  const months = Array.from({ length: x.shape[0] }, (_, day) => monthOf(day));
  const groups = groupBy(x, months);
  if (job === "climatology") return `${(await groups.mean().compute()).get(0, 0, 0)}`;
  return `${await groups.subtract(groups.mean()).std().compute()}`;
}

await serve(
  async () => run(await open()),
  async () => cluster?.close(),
);
process.exit(0);
