// What the log says of jobs and of tasks that failed.
import { describe, expect, it } from "vitest";
import { ones } from "../../../src/array/index.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { observationOf } from "../../../src/scheduler/inspect/observe-run.js";
import { FakeCluster } from "../fake-cluster.js";

const x = ones([4, 4], { chunks: 2 }).add(1).sum();

function clusterOf(workers: number) {
  const cluster = new FakeCluster();
  for (let k = 0; k < workers; k++) cluster.addWorker(`worker-${k}`);
  const client = cluster.addClient("ada");
  cluster.logged.length = 0;
  const lines = () => cluster.logged.map(({ level, text }) => `${level} ${text}`);
  return { cluster, client, lines };
}

describe("the log", () => {
  it("has a line at the start and at the end of a job: client, name, tasks, time", () => {
    const { cluster, client, lines } = clusterOf(1);
    const graph = client.submit(x.node);
    cluster.nowMs += 1_500;
    cluster.settle();
    const { taskCount } = graph;
    expect(lines()).toEqual([
      expect.stringMatching(/^info job sum-\w{7} of client ada begins: \d+ tasks of \d+ layers$/),
      expect.stringMatching(
        new RegExp(`^info job sum-\\w{7} of client ada is done: ${taskCount} tasks in 1\\.5 s$`),
      ),
    ]);
    client.release(graph);
    expect(lines()).toHaveLength(2);
  });

  it("calls a job what its client calls it, whatever the passes made of its outputs", () => {
    const { cluster, client, lines } = clusterOf(1);
    const graph = graphBelow([x.node]);
    client.submitMessage({
      ...{ type: "submitGraph", graph: "mine", name: "mean-0123456", reportOutputs: true },
      ...{ layers: layersOf(graph), outputs: outputsOf(graph) },
    });
    cluster.settle();
    expect(lines()).toEqual([
      expect.stringContaining("job mean-0123456 of client ada begins"),
      expect.stringContaining("job mean-0123456 of client ada is done"),
    ]);
    const { jobs } = observationOf(cluster.state, { spansMax: 1 });
    expect(jobs.map(({ name }) => name)).toEqual(["mean-0123456"]);
  });

  it("names the task that failed, and its worker", () => {
    const { cluster, client, lines } = clusterOf(1);
    const [worker] = [...cluster.workers.values()];
    client.submit(x.node);
    worker?.receiveAll();
    worker?.failNext("bad pixel");
    const [, failure, end] = lines();
    expect(failure).toMatch(/^info \S+\(\d, \d\) failed on worker worker-0: bad pixel$/);
    expect(end).toMatch(
      /^info job sum-\w{7} of client ada failed after 0 µs, \d of \d+ tasks done$/,
    );
  });

  it("says that a job was cancelled, and how far it was", () => {
    const { client, lines } = clusterOf(1);
    client.release(client.submit(x.node));
    expect(lines().at(-1)).toMatch(/ was cancelled after 0 µs, 0 of \d+ tasks done$/);
  });

  it("has ten such lines a second, however many jobs there are", () => {
    const { cluster, client } = clusterOf(1);
    for (let k = 0; k < 50; k++) {
      const graph = client.submit(ones([k + 1]).sum().node);
      cluster.settle();
      client.release(graph);
    }
    expect(cluster.logged).toHaveLength(10);
    cluster.nowMs += 1_000;
    client.submit(x.node);
    expect(cluster.logged.at(-1)?.data).toEqual({ linesLeftOut: 90 });
  });
});
