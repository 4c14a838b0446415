// The house plan as data: which room may import which, and which rooms are pure. tidy.test.ts holds
// the code against it; docs/internals/architecture.md shows the same table to people.

/**
 * For each room, the rooms that it may import besides itself: a room, or one sub-room of it. For a sub-room, named by
 * its folder ("scheduler/policy"), the sub-rooms of its own room that it may import; which other rooms it may import is
 * its room's line, unless NARROWED has one for it. Files directly in a room may import all its sub-rooms but those that name the
 * room itself, which stand above them; its entry, index.ts, imports those, too. A room with sub-rooms has a line for each
 * of its folders; folders below that belong to the longest path that has a line.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  functions: ["base"],
  shipping: ["base", "functions", "graph"],
  graph: ["base", "functions"],
  "graph/model": [],
  "graph/dependencies": ["graph/model"],
  "graph/checks": ["graph/model", "graph/dependencies"],
  "graph/tasks": ["graph/model", "graph/dependencies", "graph/checks"],
  "graph/passes": ["graph/model", "graph/dependencies", "graph/tasks"],
  "graph/ports": ["graph/model", "graph/passes", "graph/tasks"],
  kernels: ["base", "functions", "graph"],
  "kernels/math": [],
  "kernels/wasm": ["kernels/math"],
  "kernels/blocks": ["kernels/math"],
  "kernels/tiles": ["kernels/math", "kernels/wasm"],
  "kernels/assembly": ["kernels/math", "kernels/tiles"],
  "kernels/uniform": ["kernels/blocks", "kernels/wasm", "kernels/tiles"],
  "kernels/loops": ["kernels/math", "kernels/blocks"],
  "kernels/tile-programs": [
    "kernels/math",
    "kernels/wasm",
    "kernels/blocks",
    "kernels/tiles",
    "kernels/uniform",
    "kernels/loops",
  ],
  "kernels/programs": [
    "kernels/math",
    "kernels/blocks",
    "kernels/uniform",
    "kernels/loops",
    "kernels/tile-programs",
  ],
  "kernels/movement": ["kernels/blocks", "kernels/programs"],
  "kernels/sorting": ["kernels/blocks", "kernels/wasm", "kernels/programs"],
  "kernels/statistics": ["kernels/blocks", "kernels/programs", "kernels/sorting"],
  "kernels/linalg/products": ["kernels/blocks", "kernels/wasm", "kernels/programs"],
  "kernels/linalg/dense": ["kernels/linalg/products"],
  "kernels/linalg": [
    "kernels/blocks",
    "kernels/programs",
    "kernels/linalg/products",
    "kernels/linalg/dense",
  ],
  "kernels/fourier": ["kernels/blocks", "kernels/wasm"],
  "kernels/random": ["kernels/blocks", "kernels/tiles", "kernels/uniform", "kernels/programs"],
  "kernels/user-functions": ["kernels/blocks", "kernels/programs"],
  "kernels/bag": [],
  formats: ["base", "graph", "kernels/blocks", "kernels/programs", "kernels/bag"],
  "formats/files": [],
  "formats/npy": ["formats/files"],
  "formats/npz": ["formats/files", "formats/npy"],
  "formats/zarr": ["formats/files"],
  "formats/text": [],
  "formats/csv": ["formats/text"],
  protocol: ["base", "graph"],
  "protocol/values": [],
  "protocol/messages": ["protocol/values"],
  "protocol/frames": ["protocol/values", "protocol/messages"],
  scheduler: ["base", "graph", "protocol"],
  "scheduler/state": [],
  "scheduler/policy": ["scheduler/state"],
  "scheduler/accounts": ["scheduler/state", "scheduler/policy"],
  "scheduler/tasks": ["scheduler/state", "scheduler/policy", "scheduler/accounts"],
  "scheduler/actors": [
    "scheduler/state",
    "scheduler/policy",
    "scheduler/accounts",
    "scheduler/tasks",
  ],
  "scheduler/coordination": ["scheduler/state", "scheduler/accounts", "scheduler/tasks"],
  "scheduler/peers": [
    "scheduler/state",
    "scheduler/policy",
    "scheduler/accounts",
    "scheduler/tasks",
    "scheduler/actors",
    "scheduler/coordination",
  ],
  "scheduler/inspect": [
    "scheduler/state",
    "scheduler/policy",
    "scheduler/accounts",
    "scheduler/tasks",
  ],
  worker: ["base", "graph", "protocol"],
  "worker/state": [],
  "worker/values": ["worker/state"],
  "worker/memory": ["worker/state", "worker/values"],
  "worker/transfers": ["worker/state", "worker/values"],
  "worker/execution": ["worker/state", "worker/values", "worker/memory", "worker/transfers"],
  array: ["base", "functions", "graph", "kernels"],
  "array/chunks": [],
  "array/layers": ["array/chunks"],
  "array/data-types": ["array/layers"],
  "array/elementwise": ["array/layers", "array/data-types"],
  "array/manipulation": ["array/chunks", "array/layers", "array/data-types"],
  "array/indexing": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
  ],
  "array/results": ["array/chunks", "array/layers", "array/indexing"],
  "array/describe": ["array/chunks", "array/layers", "array/elementwise", "array/results"],
  "array/inspection": ["array/layers", "array/data-types"],
  "array/reductions": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
  ],
  "array/functions": ["array/chunks", "array/layers", "array/manipulation"],
  "array/creation": [
    "array",
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/functions",
  ],
  "array/sorting": [
    "array/chunks",
    "array/layers",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/reductions",
  ],
  "array/searching": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/reductions",
    "array/sorting",
  ],
  "array/sets": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/reductions",
    "array/sorting",
    "array/searching",
  ],
  "array/indexing/replace": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/reductions",
    "array/sorting",
    "array/searching",
  ],
  "array/random": [
    "array",
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/sorting",
  ],
  "array/linear-algebra": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/reductions",
  ],
  "array/statistics": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/reductions",
    "array/sorting",
    "array/searching",
    "array/linear-algebra",
  ],
  "array/manipulation/longer": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/searching",
    "array/reductions",
    "array/statistics",
    "array/functions",
  ],
  "array/functions/overlap": [
    "array/chunks",
    "array/layers",
    "array/functions",
    "array/manipulation/longer",
  ],
  "array/signal": [
    "array/chunks",
    "array/layers",
    "array/elementwise",
    "array/manipulation",
    "array/creation",
    "array/linear-algebra",
    "array/manipulation/longer",
  ],
  "array/fft": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/creation",
  ],
  "array/masked": [
    "array/chunks",
    "array/layers",
    "array/data-types",
    "array/elementwise",
    "array/manipulation",
    "array/indexing",
    "array/results",
    "array/creation",
    "array/reductions",
    "array/searching",
    "array/statistics",
  ],
  delayed: ["base", "functions", "shipping", "graph", "array"],
  bag: ["base", "functions", "shipping", "graph", "kernels", "array"],
  io: ["base", "graph", "formats", "array", "bag"],
  system: ["base", "protocol"],
  comm: ["base", "graph", "protocol", "system"],
  "comm/interface": [],
  "comm/memory": ["comm/interface"],
  "comm/framed": ["comm/interface", "comm/memory"],
  "comm/zeromq": ["comm/interface", "comm/framed"],
  "comm/inproc": ["comm/interface"],
  "comm/message-port": ["comm/interface"],
  context: ["base", "graph", "protocol", "comm"],
  runtime: [
    "base",
    "functions",
    "shipping",
    "graph",
    "kernels",
    "formats",
    "protocol",
    "scheduler",
    "worker",
    "system",
    "comm",
    "context",
  ],
  "runtime/host": [],
  "runtime/values": ["runtime/host"],
  "runtime/tasks": ["runtime/values"],
  "runtime/threads": ["runtime/host", "runtime/values", "runtime/tasks"],
  "runtime/actors": ["runtime/tasks"],
  "runtime/nodes": [
    "runtime/host",
    "runtime/values",
    "runtime/tasks",
    "runtime/threads",
    "runtime/actors",
  ],
  sim: ["base", "graph", "protocol", "scheduler", "worker"],
  client: ["base", "functions", "shipping", "graph", "protocol", "comm", "context", "system"],
  "client/session": [],
  "client/fetch": ["client/session"],
  "client/futures": ["client/session", "client/fetch"],
  "client/actors": ["client/session", "client/fetch", "client/futures"],
  "client/calls": ["client/session", "client/futures", "client/actors"],
  "client/graphs": ["client/session", "client/fetch"],
  "client/coordination": ["client/session", "client/futures", "client/actors"],
  "client/admin": ["client/session", "client/futures"],
  "client/tasks": ["client", "client/session", "client/futures", "client/actors", "client/calls"],
  "client/primitives": ["client", "client/session", "client/coordination", "client/tasks"],
  cluster: ["base", "shipping", "graph", "protocol", "system", "comm", "runtime", "client"],
  diagnostics: ["base", "graph", "kernels", "protocol", "system", "runtime", "sim"],
  "diagnostics/predictions": [],
  "diagnostics/calibration": ["diagnostics/predictions"],
  "diagnostics/calibration/probes": ["diagnostics/predictions", "diagnostics/calibration"],
  "diagnostics/explain": ["diagnostics/predictions", "diagnostics/calibration"],
  "diagnostics/pictures": [],
  "diagnostics/exports": ["diagnostics/pictures"],
  entries: [
    "base",
    "functions",
    "shipping",
    "graph",
    "array",
    "protocol",
    "scheduler",
    "runtime",
    "sim",
    "diagnostics",
  ],
  cli: ["base", "graph", "system", "comm", "runtime", "client", "cluster", "diagnostics", "index"],
};

/** Sub-rooms that may not import the other rooms that their room does: these alone. */
export const NARROWED: Readonly<Record<string, readonly string[]>> = {
  // Scripts of processes of their own: what they measure is a cluster.
  "diagnostics/calibration/probes": [
    "base",
    "graph",
    "system",
    "comm",
    "runtime",
    "client",
    "index",
  ],
};

/** Files that a sub-room may not import, although it may import others beside them. */
export const OUT_OF_SIGHT: Readonly<Record<string, readonly string[]>> = {
  // Policies are given a view of the state that is to be read only.
  "scheduler/policy": ["scheduler/state/scheduler-state.ts"],
};

/** The one file that may be in circles of imports, by types alone: the class whose methods are the verbs that return it. */
export const MAY_CLOSE_CIRCLES = "array/chunked-array.ts";

/**
 * Files whose types close circles of imports today. The list may only shrink: a type that two files need belongs in the
 * lower one, or in a file of its own below both.
 */
export const CLOSE_CIRCLES_TODAY: readonly string[] = [
  "sim/simulated-actors.ts",
  "cluster/local-cluster.ts",
];

/** Rooms without I/O, clock or chance: what they do depends on their arguments alone. */
export const PURE_ROOMS: readonly string[] = [
  "base",
  "functions",
  "graph",
  "kernels",
  "protocol",
  "scheduler",
  "worker",
  "sim",
  "array",
  "bag",
];

/** Pure files of other rooms: what is known of a format before its bytes are read. */
export const PURE_FILES: readonly string[] = [
  "formats/files/element-runs.ts",
  "formats/files/swap-bytes.ts",
  "formats/npy/npy-header.ts",
  "formats/npy/npy-stack-info.ts",
  "formats/text/line-cutter.ts",
  "formats/text/text-packing.ts",
  "formats/text/text-run.ts",
  "formats/zarr/crc32c.ts",
  "formats/zarr/new-zarr-metadata.ts",
  "formats/zarr/zarr-alignment.ts",
  "formats/zarr/zarr-grid.ts",
  "formats/zarr/zarr-location.ts",
  "formats/zarr/zarr-metadata.ts",
];

/** Names that pure code may not use, besides `node:*` imports. */
export const IMPURE_NAMES: readonly string[] = [
  "Date",
  "performance",
  "process",
  "console",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
];

/** `await` is allowed in these pure rooms, for the executor's sake: they start jobs, they decide nothing. */
export const MAY_AWAIT: readonly string[] = ["array", "bag", "graph/ports/executor.ts"];

/** Packages that one file alone may import. */
export const SOLE_IMPORTERS: Readonly<Record<string, string>> = {
  zeromq: "comm/zeromq/zeromq-transport.ts",
  zarrita: "formats/zarr/zarr-codecs.ts",
  koffi: "system/native-library.ts",
};

/**
 * File names that stand more than once, in order: entries; the same parts of both cores; and modules of WebAssembly, beside
 * the files that compute the same in JavaScript.
 */
export const NAMES_OF_SEVERAL: readonly string[] = [
  "actions.ts",
  "elementary.ts",
  "events.ts",
  "index.ts",
  "invariants.ts",
  "matmul.ts",
  "options.ts",
  "scheduler.ts",
  "step.ts",
];

/** The longest a file may be. */
export const LINES_MAX = 500;

/** The longest a function may be. */
export const FUNCTION_LINES_MAX = 70;
