// Programs handed in to a cluster: they run on a worker, are followed, listed and stopped from
// elsewhere, and say why they failed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LocalCluster } from "../../src/index.js";
import { Command, freshDirectory, isRunning, until } from "./command.js";

const main = new URL("../../dist/bundle/main/index.js", import.meta.url).href;

it("are run here or on a worker, within limits, and are followed and stopped", async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  const at = ["--scheduler", cluster.address];
  const folder = freshDirectory();
  const file = (name: string, source: string) => {
    const path = join(folder, name);
    writeFileSync(path, source);
    return path;
  };
  const app = file(
    "app.mjs",
    `import { Client, ones, config } from ${JSON.stringify(main)};
     const client = await Client.connect();
     console.log("task", await client.submit(() => process.env.LEVEL + process.env.WORDS));
     console.log(process.argv.slice(2).join(" "), process.env.LEVEL, config.get("job.cores"));
     console.log("sum", await ones([100, 100], { chunks: 50 }).sum().compute());
     await client.close();
     console.error("the end");`,
  );
  const endless = file(
    "endless.mjs",
    `console.log("pid", process.pid); setInterval(() => {}, 1e6);`,
  );
  const variables = file("vars.env", "# for the test\nLEVEL=2\nWORDS='two words'\n");
  const bad = file("bad.mjs", `throw new Error("no luck");`);

  const set = ["--env-file", variables, "--env", "LEVEL=3"];
  const asked = ["--total-cores", "1", ...set, app, "a", "--b"];
  const here = new Command(["submit", ...at, ...asked]);
  const there = new Command(["submit", ...at, "--deploy-mode", "cluster", "--follow", ...asked]);
  const failed = new Command(["submit", ...at, "--deploy-mode", "cluster", "--follow", bad]);
  const handedIn = new Command(["submit", ...at, "--deploy-mode", "cluster", "--json", endless]);
  const ran = /task 3two words\na --b 3 1\nsum 10000\nthe end\n/;
  expect(await here.ended).toMatchObject({ code: 0, output: expect.stringMatching(ran) });
  expect(await there.ended).toMatchObject({ code: 0, output: expect.stringMatching(/^job \w+\n/) });
  for (const line of ["task 3two words", "a --b 3 1", "sum 10000", "the end"])
    expect(there.output).toContain(line);
  expect(await failed.ended).toMatchObject({ code: 1, output: expect.stringMatching(/no luck/) });
  const mistyped = await new Command(["submit", ...at, join(folder, "ap.mjs")]).ended;
  expect(mistyped.code).toBe(1);
  expect(mistyped.output).toMatch(/^tilework: there is no program .*ap\.mjs: give the path/);

  const { output } = await handedIn.ended;
  const { id } = JSON.parse(output) as { id: string };
  const logs = new Command(["job", "logs", ...at, "--follow", id]);
  const [, pid] = await logs.says(/pid (\d+)/);
  expect(isRunning(Number(pid))).toBe(true);
  const jobs = await new Command(["jobs", ...at, "--json"]).ended;
  const states = JSON.parse(jobs.output) as { name: string; status: string; worker: string }[];
  expect(states.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
    "app.mjs succeeded",
    "bad.mjs failed",
    "endless.mjs running",
  ]);
  expect(states.every(({ worker }) => worker === "worker-0")).toBe(true);
  const stop = await new Command(["job", "stop", ...at, id]).ended;
  expect(stop.output).toMatch(/endless.mjs\): stopped by SIGTERM after/);
  expect(await logs.ended).toMatchObject({ code: 0 });
  expect(isRunning(Number(pid))).toBe(false);
  const unknown = await new Command(["job", "wait", ...at, "nothing"]).ended;
  expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining("there is no job") });

  // A program ends with its worker, however that ends.
  const orphan = new Command(["submit", ...at, "--deploy-mode", "cluster", "--follow", endless]);
  const [, orphanPid] = await orphan.says(/pid (\d+)/);
  process.kill(cluster.workers[0]?.pid ?? -1, "SIGKILL");
  await until(() => !isRunning(Number(orphanPid)));
  expect((await orphan.ended).code).toBe(1);

  // One that has ended does not keep its worker.
  const last = ["submit", ...at, "--deploy-mode", "cluster", "--follow", app];
  expect((await new Command(last).ended).code).toBe(0);
  const left = await new Command(["stop", cluster.address, "--workers", "--json"]).ended;
  expect(left.code).toBe(0);
  expect(JSON.parse(left.output)).toEqual({ retired: ["worker-0-2"], stayed: [] });
});
