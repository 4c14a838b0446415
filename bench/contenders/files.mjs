// A job on a file on this process's threads: `files.mjs mean|climatology|anomalies|point FILE`.
import { fromNpy, fromZarr, groupBy } from "tilework";
import { serve } from "./contender.mjs";

const [job, path] = process.argv.slice(2);
const open = async () =>
  path.endsWith(".npy") ? fromNpy(path, { chunks: [365, -1, -1] }) : await fromZarr(path);

/** The months of days in years of 365. */
const monthOf = (day) => Math.min(Math.floor((day % 365) / 30.5), 11);

await serve(async () => {
  const x = await open();
  const months = Array.from({ length: x.shape[0] }, (_, day) => monthOf(day));
  const groups = groupBy(x, months);
  switch (job) {
    case "mean":
      return `${await x.mean().compute()}`;
    case "climatology":
      return `${(await groups.mean().compute()).get(0, 0, 0)}`;
    case "anomalies":
      return `${await groups.subtract(groups.mean()).std().compute()}`;
    default:
      return `${await x.slice(null, 20, 40).mean().compute()}`;
  }
});
