// How long from `tilework submit app.mjs` to the begin of the program's first task? In client mode
// the program runs here, in cluster mode on the worker; the scheduler and one worker of one thread
// run before. node bench/submit.mjs [rounds]
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const rounds = Number(process.argv[2] ?? 9);
const main = new URL("../dist/bundle/cli/main.js", import.meta.url).pathname;
const tilework = new URL("../dist/bundle/main/index.js", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "tw-submit-"));
const run = promisify(execFile);
const file = join(folder, "scheduler.json");
const app = join(folder, "app.mjs");
writeFileSync(
  app,
  `import { Client } from ${JSON.stringify(tilework)};
const client = await Client.connect();
console.log("began at", await client.submit(() => Date.now()));
await client.close();
`,
);

const start = (...parameters) =>
  spawn(process.execPath, [main, ...parameters], { stdio: ["ignore", "ignore", "inherit"] });
const quietly = ["--log-level", "error", "--no-dashboard"];
const cluster = [
  start("scheduler", "--port", "0", "--scheduler-file", file, ...quietly),
  start("worker", "--scheduler-file", file, "--nthreads", "1", ...quietly),
];

/** The time until the first task of one submission began. */
async function submitOnce(mode) {
  const startMs = Date.now();
  const parameters = ["submit", "--scheduler-file", file, "--deploy-mode", mode];
  if (mode === "cluster") parameters.push("--follow");
  const { stdout } = await run(process.execPath, [main, ...parameters, app]);
  return Number(/began at (\d+)/.exec(stdout)[1]) - startMs;
}

while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
for (const mode of ["client", "cluster"]) {
  await submitOnce(mode); // the worker may join only now, and loads what it needs
  const times = [];
  for (let round = 0; round < rounds; round++) times.push(await submitOnce(mode));
  times.sort((a, b) => a - b);
  const [median, best] = [times[rounds >> 1], times[0]].map((ms) => `${(ms / 1_000).toFixed(2)} s`);
  console.log(`${mode} mode: median ${median} of ${rounds} rounds, best ${best}`);
}
const ended = Promise.all(cluster.map((child) => new Promise((end) => child.once("exit", end))));
await run(process.execPath, [main, "stop", "--scheduler-file", file]);
await ended;
rmSync(folder, { recursive: true });
