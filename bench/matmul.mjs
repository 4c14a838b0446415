// How fast is a matrix product on the system's BLAS, on our WebAssembly, and with NumPy on as many
// threads? float64, n × n in chunks of c × c; each way in a process of its own, in turn.
// node bench/matmul.mjs [n] [chunk] [rounds]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [n, chunk, rounds] = [3000, 1000, 3].map((standard, i) =>
  Number(process.argv[2 + i] ?? standard),
);
const THREADS = 2;

const NUMPY = `
import sys, time, numpy
n, rounds = int(sys.argv[1]), int(sys.argv[2])
a, b = numpy.random.default_rng(1).random((2, n, n))
for _ in range(rounds + 1):
    start = time.perf_counter()
    a @ b
    print(time.perf_counter() - start)
`;

/** Prints the seconds of each round, the first of which is the warm-up. */
async function measure() {
  const { random } = await import("tilework");
  const options = { chunks: [chunk, chunk] };
  const [a, b] = [1, 2].map((seed) => random([n, n], { ...options, seed }).persist());
  const [left, right] = await Promise.all([a, b]);
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    // The sum alone is fetched: the product stays on the threads.
    await left.matmul(right).sum().compute();
    console.log((performance.now() - start) / 1000);
  }
}

function secondsOf(command, args, env) {
  const { status, stdout } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  if (status !== 0) return undefined;
  return stdout.trim().split("\n").map(Number).slice(1);
}

function report(name, seconds) {
  if (seconds === undefined) {
    console.log(`${name.padEnd(24)} not here`);
    return;
  }
  const sorted = seconds.sort((x, y) => x - y);
  const [best, median] = [sorted[0], sorted[sorted.length >> 1]];
  const rate = (2 * n ** 3) / best / 1e9;
  console.log(
    `${name.padEnd(24)} best ${best.toFixed(3)} s, median ${median.toFixed(3)} s, ${rate.toFixed(1)} GFLOP/s`,
  );
}

if (process.env.MATMUL_MEASURE !== undefined) {
  await measure();
} else {
  const script = [fileURLToPath(import.meta.url), n, chunk, rounds].map(String);
  const own = (blas) =>
    secondsOf(process.execPath, script, {
      MATMUL_MEASURE: "1",
      TILEWORK_BLAS: blas,
      TILEWORK_THREADS: `${THREADS}`,
    });
  console.log(`${n}² float64, chunks of ${chunk}², ${THREADS} threads`);
  report("tilework, system BLAS", own(process.env.TILEWORK_BLAS ?? ""));
  report("tilework, WebAssembly", own("off"));
  const env = { OPENBLAS_NUM_THREADS: `${THREADS}` };
  report("NumPy", secondsOf("python3", ["-c", NUMPY, `${n}`, `${rounds}`], env));
}
