// Names of options in NumPy, Dask and pandas, and mistyped ones, with the option that is probably
// meant.

/** Names of options elsewhere, in lower case without underscores, and their names here. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  ascending: ["descending"],
  axes: ["axis"],
  axis: ["axes"],
  blocksize: ["blockBytes", "partitionSize", "partitionBytes", "chunks"],
  by: ["key"],
  chunk: ["chunks"],
  chunksize: ["chunks", "blockBytes"],
  colour: ["color"],
  correction: ["ddof"],
  ddof: ["correction"],
  decreasing: ["descending"],
  degreesoffreedom: ["correction", "ddof"],
  delim: ["delimiter"],
  dimension: ["axis", "axes"],
  dim: ["axis", "axes"],
  dims: ["axes", "axis"],
  end: ["stop"],
  errors: ["invalidBytes"],
  filename: ["file"],
  format: ["file"],
  from: ["start"],
  interpolation: ["method"],
  lineterminator: ["delimiter"],
  memory: ["memoryLimit"],
  nparts: ["npartitions"],
  nprocesses: ["workers"],
  nthreads: ["threadsPerWorker", "threads"],
  numworkers: ["workers"],
  nworkers: ["workers"],
  optimizegraph: ["optimize"],
  nsplits: ["npartitions"],
  partitions: ["npartitions"],
  path: ["file"],
  processes: ["workers"],
  randomstate: ["seed"],
  reverse: ["descending"],
  scheduler: ["executor"],
  sep: ["delimiter"],
  separator: ["delimiter"],
  size: ["shape"],
  threads: ["threadsPerWorker"],
  threadsperworker: ["threads"],
  timeout: ["timeoutMs", "workerTimeoutMs"],
  type: ["dtype"],
  usecols: ["columns"],
};

/** Options of NumPy and Dask that there are none for, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  casting: "results follow the rules of promotion; convert by astype",
  copy: "arrays never change, so that nothing has to be copied",
  like: "all arrays are chunked arrays",
  order: "elements are in C order; transpose before and after for Fortran's",
  out: "arrays never change; the result is a new one",
  subok: "all arrays are chunked arrays",
  where: "select by where() or a mask",
};

/** The option of `known` closest to `name`; undefined if none is close. */
export function nearestOption(name: string, known: readonly string[]): string | undefined {
  const word = plain(name);
  const same = known.find((option) => plain(option) === word);
  if (same !== undefined) return same;
  const synonyms = Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : [];
  const meant = (synonyms ?? []).find((option) => known.includes(option));
  if (meant !== undefined) return meant;
  const begun = known.find((option) => word.length >= 3 && plain(option).startsWith(word));
  if (begun !== undefined) return begun;
  const mistakes = known.map((option) => distance(word, plain(option)));
  const fewest = Math.min(...mistakes);
  return fewest <= mistakesAllowed(word) ? known[mistakes.indexOf(fewest)] : undefined;
}

/** The reason why an option of NumPy or Dask does not exist here; undefined for other names. */
export function whyWithout(name: string): string | undefined {
  const word = plain(name);
  return Object.hasOwn(WITHOUT, word) ? WITHOUT[word] : undefined;
}

function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** Short words differ by one letter from too many others. */
function mistakesAllowed(word: string): number {
  if (word.length < 3) return 0;
  return word.length <= 5 ? 1 : 2;
}

/**
 * How many letters have to be written, left out, changed or swapped with the next to make `a` of
 * `b`.
 */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number) => (rows[i] as number[])[j] as number;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
