// Passes of users: what they can do with graphology's own methods, and what is refused, by name and
// reason.
import { DirectedGraph, MultiDirectedGraph } from "graphology";
import { describe, expect, it } from "vitest";
import { type ChunkedArray, concatenate, ones, random, zeros } from "../../../src/array/index.js";
import type { Layer, LayerName, SourceLayer } from "../../../src/graph/model/layer.js";
import {
  graphBelow,
  type LayerGraph,
  layersOf,
  type OperandAttributes,
  outputsOf,
} from "../../../src/graph/model/layer-graph.js";
import { wordOf } from "../../../src/graph/model/naming.js";
import { checkPasses, explainPasses, optimize } from "../../../src/graph/passes/optimize.js";
import type { LayerPass } from "../../../src/graph/passes/user-pass.js";
import { layerGraph } from "../../../src/graph/ports/collection-graphs.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";

const x = random([40, 40], { chunks: 20, seed: 1 });
const y = random([40, 40], { chunks: 20, seed: 2 });
const executor = new SerialExecutor();
/** As built: what the passes of the library would do is in no one's way. */
const asBuilt = { optimizeGraph: false, executor } as const;

const after = (array: ChunkedArray, mine: LayerPass) =>
  optimize(graphBelow([array.node]), { passes: { mine }, builtIn: false });
const refused = (array: ChunkedArray, mine: LayerPass) => expect(() => after(array, mine));
const withCode = (code: string) => expect.objectContaining({ code });
/** The key of the layer whose name begins so. */
const named = (graph: LayerGraph, word: string) =>
  graph.findNode((name) => wordOf(name as LayerName) === word) as string;

describe("a pass of a user", () => {
  it("runs last, sees layers as they would be computed, and may change nothing", () => {
    const seen: string[] = [];
    const graph = optimize(graphBelow([x.add(x.T).mean().node]), {
      passes: { mine: (layers) => void layers.forEachNode((_, { kind }) => seen.push(kind)) },
    });
    expect(seen).toEqual(["source", "blockwise", "treeReduce"]);
    expect(layersOf(graph)).toEqual(layersOf(optimize(graphBelow([x.add(x.T).mean().node]))));
  });

  it("may say what tasks take, which changes no name", () => {
    const plain = after(x.matmul(y), () => {});
    const marked = after(x.matmul(y), (graph) => {
      graph.forEachNode((name, { kind }) => {
        if (kind === "contract") graph.setNodeAttribute(name, "resources", { GPU: 1 });
      });
    });
    expect(marked.nodes()).toEqual(plain.nodes());
    const contract = layersOf(marked).find(({ kind }) => kind === "contract");
    expect(contract?.resources).toEqual({ GPU: 1 });
  });

  it("may have layers read another one in the same positions", async () => {
    const pass: LayerPass = (graph) => {
      graph.addNode(y.node.layer.name, y.node.layer);
      for (const user of graph.outNeighbors(x.node.layer.name)) {
        const { positions } = graph.getEdgeAttributes(x.node.layer.name, user);
        graph.dropEdge(x.node.layer.name, user);
        graph.addEdge(y.node.layer.name, user, { positions });
      }
    };
    const value = (a: ChunkedArray) => a.sin().add(a.T).sum();
    const wanted = await value(y).compute({ executor });
    expect(await value(x).compute({ ...asBuilt, passes: { pass } })).toBe(wanted);
    // What was rewired has the name that it would have had, so that nothing tells it from what was
    // built so.
    expect(after(value(x), pass).nodes().sort()).toEqual(
      graphBelow([value(y).node])
        .nodes()
        .sort(),
    );
  });

  it("may exchange one of two operands that are the same layer", async () => {
    const pass: LayerPass = (graph) => {
      const [sin, joined] = [named(graph, "sin"), named(graph, "concatenate")];
      expect(graph.getEdgeAttribute(sin, joined, "positions")).toEqual([0, 1]);
      graph.setEdgeAttribute(sin, joined, "positions", [1]);
      graph.addEdge(x.node.layer.name, joined, { positions: [0] });
    };
    const wanted = await concatenate([x, x.sin()]).sum().compute({ executor });
    const twice = concatenate([x.sin(), x.sin()]).sum();
    expect(await twice.compute({ ...asBuilt, passes: { pass } })).toBe(wanted);
    expect(await twice.compute({ executor })).not.toBe(wanted);
  });

  it("may change what a layer computes: its name and those above follow", () => {
    const built = graphBelow([x.sin().node]);
    const changed = after(x.sin(), (graph) => {
      const { generator } = x.node.layer as SourceLayer;
      const other = { ...generator, seed: 9 } as SourceLayer["generator"];
      graph.mergeNodeAttributes(x.node.layer.name, { generator: other } as Partial<Layer>);
    });
    expect(changed.order).toBe(2);
    expect(changed.nodes().filter((name) => built.hasNode(name))).toEqual([]);
    expect(outputsOf(changed)[0]).toMatch(/^sin-[0-9a-f]{32}$/);
  });

  it("may leave out what is no longer read", () => {
    const graph = after(x.sin().cos(), (layers) => {
      const [sin, cos] = [named(layers, "sin"), named(layers, "cos")];
      layers.dropNode(sin);
      layers.addEdge(x.node.layer.name, cos, { positions: [0] });
    });
    expect(graph.mapNodes((name) => wordOf(name as LayerName))).toEqual(["random", "cos"]);
  });

  it("may have blocks that are on the workers read, which are found by their name", () => {
    const sin = x.sin();
    const { chunks, dtype, name } = sin.node.layer;
    const persisted: Layer = { kind: "persisted", name, inputs: [], chunks, dtype };
    const pass = (key: string): LayerPass => {
      return (layers) => {
        const user = named(layers, "cos");
        layers.dropNode(name);
        layers.addNode(key, persisted);
        layers.addEdge(key, user, { positions: [0] });
      };
    };
    expect(layersOf(after(sin.cos(), pass(name)))[0]).toEqual(persisted);
    refused(sin.cos(), pass("ready")).toThrow(`node ready is the persisted layer ${name}: give`);
  });

  it("may return another graph", () => {
    const graph = after(x.add(1), (layers) => layers.copy() as LayerGraph);
    expect(layersOf(graph)).toEqual(layersOf(graphBelow([x.add(1).node])));
  });

  it("is one of several, each of which sees what the last one left", () => {
    const order: string[] = [];
    optimize(graphBelow([x.node]), {
      passes: { b: () => void order.push("b"), cull: false, a: () => void order.push("a") },
    });
    expect(order).toEqual(["b", "a"]);
  });

  it("is named by what explains passes", () => {
    const effects = explainPasses(graphBelow([x.add(1).node]), { passes: { mine: () => {} } });
    expect(effects.at(-4)?.pass).toBe("mine");
  });
});

describe("a pass of a user is refused", () => {
  it("when layers read each other in a circle", () => {
    const circle: LayerPass = (graph) => {
      const [sin, cos] = [named(graph, "sin"), named(graph, "cos")];
      graph.dropEdge(x.node.layer.name, sin);
      graph.addEdge(cos, sin, { positions: [0] });
    };
    const error = refused(x.sin().cos(), circle);
    error.toThrow(/^pass mine: layers read each other in a circle: (sin|cos)-\w+ reads/);
    refused(x.sin().cos(), circle).toThrow(withCode("graph.cycle"));
  });

  it("when an output is missing, or has other blocks", () => {
    refused(x.sin(), (graph) => graph.dropNode(named(graph, "sin"))).toThrow(
      /^pass mine: layer sin-\w+, whose blocks are wanted, is not in the graph/,
    );
    refused(x.sin(), (graph) => graph.dropNode(named(graph, "sin"))).toThrow(
      withCode("graph.missingLayer"),
    );
    refused(x.sin(), (graph) => graph.setAttribute("outputs", [])).toThrow("list of length 1");
    const other = (array: ChunkedArray): LayerPass => {
      return (graph) => {
        graph.addNode(array.node.layer.name, array.node.layer);
        graph.setAttribute("outputs", [array.node.layer.name]);
      };
    };
    refused(x, other(zeros([40, 30]))).toThrow("another shape: 40 × 30 instead of 40 × 40");
    refused(x, other(zeros([40, 40], { chunks: 10 }))).toThrow("another grid: 4 × 4 of 10 × 10");
    refused(x, other(zeros([40, 40], { dtype: "int32", chunks: 20 }))).toThrow(
      "another dtype: int32 instead of float64",
    );
    expect(outputsOf(after(x, other(y)))).toEqual([y.node.layer.name]);
  });

  it("when a layer that is read is missing, or has other blocks", () => {
    refused(x.sin(), (graph) => graph.dropNode(x.node.layer.name)).toThrow(
      /^pass mine: layer sin-\w+ reads nothing as operand 0: add an edge/,
    );
    refused(x.sin(), (graph) => {
      const small = ones([40, 40], { chunks: 40 }).node.layer;
      graph.addNode(small.name, small);
      graph.dropNode(x.node.layer.name);
      graph.addEdge(small.name, named(graph, "sin"), { positions: [0] });
    }).toThrow("has another grid: 1 block instead of 2 × 2 of 20 × 20");
  });

  it("when it changes the blocks of a layer", () => {
    const change = (attributes: Partial<Layer>): LayerPass => {
      return (graph) => graph.mergeNodeAttributes(x.node.layer.name, attributes);
    };
    refused(x.sin(), change({ dtype: "float32" })).toThrow(withCode("graph.invalidPass"));
    refused(x.sin(), change({ chunks: [[40], [40]] })).toThrow(
      "has another grid: 1 block instead of 2 × 2 of 20 × 20: add a layer",
    );
  });

  it("when edges say nothing, too much, or something else than the layer", () => {
    const edge = (attributes: object): LayerPass => {
      return (graph) => {
        graph.replaceEdgeAttributes(
          graph.edge(x.node.layer.name, named(graph, "sin")) as string,
          attributes as OperandAttributes,
        );
      };
    };
    refused(x.sin(), edge({})).toThrow("has no positions");
    refused(x.sin(), edge({ positions: [1] })).toThrow(
      /is operand 1 of layer sin-\w+, which has 1/,
    );
    refused(x.sin(), edge({ positions: [0, 0] })).toThrow("has edges from both");
    refused(x.sin(), (graph) => {
      const cos = x.cos().node.layer;
      const sin = named(graph, "sin");
      graph.addNode(cos.name, cos);
      graph.addEdge(sin, cos.name, { positions: [0] });
    }).toThrow("let both say the same");
  });

  it("when a node is no layer", () => {
    refused(x, (graph) => void graph.addNode("mine")).toThrow(
      "pass mine: node mine is no layer: copy the attributes of one",
    );
  });

  it("when it asks for resources that cannot be", () => {
    const take = (resources: unknown): LayerPass => {
      return (graph) =>
        graph.setNodeAttribute(x.node.layer.name, "resources", resources as { GPU: number });
    };
    refused(x, take({ GPU: 0 })).toThrow(/^pass mine: resources of layer random-\w+\.GPU is 0/);
    refused(x, take("GPU")).toThrow("expected { name: amount }");
    expect(layersOf(after(x, take({})))[0]?.resources).toBeUndefined();
  });

  it("when it returns something else than a directed graph", () => {
    refused(x, (() => 1) as never).toThrow("pass mine returned a value of type number");
    refused(x, (async () => {}) as never).toThrow("pass mine returned a promise");
    refused(x, (() => new MultiDirectedGraph()) as never).toThrow("returned a multi graph");
    refused(x, () => new DirectedGraph()).toThrow("was a list of length 1");
  });

  it("when it has the name of another pass, or is none", () => {
    expect(() => checkPasses({ cull: () => {} } as never)).toThrow("give yours another name");
    expect(() => checkPasses({ mine: true })).toThrow("there is no pass mine");
    expect(() => checkPasses({ mine: "x" as never })).toThrow("or a function");
  });

  it("and throws what the pass throws", () => {
    refused(x, () => {
      throw new RangeError("not today");
    }).toThrow(new RangeError("not today"));
  });
});

describe("a graph that was changed outside a pass", () => {
  it("is not computed", () => {
    const graph = layerGraph(x.sin());
    graph.dropEdge(x.node.layer.name, named(graph, "sin"));
    expect(() => optimize(graph)).toThrow(withCode("graph.invalidPass"));
  });
});

describe("two layers that a pass makes equal", () => {
  it("become one, which takes what either takes", () => {
    const graph = after(x.add(y), (layers) => {
      const [from, to] = [y.node.layer.name, named(layers, "add")];
      layers.setNodeAttribute(x.node.layer.name, "resources", { GPU: 1 });
      layers.addNode("twin", { ...x.node.layer, resources: { GPU: 2, disk: 1 } });
      layers.dropEdge(from, to);
      layers.addEdge("twin", to, { positions: [1] });
    });
    const [source, sum, ...others] = layersOf(graph);
    expect(others).toEqual([]);
    expect(source).toEqual({ ...x.node.layer, resources: { GPU: 2, disk: 1 } });
    expect(graph.getEdgeAttributes(x.node.layer.name, sum?.name)).toEqual({ positions: [0, 1] });
  });
});
