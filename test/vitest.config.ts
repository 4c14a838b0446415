// Five projects. Files of most share processes, which load the sources once: they keep nothing
// between tests, or end what they start. `npm run test:fast` runs the first alone.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import SlowestFirst from "./slowest-first.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * With `--mode built`, as in `npm test`, tests load what the build made of src/: Node's own loader
 * takes a tenth of the time. Which tests a change reaches is seen in the sources alone.
 */
const loadBuilt = {
  resolve: {
    alias: [{ find: /^(?:\.\.\/)+src\/(.*\.js)$/, replacement: join(root, "dist/$1") }],
  },
  test: { server: { deps: { external: [/\/dist\//] } } },
};

/** Rooms without I/O. */
const PURE = "base|functions|graph|kernels|array|protocol|scheduler|worker|scenarios|types";

/** Files of them that go through long tables, or many seeds: half of the time that all take. */
const EXHAUSTIVE = [
  "test/array/linear-algebra/linalg-properties.test.ts",
  "test/array/linear-algebra/linalg-table.test.ts",
  "test/array/manipulation/longer/repeat.test.ts",
  "test/array/masked/masked-array.test.ts",
  "test/array/numpy-functions.test.ts",
  "test/array/reductions/nansum.test.ts",
  "test/array/sorting/sorted-runs.test.ts",
  "test/array/*.property.test.ts",
  "test/array/differential.test.ts",
  "test/kernels/programs/block-moments.test.ts",
  "test/kernels/programs/loops.test.ts",
  "test/kernels/random/distributions.test.ts",
  "test/kernels/tile-programs/*tiles.test.ts",
  "test/kernels/uniform/drawn-blocks.test.ts",
  "test/scheduler/policy/fairness.test.ts",
  "test/scheduler/random-events.test.ts",
  "test/worker/random-events.test.ts",
];

/** Rooms that compute, simulate, read and write in their own process. */
const IN_PROCESS = "sim|bag|table|delayed|io|formats|shipping|client|context|diagnostics";

/**
 * Files that see or change what others of their process see, or that load a bundle or a browser of
 * their own.
 */
const ALONE = [
  "test/docs.test.ts",
  "test/entries/**/*.test.ts",
  "test/graph/passes/rewritten-programs.test.ts",
  "test/graph/passes/slide-windows.test.ts",
  "test/kernels/wasm/without-wasm.test.ts",
  "test/shipping/not-loaded.test.ts",
];

/** Files that read the repository, by TypeScript, which takes long to load. */
const TEXTS = ["test/tidy.test.ts", "test/@(docs|tidy)/**/*.test.ts"];

/**
 * Limits only end what hangs: on a machine with other work, what takes a second alone may take a
 * minute.
 */
const common = {
  pool: "forks",
  maxWorkers: "100%",
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 120_000, interval: 20 } },
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
    exclude: ALONE,
    isolate: false,
    sequence: { groupOrder: 0 },
  },
  {
    ...waiting,
    name: "processes",
    include: [`test/!(${PURE}|${IN_PROCESS})/**/*.test.ts`],
    exclude: [...ALONE, ...TEXTS],
    isolate: false,
    sequence: { groupOrder: 1 },
  },
  {
    ...common,
    maxWorkers: 1,
    name: "texts",
    include: TEXTS,
    isolate: false,
    sequence: { groupOrder: 1 },
  },
  { ...waiting, name: "alone", include: ALONE, sequence: { groupOrder: 1 } },
];

export default defineConfig(({ mode }) => {
  const isBuilt = mode === "built" && !process.argv.includes("--changed");
  return {
    test: {
      // Sources are compiled once, not in every run.
      experimental: { fsModuleCache: true },
      sequence: { sequencer: SlowestFirst },
      projects: PROJECTS.map((test) => mergeConfig({ test }, isBuilt ? loadBuilt : {})),
    },
  };
});
