// What does an element cost in each kernel, on one core, beside NumPy? Blocks of 1,000² elements,
// of float64 unless it is said, that are where kernels reach them. Processor time is counted, not
// the clock's: the machine may be shared. node bench/kernels.mjs [rounds]
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { contiguousBlock } from "../dist/base/block.js";
import { currentHost, installHost } from "../dist/base/host.js";
import { MomentsLoop } from "../dist/kernels/programs/block-moments.js";
import { ProgramLoop } from "../dist/kernels/programs/program-loop.js";
import { TILE_MEMORIES, TileMemories, wasmTileMemory } from "../dist/kernels/tiles/tile-memory.js";
import { uniformSource } from "../dist/kernels/uniform/uniform-source.js";
import { newWasmMemory } from "../dist/kernels/wasm/wasm-instances.js";
import { pythonWithDask } from "./python.mjs";

const rounds = Number(process.argv[2] ?? 20);
const N = 1000;
const SIZE = N * N;
const memory = newWasmMemory(2 ** 28);
const memories = new TileMemories(() => wasmTileMemory({ memory, scratchByteOffset: 0 }));
installHost(currentHost().with(TILE_MEMORIES, memories));

let end = 2 ** 20;
/** An array in the kernels' memory, full of numbers between 0 and 1. */
function arrayOf(Class, length) {
  const data = new Class(memory.buffer, end, length);
  end += Math.ceil(data.byteLength / 65_536) * 65_536;
  for (let i = 0; i < length; i++) data[i] = Math.random();
  return data;
}

const f = "float64";
const blocks = Array.from({ length: 4 }, () =>
  contiguousBlock(f, arrayOf(Float64Array, SIZE), [N, N]),
);
const result = contiguousBlock(f, arrayOf(Float64Array, SIZE), [N, N]);
const truths = contiguousBlock("bool", arrayOf(Uint8Array, SIZE), [N, N]);
const range = { extents: [N, N], offsets: [0, 0] };
const straight = [0, 1];
const load = (operand) => ({ op: "load", operand, dtype: f });
const op = (name, args, dtype = f) => ({ op: name, args, dtype });
const reductionOf = (name, axes) => ({
  name,
  axes,
  count: N ** axes.length,
  correction: 0,
  stateDType: f,
  dtype: f,
  keepdims: false,
  shape: [N, N],
});

/** A job that runs a program, on other blocks each time. */
function program(nodes, axes, output, reduction) {
  const how = reduction && { reduction: reductionOf(...reduction), finish: "state" };
  const loop = new ProgramLoop({ nodes }, axes, how);
  let turn = 0;
  return () => {
    turn++;
    const operands = axes.map((_, i) => blocks[(turn + i) % blocks.length]);
    loop.run(range, operands, output);
  };
}
const unary = (name) => program([load(0), op(name, [0])], [straight], result);
const reduced = (...reduction) => program([load(0)], [straight], result, reduction);

/** A block of a dtype: of integers, up to 100. */
const CLASSES = { uint8: Uint8Array, int32: Int32Array, bool: Uint8Array };
function blockOf(dtype) {
  const data = arrayOf(CLASSES[dtype], SIZE);
  for (let i = 0; i < SIZE; i++) data[i] = Math.random() * 100;
  return contiguousBlock(dtype, data, [N, N]);
}
const integers = {
  uint8: [0, 1].map(() => blockOf("uint8")),
  int32: [0, 1].map(() => blockOf("int32")),
};
/** A job on blocks of integers, or on one of floats. */
function integerJob(nodes, operands, output, reduction) {
  const loop = new ProgramLoop(
    { nodes },
    operands.map(() => straight),
    reduction,
  );
  return () => loop.run(range, operands, output);
}
const loadOf = (operand, dtype) => ({ op: "load", operand, dtype });
const binary = (name, from, to = from) =>
  integerJob(
    [loadOf(0, from), loadOf(1, from), op(name, [0, 1], to)],
    integers[from],
    to === "bool" ? truths : blockOf(to),
  );
const cast = (operand, output) =>
  integerJob([loadOf(0, operand.dtype), op("cast", [0], output.dtype)], [operand], output);
const integerFold = (name, from, stateDType) => {
  const reduction = { ...reductionOf(name, [0, 1]), stateDType, dtype: stateDType };
  const output = new (stateDType === "int64" ? BigInt64Array : CLASSES[from])(1);
  const state = contiguousBlock(stateDType, output, [1]);
  return integerJob([loadOf(0, from)], [integers[from][0]], state, { reduction, finish: "state" });
};
function moments(axes) {
  const loop = new MomentsLoop({ nodes: [load(0)] }, [straight], reductionOf("std", axes), "state");
  let turn = 0;
  return () => loop.run(range, [blocks[turn++ % blocks.length]], result);
}
const searched = (axes) => reduced("argmax", axes);
const source = uniformSource();
const first = source.placeOf(result.data, 0);

/** Jobs, and the bytes that an element of each reads and writes at least. */
const JOBS = {
  "copy x": [8 + 8, program([load(0)], [straight], result)],
  random: [8, () => source.fill({ seed: 1, low: 0, width: 1 }, N, N, 0, 10 * N, first)],
  "x.sum()": [8, reduced("sum", [0, 1])],
  "x.sum(0)": [8, reduced("sum", [0])],
  "x.sum(1)": [8, reduced("sum", [1])],
  "x.max()": [8, reduced("max", [0, 1])],
  "x.argmax()": [8, searched([0, 1])],
  "x.argmax(1)": [8, searched([1])],
  "x.std(0)": [16, moments([0])],
  "x.std(1)": [16, moments([1])],
  "(x + y.T).sum()": [
    16,
    program([load(0), load(1), op("add", [0, 1])], [straight, [1, 0]], result, ["sum", [0, 1]]),
  ],
  "a + b * c - d": [
    40,
    program(
      [
        ...[0, 1, 2, 3].map(load),
        op("multiply", [1, 2]),
        op("add", [0, 4]),
        op("subtract", [5, 3]),
      ],
      [straight, straight, straight, straight],
      result,
    ),
  ],
  "x < y": [
    17,
    program([load(0), load(1), op("less", [0, 1], "bool")], [straight, straight], truths),
  ],
  "sqrt(x)": [16, unary("sqrt")],
  "exp(x)": [16, unary("exp")],
  "log(x)": [16, unary("log")],
  "x ** y": [24, program([load(0), load(1), op("pow", [0, 1])], [straight, straight], result)],
  "log10(x)": [16, unary("log10")],
  "log1p(x)": [16, unary("log1p")],
  "expm1(x)": [16, unary("expm1")],
  "cosh(x)": [16, unary("cosh")],
  "sin(x)": [16, unary("sin")],
  "tan(x)": [16, unary("tan")],
  "tanh(x)": [16, unary("tanh")],
  "int32: x + y": [12, binary("add", "int32")],
  "int32: x * y": [12, binary("multiply", "int32")],
  "int32: x < y": [9, binary("less", "int32", "bool")],
  "int32: x.sum()": [4, integerFold("sum", "int32", "int64")],
  "int32: x.max()": [4, integerFold("max", "int32", "int32")],
  "uint8: x + y": [3, binary("add", "uint8")],
  "uint8 as float64": [9, cast(integers.uint8[0], result)],
  "int32 as float64": [12, cast(integers.int32[0], result)],
  "float64 as int32": [12, cast(blocks[0], blockOf("int32"))],
  "(sin(x)**2 + cos(x)**2).sum()": [
    8,
    program(
      [
        load(0),
        op("sin", [0]),
        op("square", [1]),
        op("cos", [0]),
        op("square", [3]),
        op("add", [2, 4]),
      ],
      [straight],
      result,
      ["sum", [0, 1]],
    ),
  ],
};

function cpuNs() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
}

/** Nanoseconds of processor time that an element costs in the best round. */
function measure(job) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = -3; round < rounds; round++) {
    const start = cpuNs();
    job();
    if (round >= 0) best = Math.min(best, (cpuNs() - start) / SIZE);
  }
  return best;
}

function numpyTimes() {
  const script = fileURLToPath(new URL("contenders/kernels_numpy.py", import.meta.url));
  try {
    const out = execFileSync(pythonWithDask(), [script, `${rounds}`], { encoding: "utf8" });
    return JSON.parse(out);
  } catch {
    console.log("  (NumPy: not available here, left out)");
    return {};
  }
}

console.log("\nns per element of 1,000² on one core; share of what copying moves per ns");
const numpy = numpyTimes();
const times = Object.entries(JOBS).map(([name, [bytes, job]]) => ({
  name,
  bytes,
  ns: measure(job),
}));
const bytesPerNs = 16 / times[0].ns;
for (const { name, bytes, ns } of times) {
  const share = `${Math.round((100 * bytes) / ns / bytesPerNs)} %`;
  const theirs = numpy[name];
  const beside =
    theirs === undefined ? "" : `NumPy ${theirs.toFixed(2)}  ${(ns / theirs).toFixed(2)}×`;
  console.log(`  ${name.padEnd(32)} ${ns.toFixed(2).padStart(6)}  ${share.padStart(6)}  ${beside}`);
}
