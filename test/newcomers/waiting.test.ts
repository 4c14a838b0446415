// What a program on a cluster reads while nothing happens, and that it ends, or says why not: with
// real processes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Command, freshDirectory } from "../e2e/command.js";

const ENTRY = new URL("../../dist/bundle/main/index.js", import.meta.url).href;

/** A program of a user's, which runs. */
function program(text: string): Command {
  const script = join(freshDirectory(), "program.mjs");
  writeFileSync(
    script,
    `import { Client, LocalCluster, ones } from ${JSON.stringify(ENTRY)};\n${text}`,
  );
  return new Command([], { script });
}

async function scheduler(at = ["--port", "0"]): Promise<{ command: Command; address: string }> {
  const command = new Command(["scheduler", ...at]);
  const [, address = ""] = await command.says(/scheduler listens at (\S+)/);
  return { command, address };
}

async function worker(address: string, ...options: string[]): Promise<Command> {
  const command = new Command(["worker", address, "--nthreads", "1", ...options]);
  await command.says(/joined the scheduler/);
  return command;
}

const SMALL = ["--memory-limit", "500MB"];

describe("a program whose calls wait for a worker", () => {
  it("reads so, for calls and actors, and goes on when one joins", async () => {
    const { address } = await scheduler();
    const waiting = program(`
      const client = await Client.connect("${address}");
      class Counter { n = 1; }
      const actor = client.actor(Counter);
      const future = client.submit((x) => x + 1, 1);
      console.log("done", await future, await (await actor).n);
      await client.close();`);
    await waiting.says(
      /no worker has joined the scheduler at tcp:\S+ yet; a call waits \(.* so far\)\. Start one/,
    );
    await waiting.says(/no worker has joined .*; the actor Counter waits/);
    await worker(address, ...SMALL);
    await waiting.says(/done 2 1/);
    expect((await waiting.ended).code).toBe(0);
  });

  it("reads what they ask for that no worker has", async () => {
    const { address } = await scheduler();
    await worker(address, ...SMALL);
    const waiting = program(`
      const client = await Client.connect("${address}");
      class Model {}
      client.actor(Model, [], { resources: { GPU: 1 } });
      client.with({ resources: { GPU: 2 } }).submit((x) => x, 1);
      setInterval(() => {}, 1_000);`);
    await waiting.says(/the actor Model needs a worker with GPU=1, and no worker of the scheduler/);
    await waiting.says(/a call needs a worker with GPU=2/);
  });

  it("reads which workers there were when all have died, and why, also in reports of progress", async () => {
    const { address } = await scheduler();
    const doomed = await worker(address, ...SMALL, "--name", "w0");
    const waiting = program(`
      const client = await Client.connect("${address}");
      const future = client.submit(() => new Promise((resolve) => setTimeout(resolve, 600_000)));
      setInterval(() => console.log(future.status), 100);
      const onProgress = ({ lostWorkers = [] }) => {
        for (const lost of lostWorkers) console.log("lost", JSON.stringify(lost));
      };
      await ones([10], { chunks: 1 }).sum().compute({ onProgress });`);
    await waiting.says(/pending/);
    doomed.kill("SIGKILL");
    await waiting.says(
      /all workers of the scheduler at tcp:\S+ are gone: w0 \(joined .* ago, lost .* ago: .+\); a call waits/,
    );
    const [, lost = ""] = await waiting.says(/lost (\{.*\})/);
    expect(JSON.parse(lost)).toEqual({
      name: "w0",
      joinedMsAgo: expect.any(Number),
      lostMsAgo: expect.any(Number),
      reason: expect.stringMatching(/./),
    });
  });
});

describe("a program that forgets to close", () => {
  it("reads that its cluster is open, and how it is closed", async () => {
    const forgetful = program(`
      const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
      console.log(await cluster.client.submit((x) => x + 1, 1));`);
    await forgetful.says(/kept open by a LocalCluster at \S+: end with await cluster\.close\(\)/);
    expect(forgetful.output).not.toMatch(/kept open by a Client/);
  });

  it("reads that its client is open", async () => {
    const { address } = await scheduler();
    await worker(address, ...SMALL);
    const forgetful = program(`
      const client = await Client.connect("${address}");
      console.log(await client.submit((x) => x + 1, 1));`);
    await forgetful.says(/kept open by a Client of tcp:\S+: end with await client\.close\(\)/);
  });

  it("reads nothing of the kind while it has something to do", async () => {
    const busy = program(`
      const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      console.log(await cluster.client.submit((x) => x + 1, 1));
      await cluster.close();`);
    const { output, code } = await busy.ended;
    expect({ output: output.trim(), code }).toEqual({ output: "2", code: 0 });
  });
});

describe("a worker with --reconnect, and a client", () => {
  it("stay when their scheduler is stopped in order, and join the next", async () => {
    // A port might be taken before the next one listens.
    const at = ["--address", `ipc://${freshDirectory()}/s`];
    const first = await scheduler(at);
    const staying = program(`
      const client = await Client.connect("${first.address}");
      const endless = client.submit(() => new Promise((resolve) => setTimeout(resolve, 600_000)));
      console.log("asked");
      await endless.result().catch(({ code }) => console.log("failed", code));
      console.log("next", await client.submit((n) => n + 1, 1).result());
      await client.close();`);
    const faithful = await worker(first.address, ...SMALL, "--reconnect");
    const other = await worker(first.address, ...SMALL);
    await staying.says(/asked/);
    first.command.kill("SIGTERM");
    expect((await first.command.ended).code).toBe(0);
    await faithful.says(/restarts without its results: its scheduler was stopped/);
    // One without the option ends as it should.
    expect((await other.ended).code).toBe(0);
    const second = await scheduler(at);
    await second.command.says(/worker \S+ joined/);
    expect(await staying.ended).toMatchObject({
      code: 0,
      output: expect.stringMatching(/failed cluster\.schedulerLost\nnext 2/),
    });
    faithful.kill("SIGTERM");
    expect((await faithful.ended).code).toBe(0);
  });
});

describe("several workers on one host", () => {
  it("say that each has taken all of it", async () => {
    const { command, address } = await scheduler();
    const first = new Command(["worker", address, "--name", "a"]);
    await first.says(/joined the scheduler/);
    const second = new Command(["worker", address, "--name", "b"]);
    await second.says(
      /2 workers share \S+ and take together more than it may have: a \(.*\), b \(.*\)\. Give each/,
    );
    await command.says(/2 workers share/);
    expect(first.output).not.toMatch(/workers share/);
  });

  it("say nothing when each was given its part", async () => {
    const { command, address } = await scheduler();
    await worker(address, ...SMALL);
    await worker(address, ...SMALL);
    expect(command.output).not.toMatch(/workers share/);
  });
});
