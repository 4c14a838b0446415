// The dashboard beside a large cluster: 128 workers and 10,000 layers, one of which is named like a
// script.
import { afterAll, beforeAll, expect, it } from "vitest";
import { inprocTransport } from "../../src/comm/inproc/inproc-transport.js";
import { type Dashboard, startDashboard } from "../../src/dashboard/start-dashboard.js";
import { ENDPOINTS } from "../../src/dashboard/views/api.js";
import type { LayerName } from "../../src/graph/model/layer.js";
import { graphBelow, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import { PROTOCOL_VERSION } from "../../src/protocol/values/ids.js";
import { type SchedulerNode, startSchedulerNode } from "../../src/runtime/nodes/scheduler-node.js";
import { mistakesIn } from "../docs/schema-mistakes.js";
import { blocks, source } from "../graph/example-layers.js";
import { nextFrame, openStream } from "./streams.js";

const WORKERS = 128;
const LAYERS = 10_000;
const EVIL = "<script>alert(1)</script>-0a1b2c3d" as LayerName;

const transport = inprocTransport();
let scheduler: SchedulerNode;
let dashboard: Dashboard;
const hear = () => undefined;

const get = async (path: string) => {
  const response = await fetch(`${dashboard.link}${path}`);
  return { status: response.status, text: await response.text() };
};

beforeAll(async () => {
  scheduler = await startSchedulerNode({ transport, address: "inproc://*", log: hear });
  const started = await startDashboard({ scheduler, address: "0", note: hear });
  dashboard = started as Dashboard;
  for (let k = 0; k < WORKERS; k++) {
    const worker = await transport.connect(scheduler.address);
    worker.onMessage(hear);
    const about = { name: `w-${k}`, address: `inproc://w-${k}`, threads: 4, pid: k + 1 };
    worker.send({
      ...{ type: "registerWorker", version: PROTOCOL_VERSION, memoryLimitBytes: 1e9 },
      ...about,
    });
  }
  const client = await transport.connect(scheduler.address);
  client.onMessage(hear);
  client.send({ type: "registerClient", version: PROTOCOL_VERSION, name: "client" });
  const outputs = Array.from({ length: LAYERS }, (_, value) =>
    source([blocks(1, 1)], { type: "full", value }),
  );
  const graph = graphBelow(outputs);
  const [first, ...rest] = layersOf(graph);
  if (first === undefined) throw new Error("no layers");
  client.send({
    ...{ type: "submitGraph", graph: "g", reportOutputs: true },
    layers: [{ ...first, name: EVIL }, ...rest],
    outputs: [EVIL, ...outputsOf(graph).filter((name) => name !== first.name)],
  });
  while (scheduler.state.workers.size < WORKERS || scheduler.state.graphs.size === 0) {
    await new Promise(setImmediate);
  }
});

afterAll(async () => {
  await dashboard.close();
  await scheduler.close();
});

it("answers every path beside 128 workers (dask/distributed#8307)", async () => {
  for (const [path, { method }] of Object.entries(ENDPOINTS)) {
    if (method !== "GET") continue;
    // Of so many layers, the latest half are listed.
    const { status, text } = await get(`api/v1${path}?layer=${LAYERS - 1}`);
    expect([path, status]).toEqual([path, 200]);
    expect([path, mistakesIn("api", path.slice(1), JSON.parse(text))]).toEqual([path, []]);
  }
  expect(JSON.parse((await get("api/v1/workers")).text)).toHaveLength(WORKERS);
  expect(await get("metrics")).toMatchObject({ status: 200 });
});

it("loses no task of layers that are not listed", async () => {
  const overview = JSON.parse((await get("api/v1/overview")).text);
  expect(overview.tasks.total).toBe(LAYERS);
});

it("sends a page no more rows than it can show", async () => {
  const stream = openStream(dashboard.link);
  const all = JSON.parse(await nextFrame(stream));
  stream.terminate();
  expect(all.type).toBe("all");
  expect(all.layers.length).toBeLessThanOrEqual(5_000);
});

it("writes a name that looks like a script as text into a saved page", async () => {
  const { text } = await get("run.html?job=g");
  expect(text).not.toContain("<script>alert");
  expect(text).toContain("\\u003cscript>alert(1)");
});
