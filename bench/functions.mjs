// What does it cost to ship a function: capture and encode it for the first time, again, and
// rebuild it? Run after `npm run build`: node bench/functions.mjs
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { arange } from "../dist/index.js";
import { buildShipped, shipFunction } from "../dist/shipping/ship-function.js";
import { warmUpShipping } from "../dist/shipping/warm-up.js";

const COUNT = 500;
const offset = 2;
const scale = (x) => x * 3 + offset;
const table = new Map([["a", new Float64Array(100)]]);
const makers = {
  "one number": (n) => (x) => x + n,
  "a function and a number": (n) => (x) => scale(x) + n,
  "an import": (n) => () => [arange, n],
  "an object": (n) => (x) => table.get("a")[x] + n,
};
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

if (process.argv[2] === "first" || process.argv[2] === "practised") {
  if (process.argv[2] === "practised") warmUpShipping();
  const before = process.cpuUsage();
  shipFunction(scale);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${(user + system) / 1000}`);
  process.exit();
}
for (const [mode, what] of [
  ["first", "the very first function of a process"],
  ["practised", "the first one after LocalCluster.start()"],
]) {
  const firsts = Array.from({ length: 7 }, () =>
    Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), mode])),
  );
  const [best, middle] = [Math.min(...firsts), median(firsts)].map((ms) => ms.toFixed(1));
  console.log(`${what}: best ${best} ms, median ${middle} ms of processor time`);
}
for (const [what, make] of Object.entries(makers)) {
  const first = [];
  const again = [];
  const rebuilt = [];
  for (let i = 0; i < COUNT; i++) {
    const f = make(i);
    const t0 = performance.now();
    const shipped = shipFunction(f);
    const t1 = performance.now();
    for (let k = 0; k < 10; k++) shipFunction(f);
    const t2 = performance.now();
    if (what !== "an import") buildShipped(shipped);
    const t3 = performance.now();
    first.push(t1 - t0);
    again.push((t2 - t1) / 10);
    rebuilt.push(t3 - t2);
  }
  const us = (times) => `${(median(times) * 1000).toFixed(1)} µs`;
  console.log(`${what}: first ${us(first)}, again ${us(again)}, rebuilt ${us(rebuilt)}`);
}
