// What names of layers mean to several clients: equal layers run once, and no client decides what
// another's name stands for. Each step ends with the invariants.
import { describe, expect, test } from "vitest";
import type { Layer, LayerName } from "../../../src/graph/model/layer.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import type { Coordinate, SchedulerToClient } from "../../../src/protocol/messages/messages.js";
import { blocks, elementwise, persistedAs, source } from "../../graph/example-layers.js";
import { type FakeClient, FakeCluster, type FakeGraph } from "../fake-cluster.js";

const seven = source([blocks(2, 10)], { type: "full", value: 7 });
const root = elementwise("sqrt", seven);

/** Says to be the layer `named`, and is one of another value. */
function posingAs(named: LayerNode, value = 666): LayerNode {
  const layer = { ...named.layer, generator: { type: "full", value } } as Layer;
  return { layer, inputs: [] };
}

/** The layers as the scheduler has them for the client's graph, by the words of their names. */
function layersOf({ cluster, peer }: FakeClient, { id }: FakeGraph): Record<string, Layer> {
  const graph = cluster.state.clients.get(peer)?.graphs.get(id);
  return Object.fromEntries(
    (graph?.layers ?? []).map(({ layer }) => [layer.name.replace(/-.*/, ""), layer]),
  );
}

const ofValue = (value: number) => ({ generator: { type: "full", value } });

function setUp() {
  const cluster = new FakeCluster();
  cluster.addWorker("worker");
  return { cluster, honest: cluster.addClient("honest"), liar: cluster.addClient("liar") };
}

function expectNothingLeft({ state }: FakeCluster): void {
  expect([state.tasks.count, state.layers.size, state.layersByName.size]).toEqual([0, 0, 0]);
  for (const { ownLayers } of state.clients.values()) expect(ownLayers.size).toBe(0);
}

describe("a layer of another value under the name of a known one", () => {
  test.each(["before", "after"])("that comes %s the honest one stays its client's own", (when) => {
    const { cluster, honest, liar } = setUp();
    const submitLie = () => liar.submit(posingAs(seven));
    const early = when === "before" ? submitLie() : undefined;
    const graph = honest.submit(root);
    const lie = early ?? submitLie();
    expect(layersOf(honest, graph).full).toMatchObject(ofValue(7));
    expect(layersOf(liar, lie).full).toMatchObject(ofValue(666));
    cluster.settle();
    honest.checkOutputs(graph);
    liar.checkOutputs(lie);
    liar.release(lie);
    honest.release(graph);
    expectNothingLeft(cluster);
  });

  test("takes no layer above it along", () => {
    const { cluster, honest, liar } = setUp();
    // The layer above is equal bit by bit; what it reads is not.
    liar.submit({ ...root, inputs: [posingAs(seven)] });
    const graph = honest.submit(root);
    expect(cluster.state.layers.size).toBe(4);
    expect(layersOf(honest, graph).full).toMatchObject(ofValue(7));
  });

  test("stays its client's own when the first is gone and others come", () => {
    const { cluster, honest, liar } = setUp();
    const lie = liar.submit(posingAs(seven));
    const graph = honest.submit(seven);
    cluster.settle();
    liar.release(lie);
    const third = cluster.addClient("third").submit(seven);
    cluster.settle();
    expect(third.error).toBeUndefined();
    const again = honest.submit(persistedAs(seven.layer.name, seven.layer.chunks));
    expect(layersOf(honest, again).full).toMatchObject(ofValue(7));
    cluster.settle();
    honest.checkOutputs(again);
    expect(again.taskCount).toBe(0);
    honest.release(graph);
  });
});

test("equal layers of several clients run once", () => {
  const { cluster, honest, liar: other } = setUp();
  const first = honest.submit(root);
  const second = other.submit(structuredClone(root));
  expect(layersOf(other, second)).toEqual(layersOf(honest, first));
  cluster.settle();
  expect(first.finish?.tasksRun).toBe(4);
  expect(cluster.state.layers.size).toBe(2);
  other.checkOutputs(second);
});

test("what passes made of a client's layer is as good as the layer", () => {
  const { cluster, honest } = setUp();
  const first = honest.submit(root);
  cluster.settle();
  const alone = {
    ...root.layer,
    kind: "source",
    inputs: [],
    generator: { type: "full", value: 2 },
  };
  const again = honest.submit({ layer: alone as Layer, inputs: [] });
  cluster.settle();
  expect(again.taskCount).toBe(0);
  expect(cluster.state.layers.size).toBe(2);
  honest.checkOutputs(first);
});

/** Has a client publish or get a dataset; its answer. */
function ask(client: FakeClient, fields: Partial<Coordinate> & Pick<Coordinate, "operation">) {
  const heard: SchedulerToClient[] = [];
  const { receive } = client;
  client.receive = (message) => void heard.push(message);
  client.say({ type: "coordinate", name: "x", request: 1, holder: "holder", wait: 1, ...fields });
  client.receive = receive;
  const answer = heard.find((message) => message.type === "coordinated");
  if (answer?.type !== "coordinated") throw new Error("no answer");
  return answer;
}

test("a dataset is what its publisher meant by the name, to all who read it", () => {
  const { cluster, honest, liar } = setUp();
  liar.submit(posingAs(seven));
  const kept: LayerName[] = [seven.layer.name];
  honest.submit(seven);
  cluster.settle();
  ask(honest, { operation: "dataset.publish", value: Uint8Array.of(1), kept });
  const reader = cluster.addClient("reader");
  const [held] = ask(reader, { operation: "dataset.get" }).kept ?? [];
  expect(held?.layer.name).toBe(seven.layer.name);
  const graph = reader.submit(persistedAs(seven.layer.name, seven.layer.chunks));
  expect(layersOf(reader, graph).full).toMatchObject(ofValue(7));
  cluster.settle();
  expect(graph.taskCount).toBe(0);
});
