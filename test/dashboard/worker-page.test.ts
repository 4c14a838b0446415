// A worker's own page: what it answers, and how the scheduler's page finds it.
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inprocTransport } from "../../src/comm/inproc/inproc-transport.js";
import {
  type Dashboard,
  startDashboard,
  startWorkerPage,
} from "../../src/dashboard/start-dashboard.js";
import { WORKER_ENDPOINTS } from "../../src/dashboard/views/worker-api.js";
import { type SchedulerNode, startSchedulerNode } from "../../src/runtime/nodes/scheduler-node.js";
import { startWorkerNode, type WorkerNode } from "../../src/runtime/nodes/worker-node.js";
import { submitSixBlocks } from "./submitted-blocks.js";

/** Where it is missing, what needs it is skipped. */
const HAS_PROMTOOL = spawnSync("promtool", ["--version"]).error === undefined;
const quiet = () => undefined;

const transport = inprocTransport();
let scheduler: SchedulerNode;
let worker: WorkerNode;
let dashboard: Dashboard;
/** The worker's own page, once somebody has asked where it is. */
let page: Dashboard | undefined;

async function get(base: string | undefined, path: string) {
  const response = await fetch(`${base}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

beforeAll(async () => {
  scheduler = await startSchedulerNode({ transport, address: "inproc://*", log: quiet });
  const started = await startDashboard({ scheduler, address: "0", note: quiet });
  if (started === undefined) throw new Error("no port is free");
  dashboard = started;
  worker = await startWorkerNode({
    ...{ transport, schedulerAddress: scheduler.address, dataAddress: "inproc://*" },
    ...{ name: "worker-0", threads: 1, memoryLimitBytes: 1e9, log: quiet },
  });
  while (scheduler.state.workers.size === 0) await new Promise(setImmediate);
});

afterAll(async () => {
  await page?.close();
  await dashboard.close();
  await worker.close();
  await scheduler.close();
});

describe("a worker's own page", () => {
  it("is not there where none is offered, and the scheduler says so", async () => {
    const { text } = await get(dashboard.link, "api/v1/page?worker=worker-0");
    expect(JSON.parse(text)).toEqual({ worker: "worker-0", link: null });
    expect((await get(dashboard.link, "api/v1/targets")).text).toBe("[]");
  });

  it("opens when the scheduler is asked where it is", async () => {
    worker.openPage = async () => {
      page ??= await startWorkerPage({ worker, host: "here", note: quiet });
      return page?.link;
    };
    const { text } = await get(dashboard.link, "api/v1/page?worker=worker-0");
    expect(JSON.parse(text)).toEqual({ worker: "worker-0", link: page?.link });
    expect(JSON.parse((await get(dashboard.link, "api/v1/targets")).text)).toEqual([
      { targets: [new URL(`${page?.link}`).host], labels: { worker: "worker-0" } },
    ]);
    const { text: html } = await get(page?.link, "");
    expect(html).toContain('data-subject="worker"');
  });

  it("answers whether the worker lives and its scheduler knows it", async () => {
    expect(JSON.parse((await get(page?.link, "health")).text)).toEqual({ status: "ok" });
    const { status, text } = await get(page?.link, "ready");
    expect([status, JSON.parse(text)]).toEqual([200, { status: "ready" }]);
  });

  it("counts what the worker ran, and lists its tasks", async () => {
    await submitSixBlocks(transport, scheduler.address);
    while (worker.state.spans.sumsOf("task").count < 6) await new Promise(setImmediate);
    const own = JSON.parse((await get(page?.link, "api/v1/worker")).text);
    expect(own).toMatchObject({ name: "worker-0", state: "running", done: 6, failed: 0 });
    expect(own.memory).toMatchObject({ limitBytes: 1e9, managedBytes: 6 * 32 });
    const tasks = JSON.parse((await get(page?.link, "api/v1/tasks")).text);
    expect(tasks).toHaveLength(6);
    expect(tasks[0]).toMatchObject({ state: "memory", bytes: 32 });
    expect(tasks[0].key).toMatch(/^random-.*\(\d, \d\)$/);
  });

  it("answers each path of its API, and changes nothing", async () => {
    for (const [path, { method, answer }] of Object.entries(WORKER_ENDPOINTS)) {
      const { status, text } = await get(page?.link, `api/v1${path}?durationMs=20`);
      expect([path, method, status]).toEqual([path, "GET", 200]);
      expect(Array.isArray(JSON.parse(text))).toBe(answer.endsWith("[]"));
    }
    expect(await get(page?.link, "api/v1/stop")).toMatchObject({ status: 404 });
    expect(await get(page?.link, "run.html")).toMatchObject({ status: 404 });
  });

  it("has metrics under names of their own", async () => {
    const { text, headers } = await get(page?.link, "metrics");
    expect(headers.get("content-type")).toContain("text/plain");
    expect(text).toContain("tilework_node_tasks_done_total 6");
    expect(text).toContain('tilework_node_memory_bytes{kind="limit"} 1000000000');
    expect(text).toContain('tilework_node_disk_values_total{kind="spill"} 0');
    const ofScheduler = (await get(dashboard.link, "metrics")).text;
    const named = (metrics: string) => metrics.match(/^# TYPE tilework_\w+/gm) ?? [];
    const others = new Set<string>(named(ofScheduler));
    expect(named(text).length).toBeGreaterThan(10);
    expect(named(text).filter((line) => others.has(line))).toEqual([]);
  });

  // Debian's package prometheus has it.
  it.skipIf(!HAS_PROMTOOL)("has metrics as promtool wants them", async () => {
    const { text } = await get(page?.link, "metrics");
    const checked = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect(checked.stderr + checked.stdout).toBe("");
  });
});
