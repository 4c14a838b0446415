// Networks that fail: hosts are namespaces of the kernel on a switch of their own, where these can
// be made, and a line that is slow or hangs is a small proxy.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Socket, connect as tcpConnect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Client, LocalCluster } from "../../src/index.js";
import { Command, freshDirectory } from "./command.js";

const index = new URL("../../dist/bundle/main/index.js", import.meta.url).href;
const ip = (...words: string[]) => execFileSync("ip", words, { stdio: "pipe" });
const prefix = `tw${process.pid}-`;

/** Whether this user may make hosts. */
const canMakeHosts = (() => {
  try {
    ip("netns", "add", `${prefix}try`);
    ip("-n", `${prefix}try`, "link", "add", "name", "br0", "type", "bridge");
    ip("netns", "del", `${prefix}try`);
    return true;
  } catch {
    return false;
  }
})();

/** Hosts with addresses 10.9.0.1, 10.9.0.2, … on one switch; removed with the test. */
function makeHosts(...names: string[]): void {
  const all = ["switch", ...names].map((name) => `${prefix}${name}`);
  onTestFinished(() => {
    for (const host of all) ip("netns", "del", host);
  });
  for (const host of all) ip("netns", "add", host);
  const [hub = ""] = all;
  ip("-n", hub, "link", "add", "name", "br0", "type", "bridge");
  ip("-n", hub, "link", "set", "dev", "br0", "up");
  for (const [k, name] of names.entries()) {
    const host = `${prefix}${name}`;
    const port = ["peer", "name", `to-${name}`, "netns", hub];
    ip("-n", host, "link", "add", "name", "eth0", "type", "veth", ...port);
    ip("-n", hub, "link", "set", "dev", `to-${name}`, "master", "br0", "up");
    ip("-n", host, "addr", "add", `10.9.0.${k + 1}/24`, "dev", "eth0");
    for (const device of ["eth0", "lo"]) ip("-n", host, "link", "set", "dev", device, "up");
  }
}

const on = (name: string) => ({ within: ["ip", "netns", "exec", `${prefix}${name}`] });

test.skipIf(!canMakeHosts)(
  "a host that is cut off is made up for, and is back with its link",
  async () => {
    makeHosts("main", "near", "far");
    const address = "tcp://10.9.0.1:8786";
    const open = ["--insecure", "--no-dashboard"];
    const host = ["--host", "10.9.0.1", "--worker-timeout", "6"];
    const scheduler = new Command(["scheduler", ...host, ...open], on("main"));
    await scheduler.says(/listens at/);
    for (const name of ["near", "far"]) {
      const about = ["--name", name, "--nthreads", "1", "--memory-limit", "500MB"];
      await new Command(["worker", address, ...about, ...open], on(name)).says(/joined/);
    }
    const script = join(freshDirectory(), "program.mjs");
    const link = (state: string) =>
      `execFileSync("ip", ["-n", "${prefix}switch", "link", "set", "dev", "to-far", "${state}"])`;
    writeFileSync(
      script,
      `import { execFileSync } from "node:child_process";
     import { Client, ones } from ${JSON.stringify(index)};
     const client = await Client.connect(${JSON.stringify(address)});
     const workers = async () => (await client.describe()).workers.map(({ name }) => name).sort().join();
     const x = await ones([400, 400], { chunks: 100 }).persist();
     const before = await workers();
     ${link("down")};
     const sum = await x.add(x.transpose()).sum().compute();
     const between = await workers();
     ${link("up")};
     const far = client.with({ workers: ["far"] });
     const back = await far.submit(() => "back");
     const again = await x.add(1).sum().compute();
     console.log("result", JSON.stringify({ before, sum, between, back, again, after: await workers() }));
     await client.close();`,
    );
    const program = new Command([], { script, ...on("main") });
    const [, result = ""] = await program.says(/result (.*)/);
    expect(JSON.parse(result)).toEqual({
      before: "far,near",
      sum: 320_000,
      between: "near",
      back: "back",
      again: 320_000,
      after: "far,near",
    });
    expect(scheduler.output).toMatch(/worker far is gone: no message came from it for 6 s/);
    expect((await program.ended).code).toBe(0);
  },
);

test.skipIf(!canMakeHosts)(
  "two hosts that reach the scheduler and not each other finish a job",
  async () => {
    makeHosts("main", "near", "far");
    const address = "tcp://10.9.0.1:8786";
    const open = ["--insecure", "--no-dashboard"];
    const scheduler = new Command(["scheduler", "--host", "10.9.0.1", ...open], on("main"));
    await scheduler.says(/listens at/);
    for (const name of ["near", "far"]) {
      // The switch passes nothing between ports that are isolated.
      const port = ["dev", `to-${name}`, "type", "bridge_slave", "isolated", "on"];
      ip("-n", `${prefix}switch`, "link", "set", ...port);
      const about = ["--name", name, "--nthreads", "1", "--memory-limit", "500MB"];
      const env = { TILEWORK_WORKER_FETCH_TIMEOUT: "500 ms" };
      const worker = new Command(["worker", address, ...about, ...open], { ...on(name), env });
      await worker.says(/joined/);
    }
    const script = join(freshDirectory(), "program.mjs");
    writeFileSync(
      script,
      `import { Client, ones } from ${JSON.stringify(index)};
     const client = await Client.connect(${JSON.stringify(address)});
     const x = await ones([400, 400], { chunks: 100 }).persist();
     const holders = Object.values(await client.hasWhat()).filter((keys) => keys.length > 0).length;
     const sum = await x.add(x.transpose()).sum().compute();
     console.log("result", JSON.stringify({ holders, sum }));
     await client.close();`,
    );
    const program = new Command([], { script, ...on("main") });
    const [, result = ""] = await program.says(/result (.*)/);
    expect(JSON.parse(result)).toEqual({ holders: 2, sum: 320_000 });
    expect(scheduler.output).toMatch(/worker (near|far) cannot fetch from worker (near|far) at/);
    expect(scheduler.output).toMatch(/worker (near|far) gets no tasks for \d+ s/);
    expect((await program.ended).code).toBe(0);
  },
);

/** Passes bytes on, later, and not at all while it hangs; closed with the test. */
async function startProxy(port: number, delayMs: number) {
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  const line = { hangs: false, port: 0, resume: () => {} };
  const pass = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.on("data", (bytes) => {
      const send = () => void to.write(bytes);
      if (line.hangs) waiting.push(send);
      else setTimeout(send, delayMs);
    });
  };
  line.resume = () => {
    line.hangs = false;
    for (const send of waiting.splice(0)) send();
  };
  const server = createServer((near) => {
    const far = tcpConnect(port, "127.0.0.1");
    pass(near, far);
    pass(far, near);
  });
  server.on("error", () => {});
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  line.port = (server.address() as { port: number }).port;
  return line;
}

test("a slow line is only slow; one that hangs is a lost scheduler, until it moves again", async () => {
  await using cluster = await LocalCluster.start({
    workers: 1,
    threadsPerWorker: 1,
    transport: "tcp",
  });
  const line = await startProxy(Number(/:(\d+)$/.exec(cluster.address)?.[1]), 40);
  const client = await Client.connect(`tcp://127.0.0.1:${line.port}`, {
    current: false,
    reconnect: true,
    schedulerTimeoutMs: 8_000,
  });
  onTestFinished(() => client.close());
  const add = (n: number) => n + 1;
  expect(await client.gather(client.map(add, [1, 2, 3]))).toEqual([2, 3, 4]);
  line.hangs = true;
  await expect(client.submit(add, 1)).rejects.toMatchObject({ code: "cluster.schedulerLost" });
  line.resume();
  expect(await client.submit(add, 2)).toBe(3);
  expect(await cluster.client.submit(add, 3)).toBe(4);
});
