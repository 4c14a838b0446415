// How long `info` of a cluster of many workers takes: a scheduler, and workers that register, send
// heartbeats and answer questions, but compute nothing. Usage: node bench/info.mjs [workers]
// [rounds]
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { socketTransport } from "../dist/comm/socket-transport.js";
import { Client } from "../dist/index.js";
import { PROTOCOL_VERSION } from "../dist/protocol/values/ids.js";
import { aboutNode } from "../dist/runtime/host/about-node.js";
import { startSchedulerNode } from "../dist/runtime/nodes/scheduler-node.js";

const count = Number(process.argv[2] ?? 100);
const rounds = Number(process.argv[3] ?? 9);
const run = promisify(execFile);
const main = new URL("../dist/bundle/cli/main.js", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "tw-info-"));
const transport = await socketTransport();
const scheduler = await startSchedulerNode({
  transport,
  address: `ipc://${join(folder, "s")}`,
  log: () => {},
});
const about = JSON.stringify(aboutNode());

/** Joins as a worker of that name; resolves when it was accepted. */
async function joinAs(name) {
  const link = await transport.connect(scheduler.address);
  const send = (message) => {
    link.send(message);
    link.flush();
  };
  const beat = () =>
    send({
      type: "workerHeartbeat",
      managedBytes: 1e8,
      peakManagedBytes: 2e8,
      processBytes: 3e8,
      peakProcessBytes: 3e8,
      spilledBytes: 0,
      spilledBytesTotal: 0,
      executing: 1,
    });
  const accepted = new Promise((resolve) => {
    link.onMessage((message) => {
      if (message.type === "workerAccepted")
        resolve(setInterval(beat, message.heartbeatIntervalMs));
      if (message.type === "askWorker")
        send({ type: "workerAnswered", ask: message.ask, json: about });
    });
  });
  send({
    type: "registerWorker",
    version: PROTOCOL_VERSION,
    name,
    address: `tcp://10.0.0.1:${name.slice(7)}`,
    threads: 2,
    memoryLimitBytes: 4e9,
    pid: 1,
    host: name,
  });
  return { link, timer: await accepted };
}

const workers = await Promise.all(
  Array.from({ length: count }, (_, k) => joinAs(`worker-${1000 + k}`)),
);
const client = await Client.connect(scheduler.address);
const times = { describe: [], versions: [], command: [] };
for (let round = 0; round < rounds; round++) {
  for (const [what, ask] of [
    ["describe", () => client.describe()],
    ["versions", () => client.versions()],
    ["command", () => run(process.execPath, [main, "info", scheduler.address])],
  ]) {
    const startMs = performance.now();
    await ask();
    times[what].push(performance.now() - startMs);
  }
}
console.log(`${count} workers, median of ${rounds} rounds`);
for (const [what, all] of Object.entries(times)) {
  const sorted = all.sort((a, b) => a - b);
  console.log(
    `${what.padEnd(10)} ${sorted[rounds >> 1].toFixed(1)} ms (best ${sorted[0].toFixed(1)} ms)`,
  );
}
await client.close();
for (const { link, timer } of workers) {
  clearInterval(timer);
  void link.close();
}
await scheduler.close();
rmSync(folder, { recursive: true });
process.exit(0);
