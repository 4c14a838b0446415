// A network that breaks for a while between the scheduler and all others, with default options:
// what is there afterwards, and after how long? Everything is in processes of its own, over tcp.
// node bench/glitch.mjs [seconds] [silent | cut | restart]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Client, random } from "../dist/index.js";

const seconds = Number(process.argv[2] ?? 15);
const fault = process.argv[3] ?? "silent";
const main = fileURLToPath(new URL("../dist/bundle/cli/main.js", import.meta.url));
const children = [];

/** Starts `tilework …`, and waits until it says something. */
async function start(parameters, until) {
  const child = spawn(process.execPath, [main, ...parameters], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let output = "";
  const found = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        output += text;
        for (const line of String(text).split("\n")) {
          if (/WARN|ERROR|joined|restarts/.test(line)) console.log(`    ${line.trim()}`);
        }
        const match = until.exec(output);
        if (match !== null) resolve(match);
      });
    }
  });
  return { child, match: await found };
}

/** A port that forwards to another one while the network is whole. */
async function network(port) {
  const sockets = new Set();
  const state = { isUp: true };
  const keep = (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (!state.isUp && fault === "cut") near.destroy();
    if (!state.isUp) return;
    const far = connect(port, "127.0.0.1");
    keep(far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      let isLost = false;
      from.on("data", (bytes) => {
        isLost ||= !state.isUp;
        if (!isLost) to.write(bytes);
      });
      from.on("close", () => to.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { port: server.address().port, state, end, server };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const port = 20_000 + (process.pid % 20_000);
const scheduling = ["scheduler", "--port", `${port}`, "--no-dashboard"];
let scheduler = await start(scheduling, /listens/);
const net = await network(port);
const address = `tcp://127.0.0.1:${net.port}`;
for (const name of ["a", "b"]) {
  const limits = ["--nthreads", "1", "--memory-limit", "1GB"];
  await start(["worker", address, "--name", name, ...limits], /joined the scheduler/);
}
const client = await Client.connect(address);
const x = await random([4_000, 4_000], { chunks: 1_000, seed: 1 }).persist();
const before = await x.sum().compute();
const pids = async () => (await client.describe()).workers.map(({ name, pid }) => `${name} ${pid}`);
console.log("workers before:", (await pids()).sort().join(", "));
const made = client.map(
  (n) => new Promise((resolve) => setTimeout(() => resolve(n), 500)),
  Array.from({ length: 40 }, (_, n) => n),
);
const job = client.gather(made).then(
  (values) => `done, ${values.length} values`,
  (error) => `failed: ${error.message}`,
);
await pause(2_000);
console.log(`the network is down (${fault}) for ${seconds} s`);
net.state.isUp = false;
if (fault === "cut") net.end();
if (fault === "restart") {
  scheduler.child.kill("SIGKILL");
  await once(scheduler.child, "exit");
  net.end();
}
await pause(seconds * 1_000);
net.state.isUp = true;
if (fault === "restart") scheduler = await start(scheduling, /listens/);
const upMs = performance.now();
const since = () => `${((performance.now() - upMs) / 1000).toFixed(1)} s after it is back`;
console.log(`a job that was under way: ${await job}, ${since()}`);
const there = async () => {
  while ((await pids().catch(() => [])).length < 2) await pause(50);
};
await there();
console.log(`workers: ${(await pids()).sort().join(", ")}, ${since()}`);
const after = await x
  .sum()
  .compute()
  .catch(({ message }) => message);
console.log(`persisted values: ${after === before ? "the same" : after}, ${since()}`);
console.log(`a new job: ${await client.submit((n) => n + 1, 1)}, ${since()}`);
await client.close();
for (const child of children) child.kill("SIGTERM");
await Promise.all(children.map((child) => child.exitCode ?? once(child, "exit")));
net.end();
net.server.close();
