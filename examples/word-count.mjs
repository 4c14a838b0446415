// The most frequent words of a directory of gzipped text, counted by two worker processes of 300 MB
// each. The text is made on the spot where there is none yet.
// npm run build && node examples/word-count.mjs --help
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fromRange, LocalCluster, readText, toTextFiles } from "tilework";

const USAGE = `usage: node examples/word-count.mjs [options] [directory]

Counts the words of all files directory/*.txt.gz. A directory without any is filled first; unless one
is given, a temporary one is filled and removed at the end.

  --megabytes N   how much text is made, before it is compressed   (1000)
  --top N         how many words are shown                         (10)
  --workers N     processes that count                             (2)
  --memory SIZE   memory of each                                   (300MB)
`;

/**
 * How much text one file holds. A task counts one file as a stream: it might be larger than memory,
 * too.
 */
const FILE_MEGABYTES = 10;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      megabytes: { type: "string", default: "1000" },
      top: { type: "string", default: "10" },
      workers: { type: "string", default: "2" },
      memory: { type: "string", default: "300MB" },
      help: { type: "boolean", default: false },
    },
  });
  if (positionals.length > 1) throw new Error(`one directory, not ${positionals.length}`);
  const number = (name) => {
    if (/^[1-9]\d*$/.test(values[name])) return Number(values[name]);
    throw new Error(`--${name} is ${values[name]}: expected a whole number from 1`);
  };
  if (!/^\d+(\.\d+)?[kMG]i?B$/.test(values.memory)) {
    throw new Error(`--memory is ${values.memory}: expected bytes, like 300MB or 1GiB`);
  }
  return {
    directory: positionals[0],
    megabytes: number("megabytes"),
    top: number("top"),
    workers: number("workers"),
    memory: values.memory,
    help: values.help,
  };
}

/** Lines of a language whose n-th word is about as frequent as 1 / n: the same ones for a seed. */
function* proseOf(seed, bytes) {
  const WORDS = 50_000;
  const SYLLABLES = "ba ce di fo gu ha ji ko lu me na pe qui ro su ta ve wi xo zy".split(" ");
  const wordOf = (n) => (n < 20 ? "" : wordOf(Math.floor(n / 20) - 1)) + SYLLABLES[n % 20];
  const words = Array.from({ length: WORDS }, (_, n) => wordOf(n));
  let state = seed;
  const chance = () => {
    // mulberry32, a generator of three lines.
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let left = bytes; left > 0; ) {
    const line = Array.from({ length: 12 }, () => words[Math.floor(WORDS ** chance()) - 1]).join(
      " ",
    );
    left -= line.length + 1;
    yield line;
  }
}

/** Fills the directory: each worker writes files of its own. */
async function makeText(directory, megabytes) {
  const files = Math.ceil(megabytes / FILE_MEGABYTES);
  const bytes = (megabytes * 1e6) / files;
  const prose = fromRange(files, { npartitions: files }).flatMap((seed) => proseOf(seed, bytes));
  await toTextFiles(prose, join(directory, "part-*.txt.gz"));
}

/** The `top` most frequent words with their counts, and what counting them has cost. */
async function countWords(directory, top) {
  let cost;
  const lines = await readText(join(directory, "*.txt.gz"));
  const counts = lines.flatMap((line) => line.split(" ")).frequencies();
  const ranking = await counts
    .topk(top, { key: ([, count]) => count })
    .compute({ onStatistics: (statistics) => (cost = statistics) });
  return { ranking, files: lines.npartitions, cost };
}

async function main({ directory, megabytes, top, workers, memory }) {
  const place = directory ?? (await mkdtemp(join(tmpdir(), "word-count-")));
  const cluster = await LocalCluster.start({ workers, threadsPerWorker: 1, memoryLimit: memory });
  try {
    const hasText = await readText(join(place, "*.txt.gz")).then(
      () => true,
      () => false,
    );
    if (!hasText) {
      const start = performance.now();
      await makeText(place, megabytes);
      const seconds = (performance.now() - start) / 1_000;
      console.log(`made ${megabytes} MB of text in ${seconds.toFixed(1)} s`);
    }
    const { ranking, files, cost } = await countWords(place, top);
    for (const [word, count] of ranking) console.log(`${String(count).padStart(12)}  ${word}`);
    console.log(`counted ${files} files in ${(cost.wallMs / 1_000).toFixed(1)} s`);
    for (const worker of cost.workers) {
      const megabytesOf = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
      console.log(
        `${worker.name}: process at most ${megabytesOf(worker.peakProcessBytes)}, values at most ` +
          `${megabytesOf(worker.peakManagedBytes)}, spilled ${megabytesOf(worker.spilledBytes)}`,
      );
    }
  } finally {
    await cluster.close();
    if (directory === undefined) await rm(place, { recursive: true });
  }
}

let given;
try {
  given = readArguments();
} catch (error) {
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}
if (given.help) console.log(USAGE);
else await main(given);
