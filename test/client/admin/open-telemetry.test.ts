// A run as spans of OpenTelemetry, as the SDK's exporter gets them: who is within whom, when, and
// what each says.
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { beginTracedRun } from "../../../src/client/admin/open-telemetry.js";
import { noObservation } from "../../../src/client/admin/run-window.js";
import { InProcessExecutor } from "../../../src/cluster/in-process.js";
import { closeExecutor, openExecutor } from "../../../src/graph/ports/executor.js";
import { delayed, ones, span, traceRun } from "../../../src/index.js";
import { type Observation, SPAN_KINDS } from "../../../src/protocol/values/observation.js";

const exporter = new InMemorySpanExporter();
const manager = new AsyncLocalStorageContextManager().enable();

beforeAll(() => {
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
  context.setGlobalContextManager(manager);
});

afterEach(() => exporter.reset());

// Other files in this process have no SDK.
afterAll(() => {
  manager.disable();
  context.disable();
  trace.disable();
});

function spans(): readonly ReadableSpan[] {
  return exporter.getFinishedSpans();
}

function named(name: string | RegExp): ReadableSpan {
  const found = spans().find((each) =>
    typeof name === "string" ? each.name === name : name.test(each.name),
  );
  if (found === undefined) {
    throw new Error(`no ${name} among ${spans().map((each) => each.name)}`);
  }
  return found;
}

function parentOf(span: ReadableSpan): string | undefined {
  return spans().find((each) => each.spanContext().spanId === span.parentSpanContext?.spanId)?.name;
}

/** A run of one job, whose times are since 1970. */
function exampleRun(): Observation {
  const empty = noObservation();
  const kind = (name: (typeof SPAN_KINDS)[number]) => SPAN_KINDS.indexOf(name);
  const layer = { id: 3, name: "add-0123456789", title: "add", numBlocks: [2] };
  return {
    ...empty,
    epochMs: 1_700_000_000_000,
    overview: { ...empty.overview, scheduler: "s", startedMs: 1_000, nowMs: 3_000 },
    jobs: [
      {
        ...{ id: "g", client: "c", state: "failed", submittedMs: 1_100, endedMs: 2_900 },
        ...{ layers: [3], total: 2, done: 1, tasksRun: 2, movedBytes: 8, name: "sum of x" },
      } as unknown as Observation["jobs"][number],
    ],
    layers: [layer as unknown as Observation["layers"][number]],
    workers: [0, 1].map((id) => ({ id, name: `w${id}` })) as never,
    errors: [
      {
        ...{ atMs: 1_400, key: "add-0123456(1)", worker: "w1", message: "oh no", stack: "at f" },
        isRetried: false,
      },
    ],
    spans: {
      kinds: [kind("task"), kind("error"), kind("transfer"), kind("spill"), kind("span")],
      workers: [0, 1, 1, 0, 0],
      threads: [0, -1, -1, -1, 0],
      layers: [3, 3, 3, 3, 3],
      blocks: [0, 1, 1, 0, 0],
      startMs: [1_200.25, 1_400, 1_300, 1_600, 1_201],
      durationMs: [100, 0, 50, 10, 5],
      bytes: [8, 0, 64, 8, 0],
      peers: [-1, -1, 0, -1, -1],
      weights: [4, 1, 1, 1, 1],
      labels: ["", "", "", "", "read"],
      cursor: 5,
    },
  };
}

describe("a run as spans of OpenTelemetry", () => {
  it("has jobs within the run, tasks within jobs, users' spans within tasks", async () => {
    const traced = await beginTracedRun();
    traced.end(exampleRun(), undefined);
    expect(parentOf(named("job sum of x"))).toBe("tilework");
    expect(parentOf(named("add"))).toBe("job sum of x");
    expect(parentOf(named("read"))).toBe("add");
    expect(parentOf(named("transfer add"))).toBe("job sum of x");
    expect(parentOf(named("spill add"))).toBe("job sum of x");
    expect(new Set(spans().map((each) => each.spanContext().traceId)).size).toBe(1);
  });

  it("has times since 1970, whose fractions are kept", async () => {
    (await beginTracedRun()).end(exampleRun(), undefined);
    const { startTime, endTime, attributes } = named("add");
    expect(startTime).toEqual([1_700_000_001, 200_250_000]);
    expect(endTime).toEqual([1_700_000_001, 300_250_000]);
    expect(attributes).toEqual({
      ...{ "tilework.kind": "task", "tilework.worker": "w0", "tilework.key": "add-0123456(0)" },
      ...{ "tilework.thread": 0, "tilework.bytes": 8, "tilework.stands_for": 4 },
    });
    expect(named("transfer add").attributes).toMatchObject({ "tilework.from": "w0" });
  });

  it("says what failed, and why", async () => {
    (await beginTracedRun()).end(exampleRun(), new Error("oh no"));
    const failed = spans().filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed.map(({ name }) => name).sort()).toEqual(["add", "job sum of x", "tilework"]);
    const task = failed.find(({ name }) => name === "add");
    expect(task?.status.message).toBe("oh no");
    expect(task?.events[0]?.attributes).toMatchObject({ "exception.stacktrace": "at f" });
  });

  it("is of what a function computes, within the span that is active", async () => {
    const inThreads = new InProcessExecutor({ threads: 1 });
    openExecutor(inThreads);
    try {
      const tracer = trace.getTracer("test");
      const sum = await tracer.startActiveSpan("request", async (request) => {
        const value = await traceRun({ openTelemetry: true }, async () => {
          tracer.startSpan("mine").end();
          return await span("outer", () => ones([40, 40], { chunks: 10 }).sum().compute());
        });
        request.end();
        return value;
      });
      expect(sum).toBe(1_600);
    } finally {
      closeExecutor(inThreads);
      await inThreads.close();
    }
    expect(parentOf(named("tilework"))).toBe("request");
    expect(parentOf(named("mine"))).toBe("tilework");
    expect(parentOf(named(/^job .*sum/))).toBe("tilework");
    expect(parentOf(named("scheduler steps"))).toBe("tilework");
    const tasks = spans().filter(({ attributes }) => attributes["tilework.kind"] === "task");
    expect(tasks.length).toBeGreaterThan(0);
    for (const task of tasks) expect(parentOf(task)).toMatch(/^job /);
    const { startTime } = named("request");
    expect(tasks.every((task) => task.startTime[0] >= startTime[0] - 1)).toBe(true);
  });

  it("has users' functions on threads run within the span that is active", async () => {
    const inThreads = new InProcessExecutor({ threads: 1 });
    openExecutor(inThreads);
    try {
      // What a module that workers preload would do. vitest writes imports in another way.
      const register = delayed((file: string) => {
        const load = process.getBuiltinModule("node:module").createRequire(file);
        const hooks = load("@opentelemetry/context-async-hooks");
        const manager = new hooks.AsyncLocalStorageContextManager().enable();
        return load("@opentelemetry/api").context.setGlobalContextManager(manager) as boolean;
      });
      const traceNow = delayed((file: string, _again: number) => {
        const load = process.getBuiltinModule("node:module").createRequire(file);
        const { trace: traces } = load("@opentelemetry/api") as typeof import("@opentelemetry/api");
        return traces.getActiveSpan()?.spanContext().traceId;
      });
      const file = import.meta.url;
      expect(await register(file).compute()).toBe(true);
      expect(await traceNow(file, 0).compute()).toBeUndefined();
      const tracer = trace.getTracer("test");
      await tracer.startActiveSpan("request", async (request) => {
        expect(await traceNow(file, 1).compute()).toBe(request.spanContext().traceId);
        request.end();
      });
      expect(await traceNow(file, 2).compute()).toBeUndefined();
    } finally {
      closeExecutor(inThreads);
      await inThreads.close();
    }
  });

  it("refuses a file's absence without it, and what has no span to be within", async () => {
    await expect(traceRun({}, () => 1)).rejects.toThrow("needs a file");
    await expect(traceRun({ openTelemetry: 1 as never }, () => 1)).rejects.toThrow("true or false");
  });
});
