// A program of a user, run by each version of Node: arrays on threads, and a cluster of processes
// over ZeroMQ with arrays, calls, bags and delayed calls. Prints what came out as a line of JSON.
import { createRequire } from "node:module";
import { delayed, fromSequence, LocalCluster, random } from "tilework";
import { predict } from "tilework/diagnostics";
import { SchedulerCore } from "tilework/scheduler";
import { simulate } from "tilework/sim";

const x = random([200, 200], { chunks: 100, seed: 42 });
const mean = () => x.add(x.transpose()).mean().compute();
const onThreads = await mean();

const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 2 });
const { client } = cluster;
const factor = 3;
const onProcesses = await mean();
const submitted = await client.submit((n) => n * factor, 14);
const mapped = await client.gather(client.map((n) => n * n, [1, 2, 3]));
const lengths = await fromSequence(["a", "bc"])
  .map((word) => word.length)
  .compute();
const called = await delayed((a, b) => a + b)(1, 2).compute();
await cluster.close();

// From CommonJS it is the same module.
const required = createRequire(import.meta.url)("tilework/array");
const { layerGraph, ones } = required;
const graph = layerGraph(ones([8], { chunks: 2 }).sum(), { optimize: true });
const simulated = simulate({ graph, workers: 2, seed: 1 }).error ?? "no error";
const { tasks } = predict(graph, { measure: false });
const scheduler = new SchedulerCore().dump().taskCount;

const same = onThreads === onProcesses && required === (await import("tilework/array"));
const out = { node: process.version, mean: onThreads, same, submitted, mapped, lengths, called };
process.stdout.write(`${JSON.stringify({ ...out, simulated, tasks, scheduler })}\n`);
