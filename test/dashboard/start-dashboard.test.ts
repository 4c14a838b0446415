// The dashboard's server beside a scheduler in this process: what it answers, what it refuses, and
// what becomes of a port that is taken and of a browser that never reads.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inprocTransport } from "../../src/comm/inproc/inproc-transport.js";
import {
  type Dashboard,
  readDashboardAddress,
  startDashboard,
} from "../../src/dashboard/start-dashboard.js";
import { ENDPOINTS } from "../../src/dashboard/views/api.js";
import { PROTOCOL_VERSION } from "../../src/protocol/values/ids.js";
import { type SchedulerNode, startSchedulerNode } from "../../src/runtime/nodes/scheduler-node.js";
import { nextFrame, openStream } from "./streams.js";
import { submitSixBlocks } from "./submitted-blocks.js";

/** Where it is missing, what needs it is skipped. */
const HAS_PROMTOOL = spawnSync("promtool", ["--version"]).error === undefined;
const TOKEN = "let me in";
const quiet = () => undefined;

const transport = inprocTransport();
let scheduler: SchedulerNode;
let dashboard: Dashboard;
const notes: string[] = [];

async function get(path: string, init?: RequestInit) {
  const response = await fetch(`${dashboard.link}${path}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function post(path: string, body: unknown, token?: string) {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return get(path, { method: "POST", body: JSON.stringify(body), headers });
}

beforeAll(async () => {
  scheduler = await startSchedulerNode({ transport, address: "inproc://*", log: quiet });
  const note = (text: string) => notes.push(text);
  const started = await startDashboard({ scheduler, address: "0", token: TOKEN, note });
  if (started === undefined) throw new Error(notes.join());
  dashboard = started;
  await submitSixBlocks(transport, scheduler.address);
  while (scheduler.state.graphs.size === 0) await new Promise(setImmediate);
});

afterAll(async () => {
  await dashboard.close();
  await scheduler.close();
});

describe("the dashboard", () => {
  it("answers whether the scheduler lives and is ready", async () => {
    expect(JSON.parse((await get("health")).text)).toEqual({ status: "ok" });
    expect(JSON.parse((await get("ready")).text)).toEqual({ status: "ready", workers: 0 });
  });

  it("serves a page that may load nothing from elsewhere", async () => {
    const { status, headers, text } = await get("");
    expect(status).toBe(200);
    expect(text).toContain('<script src="page.js" defer>');
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
  });

  it("describes its API, and answers each path that only shows", async () => {
    const paths = JSON.parse((await get("api/v1/")).text) as { path: string }[];
    expect(paths.map(({ path }) => path)).toEqual(Object.keys(ENDPOINTS).map((p) => `/api/v1${p}`));
    for (const [path, { method, answer }] of Object.entries(ENDPOINTS)) {
      if (method !== "GET") continue;
      const { status, text } = await get(`api/v1${path}?layer=0`);
      expect([path, status]).toEqual([path, 200]);
      expect(Array.isArray(JSON.parse(text))).toBe(answer.endsWith("[]"));
    }
  });

  it("shows what waits, and for what", async () => {
    const overview = JSON.parse((await get("api/v1/overview")).text);
    expect(overview).toMatchObject({ graphs: 1, clients: 1, tasks: { total: 6, ready: 6 } });
    expect(overview.waitsFor).toEqual(["a worker: none is here"]);
    const { states, numBlocks } = JSON.parse((await get("api/v1/blocks?layer=0")).text);
    expect([numBlocks, states]).toEqual([[3, 2], "qqqqqq"]);
  });

  it("makes a page of all that was observed, or of one job, as a file", async () => {
    const { status, headers, text } = await get("run.html");
    expect(status).toBe(200);
    expect(headers.get("content-disposition")).toContain("attachment");
    const saved = /id="run">(.*?)<\/script>/s.exec(text)?.[1] ?? "";
    const { jobs } = JSON.parse(saved) as { jobs: { id: string }[] };
    expect(jobs.map(({ id }) => id)).toEqual(["g"]);
    expect((await get("run.html?job=g")).text).toContain('"tasks":{"total":6');
    expect(await get("run.html?job=none")).toMatchObject({ status: 404 });
  });

  it("answers no page of another site that points its name at this machine", async () => {
    const { port } = new URL(dashboard.link);
    const status = await new Promise((resolve, reject) => {
      const headers = { Host: "evil.example:8787" };
      request({ host: "127.0.0.1", port, path: "/api/v1/run", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it("says what is wrong with a request", async () => {
    expect(await get("api/v1/none")).toMatchObject({ status: 404 });
    expect(await get("none")).toMatchObject({ status: 404 });
    expect(await post("", {})).toMatchObject({ status: 405 });
    expect(await get("api/v1/blocks?layer=x")).toMatchObject({ status: 400 });
    expect((await get("api/v1/blocks?layer=99")).text).toContain("there is no layer 99");
    const tooMany = await post("api/v1/scale", { workers: 3 }, TOKEN);
    expect(tooMany).toMatchObject({ status: 400 });
    expect(tooMany.text).toContain("tilework worker inproc:");
  });

  it("changes nothing without the token", async () => {
    for (const path of ["retire", "scale", "stop"]) {
      expect(await post(`api/v1/${path}`, { workers: 0 })).toMatchObject({ status: 401 });
      expect(await post(`api/v1/${path}`, { workers: 0 }, "guess")).toMatchObject({ status: 401 });
    }
    expect(scheduler.state.stopped).toBe(false);
    const retired = await post("api/v1/retire", { workers: ["nobody"] }, TOKEN);
    expect(retired).toMatchObject({ status: 200 });
    const { stayed } = JSON.parse(retired.text);
    expect(stayed).toMatchObject([{ name: "nobody" }]);
  });

  it("has metrics that Prometheus reads", async () => {
    const { text, headers } = await get("metrics");
    expect(headers.get("content-type")).toContain("text/plain");
    expect(text).toContain('tilework_tasks{state="ready"} 6');
    expect(text).toContain('tilework_jobs{state="running"} 1');
    expect(text).toMatch(/^tilework_layer_tasks\{kind="\w+",state="ready"\} 6$/m);
    expect(text).toMatch(/^tilework_message_bytes_total\{direction="sent"\} \d/m);
    expect(text).toMatch(/^tilework_steps_total [1-9]/m);
    const again = await get("metrics");
    expect(again.text).toContain('tilework_tasks{state="ready"} 6');
  });

  // Debian's package prometheus has it.
  it.skipIf(!HAS_PROMTOOL)("has metrics as promtool wants them", async () => {
    const { text } = await get("metrics");
    const checked = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect(checked.stderr + checked.stdout).toBe("");
  });

  it("sends a page of at most 300 kB, compressed", async () => {
    const parts = await Promise.all(["", "page.js", "page.css"].map((path) => get(path)));
    const bytes = parts.reduce((sum, { text }) => sum + gzipSync(text).byteLength, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(300_000);
  });

  it("asks a silent worker once for all pages, and goes on when one vanishes mid-profile", async () => {
    const worker = await transport.connect(scheduler.address);
    const asked: string[] = [];
    worker.onMessage(({ type }) => asked.push(type));
    const about = { name: "silent", address: "inproc://silent", threads: 1, pid: 1 };
    const terms = { version: PROTOCOL_VERSION, memoryLimitBytes: 1e9 };
    worker.send({ type: "registerWorker", ...terms, ...about });
    while (scheduler.state.workers.size === 0) await new Promise(setImmediate);
    const pages = Array.from({ length: 5 }, () => get("api/v1/values?worker=silent"));
    expect((await Promise.all(pages)).map(({ text }) => text)).toEqual(Array(5).fill("[]"));
    expect(asked.filter((type) => type === "askWorker")).toHaveLength(1);
    const vanishing = new AbortController();
    const { signal } = vanishing;
    const profile = get("api/v1/profile?worker=silent&durationMs=1000", { signal });
    while (asked.filter((type) => type === "askWorker").length < 2) await new Promise(setImmediate);
    vanishing.abort();
    await expect(profile).rejects.toThrow("abort");
    expect(JSON.parse((await get("health")).text)).toEqual({ status: "ok" });
    worker.send({ type: "closeWorker", reason: "test" });
    while (scheduler.state.workers.size > 0) await new Promise(setImmediate);
    expect((await get("api/v1/values?worker=silent")).text).toBe("[]");
    const tooLong = await get("api/v1/profile?worker=silent&durationMs=99999999");
    expect(tooLong).toMatchObject({ status: 400 });
  });

  it("takes another port where the one that was asked for is taken, and says so", async () => {
    const { port } = new URL(dashboard.link);
    const said: string[] = [];
    const note = (text: string) => said.push(text);
    const other = await startDashboard({ scheduler, address: port, note });
    expect(said.join()).toContain(`port ${port} is taken`);
    expect(await (await fetch(`${other?.link}health`)).json()).toEqual({ status: "ok" });
    const refused = await fetch(`${other?.link}api/v1/stop`, { method: "POST" });
    expect(refused.status).toBe(403);
    await other?.close();
  });

  it("streams changes over a WebSocket, to programs and to its own page alone", async () => {
    const own = { headers: { Origin: dashboard.link.slice(0, -1) } };
    for (const options of [{}, own]) {
      const stream = openStream(dashboard.link, options);
      expect(JSON.parse(await nextFrame(stream))).toMatchObject({ type: "all" });
      expect(JSON.parse(await nextFrame(stream))).toMatchObject({ type: "changes" });
      stream.terminate();
    }
    const foreign = [
      { headers: { Origin: "http://evil.example" } },
      { headers: { Origin: "null" } },
      // A page of another port of this machine is another site.
      { headers: { Origin: "http://127.0.0.1:1" } },
      { headers: { Host: "evil.example" } },
    ];
    for (const options of foreign) {
      await expect(nextFrame(openStream(dashboard.link, options))).rejects.toThrow("403");
    }
    const elsewhere = openStream(`${dashboard.link}none/`);
    await expect(nextFrame(elsewhere)).rejects.toThrow("404");
    expect(await get("api/v1/stream")).toMatchObject({ status: 426 });
  });

  it("ends a stream that sends what no page sends, and goes on", async () => {
    const stream = openStream(dashboard.link);
    await nextFrame(stream);
    const closed = once(stream, "close");
    stream.on("error", quiet);
    stream.send("x".repeat(100_000));
    await closed;
    expect(await get("health")).toMatchObject({ status: 200 });
  });

  it("goes on while a hundred browsers never read", async () => {
    const { hostname, port } = new URL(dashboard.link);
    const handshake = [
      "GET /api/v1/stream HTTP/1.1",
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    const sockets = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = await new Promise<Socket>((resolve, reject) => {
          const opened: Socket = connect(Number(port), hostname, () => resolve(opened));
          opened.once("error", reject);
        });
        socket.on("error", quiet);
        socket.pause();
        socket.write(`${handshake.join("\r\n")}\r\n\r\n`);
        return socket;
      }),
    );
    const stream = openStream(dashboard.link);
    expect(await nextFrame(stream)).toContain('"type":"all"');
    expect(await nextFrame(stream)).toContain('"type":"changes"');
    while (!(await get("metrics")).text.includes("tilework_dashboard_pages 101"));
    expect(await get("health")).toMatchObject({ status: 200 });
    stream.terminate();
    for (const socket of sockets) socket.destroy();
  });

  it("ends all streams when it closes", async () => {
    const other = await startDashboard({ scheduler, address: "0", note: quiet });
    const stream = openStream(`${other?.link}`);
    await nextFrame(stream);
    const closed = once(stream, "close");
    await other?.close();
    await closed;
  });
});

it("has every metric that the example's panels and alerts ask for", async () => {
  const worker = await transport.connect(scheduler.address);
  worker.onMessage(quiet);
  const about = { name: "w", address: "inproc://w", threads: 1, memoryLimitBytes: 1e9, pid: 1 };
  worker.send({ type: "registerWorker", version: PROTOCOL_VERSION, ...about });
  while (scheduler.state.workers.size === 0) await new Promise(setImmediate);
  const { text } = await get("metrics");
  const folder = new URL("../../examples/monitoring/", import.meta.url);
  const files = ["alerts.yml", "grafana-dashboard.json"].map((name) => new URL(name, folder));
  const asked = files.flatMap((file) => readFileSync(file, "utf8").match(/tilework_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
});

it.skipIf(!HAS_PROMTOOL)("has alert rules as promtool wants them", () => {
  const file = new URL("../../examples/monitoring/alerts.yml", import.meta.url);
  const { status, stderr } = spawnSync("promtool", ["check", "rules", fileURLToPath(file)]);
  expect([status, String(stderr)]).toEqual([0, ""]);
});

describe("the address of a dashboard", () => {
  it.each([
    ["8787", "127.0.0.1", 8_787],
    [":9", "0.0.0.0", 9],
    ["example.org:80", "example.org", 80],
    ["[::1]:80", "::1", 80],
  ])("%s", (text, host, port) => {
    expect(readDashboardAddress(text)).toEqual({ host, port });
  });

  it.each(["", "host", "host:99999", "1:x"])("is not %j", (text) => {
    expect(() => readDashboardAddress(text)).toThrow("expected host:port");
  });
});
