// Seven projects. Files of most share processes, which load the sources once: they keep nothing
// between tests, or end what they start. `npm run test:fast` runs the first alone, `npm test` all
// but the two that take half of the time, `npm run test:all` all.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import { parseCLI } from "vitest/node";
import SlowestFirst from "./slowest-first.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * With `--mode built` or `--mode all`, as in `npm test`, tests load what the build made of src/:
 * Node's own loader takes a tenth of the time. Which tests a change reaches is seen in the sources
 * alone.
 */
const loadBuilt = {
  resolve: {
    alias: [{ find: /^(?:\.\.\/)+src\/(.*\.js)$/, replacement: join(root, "dist/$1") }],
  },
  test: { server: { deps: { external: [/\/dist\//] } } },
};

/** Rooms without I/O. */
const PURE = "base|functions|graph|kernels|array|protocol|scheduler|worker|scenarios|types";

/** Files that go through long tables of values, or many seeds. */
const EXHAUSTIVE = [
  "test/array/fft/transforms.test.ts",
  "test/array/functions/overlap/overlap-dask.test.ts",
  "test/array/groups/group-*.test.ts",
  "test/array/indexing/index-lists.test.ts",
  "test/array/indexing/replace/set-*.test.ts",
  "test/array/linear-algebra/linalg-properties.test.ts",
  "test/array/linear-algebra/linalg-table.test.ts",
  "test/array/manipulation/longer/repeat.test.ts",
  "test/array/masked/masked-array.test.ts",
  "test/array/numpy-functions.test.ts",
  "test/array/random/@(generator|parameters|selection).test.ts",
  "test/array/reductions/nansum.test.ts",
  "test/array/sorting/sorted-runs.test.ts",
  "test/array/statistics/stats.test.ts",
  "test/array/values.test.ts",
  "test/array/*.property.test.ts",
  "test/array/differential.test.ts",
  "test/diagnostics/predictions/predicted-cost.test.ts",
  "test/formats/damaged-files.test.ts",
  "test/graph/passes/slide-windows.test.ts",
  "test/kernels/linalg/contract-blocks.test.ts",
  "test/kernels/programs/block-moments.test.ts",
  "test/kernels/programs/loops.test.ts",
  "test/kernels/random/distributions.test.ts",
  "test/kernels/tile-programs/*.test.ts",
  "test/kernels/uniform/drawn-blocks.test.ts",
  "test/scheduler/malformed.test.ts",
  "test/scheduler/policy/fairness.test.ts",
  "test/scheduler/random-events.test.ts",
  "test/sim/@(balance|hostile|search|simulate|spill).test.ts",
  "test/table/@(differential|tpch).test.ts",
  "test/worker/random-events.test.ts",
];

/**
 * Files that take 8 s of processor time and more. Each process of a cluster costs 0.4 s to start,
 * and these start many, one after the other dies; or they move hundreds of megabytes.
 */
const LONG = [
  "test/docs.test.ts", // 1,180 examples on 25 clusters
  "test/package/package.test.ts", // an install, two bundlers, three versions of Node
  "test/dashboard/page.test.ts", // a browser
  "test/newcomers/waiting.test.ts", // programs that wait for each other
  // Clusters whose processes are killed, leave, come back or are refused.
  "test/e2e/@(bad-functions|chaos|cli|demo|half-written|local-cluster|scaling|security).test.ts",
  // Actors that end when they are collected, and those do that nothing holds.
  "test/e2e/nested.test.ts",
  // Data that is larger than memory, or is counted byte by byte.
  "test/e2e/@(bag|examples|exchange|prediction|shared-memory|spill|table).test.ts",
];

/** Rooms that compute, simulate, read and write in their own process. */
const IN_PROCESS = "sim|bag|table|delayed|io|formats|shipping|client|context|diagnostics";

/**
 * Files that see or change what others of their process see, or that load a bundle or a browser of
 * their own.
 */
const ALONE = [
  "test/entries/**/*.test.ts",
  "test/graph/passes/rewritten-programs.test.ts",
  "test/kernels/wasm/without-wasm.test.ts",
  "test/shipping/not-loaded.test.ts",
];

/** Files that read the repository, by TypeScript, which takes long to load. */
const TEXTS = ["test/tidy.test.ts", "test/@(docs|tidy)/**/*.test.ts"];

/**
 * Limits only end what hangs: on a machine with other work, what takes a second alone may take a
 * minute. The same holds for those of clients and clusters that tests start.
 */
const common = {
  pool: "forks",
  maxWorkers: "100%",
  setupFiles: ["fixed-seeds.ts", "equal-numbers.ts"].map((file) => join(root, "test", file)),
  testTimeout: 420_000,
  hookTimeout: 420_000,
  expect: { poll: { timeout: 300_000, interval: 20 } },
  env: {
    TILEWORK_CLIENT_TIMEOUT: "1 min",
    TILEWORK_CLIENT_SCHEDULER_TIMEOUT: "2 min",
    TILEWORK_CLUSTER_TIMEOUT: "5 min",
  },
} as const;

/** Tests of processes wait for them two thirds of the time. */
const waiting = { ...common, maxWorkers: 3 * availableParallelism() };

const PROJECTS = [
  {
    ...common,
    name: "pure",
    include: [`test/@(${PURE})/**/*.test.ts`],
    exclude: [...EXHAUSTIVE, ...ALONE],
    isolate: false,
    sequence: { groupOrder: 0 },
  },
  {
    ...common,
    name: "exhaustive",
    include: EXHAUSTIVE,
    isolate: false,
    sequence: { groupOrder: 0 },
  },
  {
    ...common,
    name: "in-process",
    include: [`test/@(${IN_PROCESS})/**/*.test.ts`],
    exclude: [...EXHAUSTIVE, ...ALONE],
    isolate: false,
    sequence: { groupOrder: 0 },
  },
  {
    ...waiting,
    name: "processes",
    include: [`test/!(${PURE}|${IN_PROCESS})/**/*.test.ts`],
    exclude: [...LONG, ...ALONE, ...TEXTS],
    isolate: false,
    sequence: { groupOrder: 1 },
  },
  {
    ...waiting,
    name: "long",
    include: LONG,
    isolate: false,
    sequence: { groupOrder: 1 },
  },
  {
    ...common,
    name: "texts",
    include: TEXTS,
    isolate: false,
    sequence: { groupOrder: 0 },
  },
  { ...waiting, name: "alone", include: ALONE, sequence: { groupOrder: 1 } },
];

/** What `npm test` leaves to `npm run test:all`, unless files or projects are named. */
const LEFT_OUT = new Set(["exhaustive", "long"]);

export default defineConfig(({ mode }) => {
  const isChanged = process.argv.includes("--changed");
  const isBuilt = (mode === "built" || mode === "all") && !isChanged;
  const { filter, options } = parseCLI(["vitest", ...process.argv.slice(2)]);
  const isChosen = isChanged || filter.length > 0 || options.project !== undefined;
  const isShort = mode === "built" && !isChosen;
  const projects = PROJECTS.filter(({ name }) => !(isShort && LEFT_OUT.has(name)));
  return {
    test: {
      // Sources are compiled once, not in every run.
      experimental: { fsModuleCache: true },
      sequence: { sequencer: SlowestFirst },
      projects: projects.map((test) => mergeConfig({ test }, isBuilt ? loadBuilt : {})),
    },
  };
});
