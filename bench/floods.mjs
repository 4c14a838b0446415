// Strangers flood each kind of socket of a cluster over tcp while jobs run: malformed frames,
// handshakes that fail, connections that say nothing. Are all jobs right, and is memory flat?
// node bench/floods.mjs [frames] [handshakes] [half-open connections] [keys]
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { Dealer } from "zeromq";
import { LocalCluster, random } from "../dist/index.js";

const [frames = 1_000_000, handshakes = 50_000, halfOpen = 400] = process.argv
  .slice(2, 5)
  .map(Number);
const hasKeys = process.argv[5] === "keys";
const options = { workers: 2, threadsPerWorker: 1, memoryLimit: "500MB", transport: "tcp" };
const log = { lines: 0, bytes: 0 };
const cluster = await LocalCluster.start({
  ...options,
  ...(hasKeys ? { security: true } : {}),
  log: (line) => {
    log.lines++;
    log.bytes += line.length;
  },
});

const pids = { scheduler: cluster.schedulerPid, worker: cluster.workers[0].pid };
const residentMB = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
const socketsOf = (pid) => readdirSync(`/proc/${pid}/fd`).length;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Honest jobs, one after another, until the floods are over. */
const jobs = { done: 0, wrong: 0, isOver: false };
const x = await random([1_000, 1_000], { chunks: 250, seed: 1 }).persist();
const right = await x.sum().compute();
const honest = (async () => {
  while (!jobs.isOver) {
    const sum = await x
      .sum()
      .compute()
      .catch((error) => error.message);
    jobs.done++;
    if (sum !== right) jobs.wrong++;
    await pause(20);
  }
})();

/** Frames over ZeroMQ: random bytes, our magic and then random bytes, words of sessions. */
async function flood(address, count) {
  const dealer = new Dealer({ linger: 0, sendHighWaterMark: 10_000 });
  dealer.connect(address);
  const heads = [
    Buffer.alloc(0),
    Buffer.from([0x94, 0xa2, 0x74, 0x77, 1]),
    Buffer.from("tws\u0001"),
  ];
  // Who is not let in has no place to send to: as many as there is room for wait.
  for (let k = 0; k < count; k++) {
    const tail = Buffer.alloc(k % 60);
    for (let at = 0; at < tail.length; at++) tail[at] = (k * 31 + at * 17) & 255;
    const sent = dealer.send(Buffer.concat([heads[k % heads.length], tail])).then(() => true);
    if (!(await Promise.race([sent, pause(15_000)]))) {
      dealer.close();
      await sent.catch(() => undefined);
      return k;
    }
  }
  await pause(500);
  dealer.close();
  return count;
}

/** Connections that send a greeting without a mechanism, or random bytes, and end. */
async function shake(port, count) {
  let done = 0;
  const one = () =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        const bytes = Buffer.alloc(64, done & 255);
        if (done % 2 === 0) bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]);
        socket.end(bytes);
      });
      socket
        .resume()
        .on("error", () => {})
        .on("close", resolve);
    });
  const lane = async () => {
    while (done < count) {
      done++;
      await one();
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
}

/** Connections that say nothing; how many the other end has ended after 45 s. */
async function idle(port, count) {
  let ended = 0;
  const sockets = Array.from({ length: count }, () =>
    connect(port, "127.0.0.1")
      .resume()
      .on("error", () => {})
      .on("close", () => ended++),
  );
  for (let waited = 0; waited < 45_000 && ended < count; waited += 500) await pause(500);
  for (const socket of sockets) socket.destroy();
  return ended;
}

const state = () =>
  Object.entries(pids)
    .map(([name, pid]) => `${name} ${residentMB(pid).toFixed(0)} MB, ${socketsOf(pid)} files`)
    .join("; ");
const [worker] = (await cluster.describe()).workers;
const addresses = { scheduler: cluster.address, worker: worker.address };
console.log(`before: ${state()}`);
for (const [name, address] of Object.entries(addresses)) {
  const plain = address.split("#")[0];
  const port = Number(plain.split(":").at(-1));
  for (const [what, run] of [
    [`${frames} malformed frames`, () => flood(plain, frames)],
    ["as many again", () => flood(plain, frames)],
    [`${handshakes} handshakes`, () => shake(port, handshakes)],
    [`${halfOpen} half-open connections, ended`, () => idle(port, halfOpen)],
  ]) {
    const startMs = performance.now();
    const result = await run();
    const took = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(
      `${name}: ${what}${result === undefined ? "" : `: ${result}`}, ${took} s; ${state()}`,
    );
  }
}
jobs.isOver = true;
await honest;
console.log(
  `${jobs.done} jobs meanwhile, ${jobs.wrong} wrong; log: ${log.lines} lines, ${log.bytes} bytes`,
);
await cluster.close();
process.exitCode = jobs.wrong > 0 ? 1 : 0;
