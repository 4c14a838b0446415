// A sort or a median on this process's threads: `sort.mjs sort|median LENGTH BLOCKS`.
import { median, random, sort } from "tilework";
import { serve } from "./contender.mjs";

const what = process.argv[2];
const [length, blocks] = process.argv.slice(3).map(Number);
let seed = 0;
await serve(async () => {
  // A new seed each time: nothing can be remembered from the run before.
  const x = random([length], { chunks: [Math.ceil(length / blocks)], seed: seed++ });
  // Of the sorted vector only the mean is fetched, for which all of it has to be there.
  const value = await (what === "sort" ? sort(x).mean() : median(x)).compute();
  if (Math.abs(value - 0.5) > 0.01) throw new Error(`wrong ${what}: ${value}`);
  return what;
});
