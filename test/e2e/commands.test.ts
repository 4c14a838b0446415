// What the commands of a cluster have beside the plain start: files with addresses, ranges of
// ports, several workers, tags, lifetimes, idle schedulers, and settings in place of flags.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { Client } from "../../src/client/client.js";
import { ones } from "../../src/index.js";
import { Command, freshDirectory } from "./command.js";

const mean = new URL("../../dist/bundle/main/index.js", import.meta.url).href;

/** Two ports that are free, the first of which is taken until it is released. */
async function takenPort(): Promise<{ port: number; release: () => void }> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  return { port, release: () => server.close() };
}

describe("a cluster of one command for each side", () => {
  it("meets by a file, chooses ports of a range and workers by tags, and is stopped by a word", async () => {
    const folder = freshDirectory();
    const file = join(folder, "scheduler.json");
    const { port, release } = await takenPort();
    const modules = join(folder, "hooks.mjs");
    writeFileSync(
      modules,
      `export const setup = ({ address }) => console.log("set up for " + address);
       export const teardown = () => console.log("torn down");`,
    );
    const worker = new Command([
      ...["worker", "--scheduler-file", file, "--nworkers", "2", "--nthreads", "1"],
      ...["--name", "pair", "--tags", "near,big"],
    ]);
    const scheduler = new Command([
      ...["scheduler", "--port", `${port}-${Math.min(port + 20, 65_535)}`],
      ...["--scheduler-file", file, "--preload", modules],
    ]);
    const [, address = ""] = await scheduler.says(/scheduler listens at (\S+)/);
    release();
    expect(Number(address.slice(address.lastIndexOf(":") + 1))).toBeGreaterThan(port);
    await scheduler.says(/set up for tcp:.*\n/);
    await scheduler.says(/worker pair-w0 joined/);
    await scheduler.says(/worker pair-w1 joined/);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ address, pid: scheduler.pid });

    const second = await new Command(["scheduler", "--port", "0", "--scheduler-file", file]).ended;
    expect(second).toMatchObject({ code: 1, output: expect.stringContaining("belongs to") });

    const client = await Client.connect(address, { current: false });
    const here = client.with({ workers: ["tag:big"] }).submit(() => "here");
    expect(await here).toBe("here");
    await client.close();

    vi.stubEnv("TILEWORK_CLIENT_SCHEDULER_FILE", file);
    const program = join(folder, "program.mjs");
    writeFileSync(
      program,
      `import { ones } from ${JSON.stringify(mean)};
       console.log("sum", await ones([100, 100], { chunks: 50 }).sum().compute({ workers: ["tag:near"] }));`,
    );
    const run = await new Command([], { script: program }).ended;
    const one = await new Command(["stop", "--workers", "pair-w1"]).ended;
    const stop = await new Command(["stop"]).ended;
    vi.unstubAllEnvs();
    expect(run).toMatchObject({ code: 0, output: "sum 10000\n" });
    expect(one).toMatchObject({ code: 0, output: "pair-w1 has left\n" });
    expect(stop).toMatchObject({ code: 0 });
    expect(await scheduler.ended).toMatchObject({ code: 0, output: expect.stringMatching(/torn/) });
    expect(await worker.ended).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(false);
  });

  it("ends when idle; workers leave after their lifetime and come back, and are started again", async () => {
    vi.stubEnv("TILEWORK_SCHEDULER_IDLE_TIMEOUT", "500 ms");
    const idle = new Command(["scheduler", "--port", "0", "--no-dashboard"]);
    vi.unstubAllEnvs();
    expect(await idle.ended).toMatchObject({ code: 0 });
    const scheduler = new Command(["scheduler", "--port", "0", "--no-workers-timeout", "0.3"]);
    const [, address = ""] = await scheduler.says(/scheduler listens at (\S+)/);
    const client = await Client.connect(address, { current: false });
    const nobody = client.compute(ones([10]).sum());
    await expect(nobody).rejects.toMatchObject({
      code: "cluster.timeout",
      message: expect.stringMatching(/noWorkersTimeout \(300 ms\)/),
    });
    const worker = new Command([
      ...["worker", address, "--nthreads", "1", "--name", "w"],
      ...["--lifetime", "1", "--lifetime-stagger", "0.2", "--lifetime-restart"],
    ]);
    await worker.says(/its lifetime of 1 s is over/);
    await worker.says(/starts again after its lifetime/);
    worker.interrupt();
    expect(await worker.ended).toMatchObject({ code: 0 });
    await client.close();

    const other = new Command(["worker", address, "--nthreads", "1", "--name", "v"]);
    await scheduler.says(/worker v joined/);
    const [child] = other.survivors().filter((pid) => pid !== other.pid);
    process.kill(child as number, "SIGKILL");
    await scheduler.says(/worker v-2 joined/);
    await other.says(/ended unexpectedly \(killed by SIGKILL\); starting v-2/);
    scheduler.kill("SIGTERM");
    await Promise.all([scheduler.ended, other.ended]);
  });
});
