// Strangers flood each kind of socket of a cluster over tcp while jobs run: malformed frames,
// handshakes that fail, connections that say nothing; with keys, strangers and one that has a
// client's keys. Are all jobs right, is no one let in, and is memory flat?
// node bench/floods.mjs [frames] [handshakes] [half-open connections] [keys]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer } from "zeromq";
import { readKeys, writeKeys } from "../dist/comm/security/key-files.js";
import { LocalCluster, random } from "../dist/index.js";

const [frames = 1_000_000, handshakes = 50_000, halfOpen = 400] = process.argv
  .slice(2, 5)
  .map(Number);
const hasKeys = process.argv[5] === "keys";
const options = {
  workers: 2,
  threadsPerWorker: 1,
  memoryLimit: "500MB",
  transport: "tcp",
  dashboardAddress: "127.0.0.1:0",
};
const folder = join(mkdtempSync(join(tmpdir(), "floods-")), "keys");
if (hasKeys) writeKeys(folder);
const log = { lines: 0, bytes: 0 };
const cluster = await LocalCluster.start({
  ...options,
  ...(hasKeys ? { security: folder } : {}),
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

/** The options of a socket with a client's keys, to a server of the role `server`. */
function clientKeys(server) {
  const { publicKey, secretKey, cluster: keys } = readKeys(folder, ["client"]);
  return {
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
    curveServerKey: keys[server],
  };
}

/** Frames over ZeroMQ: random bytes, our magic and then random bytes, words of sessions. */
async function flood(address, count, keys = {}) {
  const dealer = new Dealer({ linger: 0, sendHighWaterMark: 10_000, ...keys });
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

/** Connections that say nothing but `text`; how many the other end has ended after 100 s. */
async function idle(port, count, text = "") {
  let ended = 0;
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    return socket
      .resume()
      .on("error", () => {})
      .on("close", () => ended++);
  });
  for (let waited = 0; waited < 100_000 && ended < count; waited += 500) await pause(500);
  for (const socket of sockets) socket.destroy();
  return ended;
}

const state = () =>
  Object.entries(pids)
    .map(([name, pid]) => `${name} ${residentMB(pid).toFixed(0)} MB, ${socketsOf(pid)} files`)
    .join("; ");
const [worker] = (await cluster.describe()).workers;
const addresses = { scheduler: cluster.address, worker: worker.address };
const peers = async () => {
  const { workers, clients } = await cluster.describe();
  return `${workers.length} workers, ${clients.length} clients`;
};
const peersBefore = await peers();
console.log(`before: ${state()}; ${peersBefore}`);

async function attack(name, attacks) {
  for (const [what, run] of attacks) {
    const startMs = performance.now();
    const result = await run();
    const took = ((performance.now() - startMs) / 1000).toFixed(1);
    const how = result === undefined ? "" : `: ${result}`;
    console.log(`${name}: ${what}${how}, ${took} s; ${state()}`);
  }
}

for (const [name, address] of Object.entries(addresses)) {
  const plain = address.split("#")[0];
  const port = Number(plain.split(":").at(-1));
  const keyed = () => flood(plain, frames, clientKeys(name));
  await attack(name, [
    [`${frames} malformed frames`, () => flood(plain, frames)],
    ["as many again", () => flood(plain, frames)],
    ...(hasKeys ? [[`${frames} malformed frames with a client's keys`, keyed]] : []),
    ...(hasKeys ? [["as many again", keyed]] : []),
    [`${handshakes} handshakes`, () => shake(port, handshakes)],
    [`${halfOpen} half-open connections, ended`, () => idle(port, halfOpen)],
  ]);
}
await attack("nothing", [["no stranger at all", () => pause(60_000)]]);
const port = Number(new URL(cluster.dashboardLink).port);
await attack("dashboard", [
  [`${handshakes} malformed requests`, () => shake(port, handshakes)],
  ["as many again", () => shake(port, handshakes)],
  [`${halfOpen} half-open connections, ended`, () => idle(port, halfOpen)],
  [`${halfOpen} half requests, ended`, () => idle(port, halfOpen, "GET / HTTP/1.1\r\nHost: ")],
]);
const peersAfter = await peers();
jobs.isOver = true;
await honest;
console.log(
  `${jobs.done} jobs meanwhile, ${jobs.wrong} wrong; log: ${log.lines} lines, ${log.bytes} bytes`,
);
console.log(`afterwards: ${peersAfter}; ${state()}`);
await cluster.close();
rmSync(join(folder, ".."), { recursive: true });
process.exitCode = jobs.wrong > 0 || peersAfter !== peersBefore ? 1 : 0;
