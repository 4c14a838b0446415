// The commands as a user types them: a scheduler, workers and clients in processes of their own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Client } from "../../src/client/client.js";
import { ones } from "../../src/index.js";
import { findMemoryCalls } from "../../src/system/memory-calls.js";
import { Command, freshDirectory } from "./command.js";

async function startScheduler(
  ...parameters: string[]
): Promise<{ address: string; command: Command }> {
  const command = new Command(["scheduler", "--port", "0", ...parameters]);
  const [, address = ""] = await command.says(/scheduler listens at (\S+)/);
  return { address, command };
}

describe("exit codes", () => {
  it("0 for --version, 2 for a command line that makes no sense", async () => {
    const [version, usage, nothing] = await Promise.all([
      new Command(["--version"]).ended,
      new Command(["worker", "nowhere"]).ended,
      new Command([]).ended,
    ]);
    expect(version).toMatchObject({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(usage).toMatchObject({ code: 2, output: expect.stringContaining("tcp://host:port") });
    expect(nothing).toMatchObject({ code: 2, output: expect.stringContaining("tilework demo") });
  });

  it("1 for a port that is taken, and says which", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const { code, output } = await new Command(["scheduler", "--port", `${port}`]).ended;
    server.close();
    expect(code).toBe(1);
    expect(output).toContain(`${port}`);
    expect(output).not.toMatch(/\n\s+at /);
  });

  it("1 for keys that are not there, without trying again", async () => {
    const keys = join(freshDirectory(), "none");
    const worker = new Command(["worker", "tcp://127.0.0.1:1", "--security", keys]);
    const { code, output } = await worker.ended;
    expect(code).toBe(1);
    expect(output.match(/there are no keys at .*none: make some with/g)).toHaveLength(1);
    expect(output).not.toContain("in its place");
  });

  it("1 for an address where nothing listens", async () => {
    const info = new Command(["info", "tcp://127.0.0.1:1", "--timeout", "0.5"]);
    const worker = new Command(["worker", "tcp://127.0.0.1:1", "--death-timeout", "0.5"]);
    expect(await info.ended).toMatchObject({
      code: 1,
      output: expect.stringContaining("no scheduler answers at tcp://127.0.0.1:1"),
    });
    expect(await worker.ended).toMatchObject({
      code: 1,
      output: expect.stringMatching(/no scheduler answered within .*tcp:\/\/127.0.0.1:1\)/),
    });
  });
});

describe("what a machine has for a worker", () => {
  it("is the system's BLAS, or our own kernels when that is off or not there", async () => {
    const { systemBlas } = await import("../kernels/backends.js");
    for (const [wanted, line] of [
      ["off", /^linear algebra: tilework's own kernels/m],
      [
        "/nowhere.so",
        /own kernels.*\nTILEWORK_BLAS names \/nowhere.so.*\nkernels: WebAssembly SIMD/,
      ],
      ["", systemBlas === undefined ? /own kernels/ : /^linear algebra: OpenBLAS [0-9.]+ \(.*\)/m],
    ] as const) {
      vi.stubEnv("TILEWORK_BLAS", wanted);
      const info = new Command(["info"]);
      vi.unstubAllEnvs();
      expect(await info.ended).toMatchObject({ code: 0, output: expect.stringMatching(line) });
    }
  });

  it("is memory that processes read where it is, or sockets where that is off or not there", async () => {
    const isShared = !("missing" in findMemoryCalls());
    for (const [wanted, line] of [
      ["off", /results between processes of this machine: through sockets \(/],
      ["", isShared ? /: read where they are in memory/ : /: through sockets \(/],
    ] as const) {
      vi.stubEnv("TILEWORK_SHARED_MEMORY", wanted);
      const info = new Command(["info"]);
      vi.unstubAllEnvs();
      expect(await info.ended).toMatchObject({ code: 0, output: expect.stringMatching(line) });
    }
  });
});

describe("a cluster by hand", () => {
  it("makes a job wait for its first worker, then runs it; all leave when they are notified", async () => {
    const { address, command: scheduler } = await startScheduler();
    const client = await Client.connect(address);
    const waited: number[] = [];
    const sum = ones([100, 100], { chunks: 50 })
      .sum()
      .compute({
        onProgress: ({ waitingForWorkersMs }) => waited.push(waitingForWorkersMs),
      });
    await expect.poll(() => waited.some((ms) => ms > 0)).toBe(true);

    const worker = new Command(["worker", address, "--nthreads", "1", "--name", "late"]);
    expect(await sum).toBe(10_000);
    expect((await client.describe()).workers).toMatchObject([{ name: "late", threads: 1 }]);
    const info = await new Command(["info", address]).ended;
    expect(info).toMatchObject({
      code: 0,
      output: expect.stringMatching(/1 worker,[\s\S]*\nlate [\s\S]*\nworkers: tilework .*Node/),
    });
    const logs = await new Command(["logs", address]).ended;
    expect(logs).toMatchObject({
      code: 0,
      output: expect.stringMatching(/INFO scheduler: worker late joined[\s\S]*INFO late: joined/),
    });
    const noLogs = await new Command(["logs", address, "--worker", "early"]).ended;
    expect(noLogs).toMatchObject({
      code: 1,
      output: expect.stringContaining("no worker is called early: the cluster has late"),
    });
    await client.close();

    worker.interrupt();
    expect(await worker.ended).toMatchObject({
      code: 0,
      output: expect.stringContaining("leaving the scheduler"),
    });
    scheduler.kill("SIGTERM");
    expect(await scheduler.ended).toMatchObject({ code: 0 });
  });

  it("tells workers when the scheduler ends, and they end, too", async () => {
    const { address, command: scheduler } = await startScheduler();
    const worker = new Command(["worker", address, "--nthreads", "1"]);
    await worker.says(/joined/);
    scheduler.interrupt();
    expect(await scheduler.ended).toMatchObject({ code: 0 });
    expect(await worker.ended).toMatchObject({ code: 0 });
  });

  it.skipIf(!existsSync("/dev/full"))("goes on when its log cannot be written", async () => {
    const address = `ipc://${join(freshDirectory(), "s")}`;
    const main = fileURLToPath(new URL("../../dist/bundle/cli/main.js", import.meta.url));
    const full = openSync("/dev/full", "w");
    const start = (parameters: readonly string[], log: number | "pipe") => {
      const child = spawn(process.execPath, [main, ...parameters], {
        stdio: ["ignore", log === "pipe" ? "pipe" : "ignore", log],
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      // Its readers have left.
      child.stdout?.destroy();
      child.stderr?.destroy();
      return once(child, "exit");
    };
    const ended = [
      start(["scheduler", "--address", address, "--no-dashboard"], full),
      start(["worker", address, "--name", "full", "--nthreads", "1"], full),
      start(["worker", address, "--name", "left", "--nthreads", "1", "--no-supervise"], "pipe"),
    ];
    closeSync(full);
    const client = await Client.connect(address, { current: false });
    const names = async () => (await client.describe()).workers.map(({ name }) => name).sort();
    await expect.poll(names).toEqual(["full", "left"]);
    for (const worker of ["full", "left"]) {
      const on = client.with({ workers: [worker] });
      // Both streams are written to, and the log when the thread has ended.
      await on.submit(() => {
        process.stdout.write("out\n");
        process.stderr.write("err\n");
      });
      await expect(on.submit(() => process.exit(3))).rejects.toThrow(/thread was ended/);
      expect(await on.submit((n: number) => n + 1, 1)).toBe(2);
    }
    expect(await names()).toEqual(["full", "left"]);
    client.shutdownCluster();
    await client.close();
    expect(await Promise.all(ended)).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
  });

  it("ends a worker with code 1 when its scheduler is killed and no other comes", async () => {
    const { address, command: scheduler } = await startScheduler();
    const patience = ["--death-timeout", "10"];
    const worker = new Command(["worker", address, "--nthreads", "1", "--log-json", ...patience]);
    await worker.says(/joined/);
    scheduler.kill("SIGKILL");
    await worker.says(/restarts without its results: scheduler lost/);
    const { code, output } = await worker.ended;
    expect(code).toBe(1);
    const lines = output.trim().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      level: 50,
      msg: expect.stringMatching(/ends: .*scheduler/),
    });
  });

  it("rejects what a client waits for within seconds when the scheduler is killed", async () => {
    const { address, command: scheduler } = await startScheduler();
    const client = await Client.connect(address);
    const outcome = expect(
      ones([10])
        .sum()
        .compute({ onProgress: () => {} }),
    ).rejects.toMatchObject({ code: "cluster.schedulerLost" });
    await client.describe();
    scheduler.kill("SIGKILL");
    await outcome;
    await client.close();
  });

  it("talks over sockets in files, and removes them", async () => {
    const directory = freshDirectory();
    const scheduler = new Command(["scheduler", "--address", `ipc://${directory}/s`]);
    await scheduler.says(/listens at/);
    const worker = new Command([
      "worker",
      `ipc://${directory}/s`,
      "--nthreads",
      "1",
      "--name",
      "w",
    ]);
    await worker.says(/joined/);
    scheduler.interrupt();
    await Promise.all([scheduler.ended, worker.ended]);
    const { readdirSync } = await import("node:fs");
    expect(readdirSync(directory)).toEqual([]);
  });
});
