// A collection of one's own: named arrays over the same rows, as a dataset. It is computed like any
// other collection, together with others, and shares their blocks.
// npm run build && node examples/own-collection.mjs
import { arange, COLLECTION, compute, explain, random } from "tilework";

/** Arrays of the same first axis, by name. */
class Dataset {
  constructor(arrays) {
    this.arrays = arrays;
  }

  /** What it consists of, and how the values of these become its own. */
  [COLLECTION]() {
    const names = Object.keys(this.arrays);
    return {
      collections: Object.values(this.arrays),
      finish: (values) => Object.fromEntries(names.map((name, k) => [name, values[k]])),
    };
  }

  /** The same function of each array: nothing runs yet. */
  map(f) {
    const entries = Object.entries(this.arrays).map(([name, x]) => [name, f(x)]);
    return new Dataset(Object.fromEntries(entries));
  }

  async compute(options = {}) {
    const [value] = await compute(this, options);
    return value;
  }

  /** The same dataset, whose blocks are on the workers. */
  async persist(options = {}) {
    const persisted = Object.entries(this.arrays).map(async ([name, x]) => [
      name,
      await x.persist(options),
    ]);
    return new Dataset(Object.fromEntries(await Promise.all(persisted)));
  }
}

const rows = 1_000_000;
const time = arange(rows, { chunks: 100_000 });
const noise = random([rows], { chunks: 100_000, seed: 1 });
const data = new Dataset({ time, signal: time.multiply(2).add(noise) });

const means = data.map((x) => x.mean());
console.log(await means.compute());
const [both, largest] = await compute(means, noise.max());
console.log(`mean time ${both.time}, largest noise ${largest.toFixed(3)}`);
console.log(explain(means).split("\n")[0]);
const kept = await data.persist();
console.log(await kept.map((x) => x.max()).compute());
