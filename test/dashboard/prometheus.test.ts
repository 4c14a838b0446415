// A real Prometheus, of Debian's package, with the example's configuration: it finds the scheduler
// and its worker, scrapes both, takes the alert rules, and answers the queries of the example's
// dashboard. Where it is not installed, these tests are skipped.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inprocTransport } from "../../src/comm/inproc/inproc-transport.js";
import {
  type Dashboard,
  startDashboard,
  startWorkerPage,
} from "../../src/dashboard/start-dashboard.js";
import { type SchedulerNode, startSchedulerNode } from "../../src/runtime/nodes/scheduler-node.js";
import { startWorkerNode, type WorkerNode } from "../../src/runtime/nodes/worker-node.js";
import { submitSixBlocks } from "./submitted-blocks.js";

const HAS_PROMETHEUS = spawnSync("prometheus", ["--version"]).error === undefined;
const EXAMPLES = fileURLToPath(new URL("../../examples/monitoring/", import.meta.url));
const quiet = () => undefined;

/** A row of an answer to a query. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

describe.skipIf(!HAS_PROMETHEUS)("Prometheus", () => {
  const folder = mkdtempSync(join(tmpdir(), "tilework-prometheus-"));
  const transport = inprocTransport();
  let scheduler: SchedulerNode;
  let worker: WorkerNode;
  let dashboard: Dashboard;
  let page: Dashboard | undefined;
  let prometheus: ChildProcess;
  let base: string;

  beforeAll(async () => {
    scheduler = await startSchedulerNode({ transport, address: "inproc://*", log: quiet });
    dashboard = (await startDashboard({ scheduler, address: "0", note: quiet })) as Dashboard;
    worker = await startWorkerNode({
      ...{ transport, schedulerAddress: scheduler.address, dataAddress: "inproc://*" },
      ...{ name: "worker-0", threads: 1, memoryLimitBytes: 1e9, log: quiet },
    });
    worker.openPage = async () => {
      page ??= await startWorkerPage({ worker, host: "here", note: quiet });
      return page?.link;
    };
    while (scheduler.state.workers.size === 0) await new Promise(setImmediate);
    await submitSixBlocks(transport, scheduler.address);
    while (worker.state.spans.sumsOf("task").count < 6) await new Promise(setImmediate);
    const example = readFileSync(join(EXAMPLES, "prometheus.yml"), "utf8");
    const configured = `global:\n  evaluation_interval: 1s\n${example}`
      .replaceAll("127.0.0.1:8787", new URL(dashboard.link).host)
      .replaceAll(/interval: \d+s/g, "interval: 300ms");
    writeFileSync(join(folder, "prometheus.yml"), configured);
    cpSync(join(EXAMPLES, "alerts.yml"), join(folder, "alerts.yml"));
    prometheus = spawn(
      "prometheus",
      [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        "--web.listen-address=127.0.0.1:0",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    base = `http://${await listening(prometheus)}/api/v1/`;
  });

  afterAll(async () => {
    if (prometheus?.exitCode === null) {
      const ended = new Promise((resolve) => prometheus.once("exit", resolve));
      prometheus.kill("SIGKILL");
      await ended;
    }
    await page?.close();
    await dashboard?.close();
    await worker?.close();
    await scheduler?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${base}${path}`);
    const answer = (await response.json()) as { status: string; data: T };
    expect([path, answer.status]).toEqual([path, "success"]);
    return answer.data;
  };

  const query = async (text: string) =>
    (await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(text)}`)).result;

  it("scrapes the scheduler, and the worker that the scheduler named", async () => {
    await expect
      .poll(async () => (await query("tilework_tasks_done_total")).map(({ value }) => value[1]))
      .toEqual(["6"]);
    await expect
      .poll(async () => (await query("tilework_node_tasks_done_total")).map((row) => row.metric))
      .toMatchObject([{ job: "tilework-workers", worker: "worker-0" }]);
    // One scrape may come too late on a busy machine.
    const up = async () =>
      (await query("up")).map(({ metric, value }) => [metric.job, value[1]]).sort();
    await expect.poll(up).toEqual([
      ["tilework", "1"],
      ["tilework-workers", "1"],
    ]);
  });

  it("answers what the example's panels ask", async () => {
    const text = readFileSync(join(EXAMPLES, "grafana-dashboard.json"), "utf8");
    const asked = Array.from(text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g), ([, json]) =>
      JSON.parse(json as string),
    ) as string[];
    expect(asked.length).toBeGreaterThan(8);
    for (const each of asked) {
      // Rates need two scrapes, and labels of layers a task.
      await expect.poll(async () => [each, (await query(each)).length > 0]).toEqual([each, true]);
    }
  });

  it("takes the example's alert rules, of which none fires", async () => {
    type Rules = { groups: { rules: { name: string; health: string; state: string }[] }[] };
    const rules = async () => (await ask<Rules>("rules")).groups.flatMap((group) => group.rules);
    await expect
      .poll(async () => (await rules()).filter(({ health }) => health !== "ok"))
      .toEqual([]);
    expect((await rules()).length).toBeGreaterThan(4);
    // A worker that a busy machine kept from speaking is no longer silent.
    await expect
      .poll(async () => (await rules()).filter(({ state }) => state === "firing"))
      .toEqual([]);
  });
});

/** The address that it says it listens at. */
function listening(prometheus: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    prometheus.once("error", reject);
    prometheus.once("exit", () => reject(new Error(`Prometheus has ended: ${said}`)));
    prometheus.stderr?.on("data", (part: Buffer) => {
      said += part;
      const address = /msg="Listening on" address=(\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
