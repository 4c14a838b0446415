// Peers of bad will: registered clients and workers, and strangers, that say anything at any time.
// Most of it has the form of a message and names what others have; some of it has no form at all.
// They leave before long.
import type { Rng } from "../../src/base/rng.js";
import type { Layer, LayerName } from "../../src/graph/model/layer.js";
import { type LayerGraph, layersOf } from "../../src/graph/model/layer-graph.js";
import { PROTOCOL_VERSION } from "../../src/protocol/values/ids.js";
import type { Environment, SchedulerPeer } from "../../src/sim/environment.js";
import { mutated } from "../graph/checks/mutations.js";

const LEAVE_MS = 60;
const WORDS = 40;

type Word = Record<string, unknown>;

/** Errors that they make up say so. */
const ERROR = { name: "Error", message: "made up" };
const ODD = [
  Number.NaN,
  -1,
  2 ** 53,
  1e300,
  0.5,
  "",
  null,
  undefined,
  [],
  {},
  [-1],
  "__proto__",
  true,
];

/** Words with the form of those of workers, about tasks that there may be. */
const OF_WORKERS: readonly ((rng: Rng) => Word)[] = [
  (rng) => ({
    type: "tasksFinished",
    ...run(rng),
    bytes: [rng.pick([0, 8, 2 ** 36])],
    durationsMs: [rng.pick([0, 1, 1e10])],
  }),
  (rng) => ({
    type: "replicasAdded",
    tasks: [task(rng)],
    bytes: [8],
    transferMs: rng.pick([0, 1e-300, 1e9]),
  }),
  (rng) => ({ type: "piecesFetched", tasks: [task(rng)], bytes: [2 ** 30], transferMs: 1e-300 }),
  (rng) => ({
    type: "inputsMissing",
    ...run(rng),
    inputs: [task(rng)],
    workers: [rng.below(5) - 1],
  }),
  (rng) => ({
    type: "stealAnswered",
    ...run(rng),
    outcomes: [rng.pick(["givenUp", "begun", "unknown"])],
  }),
  (rng) => ({ type: "tasksSuspended", ...run(rng) }),
  (rng) => ({ type: "tasksResumed", ...run(rng) }),
  (rng) => ({ type: "workerAnswered", ask: rng.below(3), json: "{}" }),
  (rng) => ({ type: "copiesFailed", tasks: [task(rng)] }),
  (rng) => ({ type: "taskErred", task: task(rng), attempt: rng.below(3), error: ERROR }),
  (rng) => ({ type: "linesPrinted", tasks: [task(rng)], levels: ["log"], texts: ["x"] }),
  () => ({ type: "actorsKept", actors: ["a"], kept: ["b"] }),
  (rng) => ({
    type: "workerHeartbeat",
    managedBytes: rng.pick([0, 2 ** 50]),
    peakManagedBytes: 0,
    processBytes: 0,
    peakProcessBytes: 0,
    spilledBytes: 0,
    spilledBytesTotal: 0,
    executing: 1,
  }),
];

function task(rng: Rng): number {
  return rng.below(60);
}

function run(rng: Rng): Word {
  return { tasks: [task(rng)], attempts: [rng.below(3)] };
}

/** Words with the form of those of clients, about graphs and layers that there are. */
function ofClients(graphs: readonly LayerGraph[]): readonly ((rng: Rng) => Word)[] {
  const graphId = (rng: Rng) => rng.pick(["client-0", "client-1", "graph", "hostile-0"]);
  const layer = (rng: Rng) => rng.pick(layersOf(rng.pick(graphs))).name;
  return [
    (rng) => submission(rng, layersOf(rng.pick(graphs))),
    (rng) => submission(rng, changedLayers(rng, layersOf(rng.pick(graphs)))),
    (rng) => submission(rng, changedLayers(rng, layersOf(rng.pick(graphs)))),
    (rng) => ({ type: "releaseGraph", graph: graphId(rng) }),
    (rng) => ({
      type: "releaseOutputs",
      graph: graphId(rng),
      outputs: [0],
      blocks: [rng.below(9)],
    }),
    (rng) => ({ type: "retryOutputs", graph: graphId(rng), outputs: [0], blocks: [rng.below(9)] }),
    (rng) => ({ type: "replicateLayer", request: 1, layer: layer(rng), copies: 1 + rng.below(3) }),
    () => ({ type: "rebalanceData", request: 1 }),
    () => ({ type: "describeCluster", request: 1 }),
    (rng) => ({
      type: "describeTasks",
      request: 1,
      status: rng.pick(["memory", "processing"]),
      layers: rng.pick([null, [layer(rng)]]),
    }),
    () => ({ type: "askNodes", request: 1, topic: "logs", workers: null }),
    (rng) => ({
      type: "plugWorkers",
      request: 1,
      name: rng.pick(["a", "b"]),
      plugin: rng.pick([null, new Uint8Array(3)]),
    }),
    (rng) => ({ type: "askScheduler", request: 1, what: rng.pick(["about", "plug"]), name: "a" }),
    () => ({ type: "dumpState", request: 1 }),
    (rng) => ({ type: "tellStory", request: 1, about: rng.pick(["", "worker-0", layer(rng)]) }),
    (rng) => ({ type: "findActor", request: 1, actor: null, name: "a", askedBy: task(rng) }),
    (rng) => ({ type: "cancelWait", holder: 0, wait: rng.below(3) }),
    (rng) => ({ type: "adviseScale", request: 1, targetDurationMs: rng.pick([1, 1e9]) }),
  ];
}

function submission(rng: Rng, layers: readonly Layer[]): Word {
  const terms = rng.pick([
    {},
    { priority: 100 },
    { workers: ["no one"] },
    { coresMax: 1 },
    { resources: { GPU: 1 } },
  ]);
  const outputs = [layers.at(-1)?.name ?? ("none" as LayerName)];
  // The name of another's graph that is not there yet is not taken: see docs/internals/security.md.
  const graph = `hostile-${rng.below(1e6)}`;
  return {
    type: "submitGraph",
    graph,
    layers,
    outputs,
    reportOutputs: true,
    terms,
    askedBy: task(rng),
  };
}

/**
 * Layers of which some are changed, under other names: whose blocks are whose is not the subject
 * here.
 */
function changedLayers(rng: Rng, layers: readonly Layer[]): Layer[] {
  const own = (name: LayerName) => `${name}-${salt}` as LayerName;
  const salt = rng.below(1e6);
  return layers.map((layer) => {
    const changed = rng.chance(0.3) ? mutated(layer, rng) : layer;
    return { ...changed, name: own(layer.name), inputs: layer.inputs.map(own) };
  });
}

/** A word of which something is changed. */
function garbled(word: Word, rng: Rng): Word {
  const field = rng.pick(Object.keys(word));
  if (field === "type" && rng.chance(0.8)) return word;
  return { ...word, [field]: rng.pick(ODD) };
}

/** Has peers of bad will take part in a simulation until they leave. */
export function addHostilePeers(
  environment: Environment,
  rng: Rng,
  graphs: readonly LayerGraph[],
): void {
  const fromClients = ofClients(graphs);
  const count = 1 + rng.below(3);
  for (let k = 0; k < count; k++) {
    const role = rng.pick(["client", "worker", "stranger"] as const);
    const words = role === "client" ? fromClients : OF_WORKERS;
    const any = [...fromClients, ...OF_WORKERS];
    new HostilePeer(environment, rng.fork(), {
      name: `hostile-${k}`,
      role,
      words: rng.chance(0.8) ? words : any,
    });
  }
}

interface Manner {
  readonly name: string;
  readonly role: "client" | "worker" | "stranger";
  readonly words: readonly ((rng: Rng) => Word)[];
}

class HostilePeer implements SchedulerPeer {
  readonly #environment: Environment;
  readonly #manner: Manner;
  #isHere = true;

  constructor(environment: Environment, rng: Rng, manner: Manner) {
    this.#environment = environment;
    this.#manner = manner;
    environment.peers.set(manner.name, this);
    const { world } = environment;
    this.#register();
    for (let k = 0; k < WORDS; k++) {
      world.at(rng.between(0, LEAVE_MS), () => {
        const word = rng.pick(manner.words)(rng);
        this.#say(rng.chance(0.25) ? garbled(word, rng) : word);
      });
    }
    world.at(LEAVE_MS + 1, () => {
      this.#say({ type: "peerLost", reason: "it left" });
      this.#isHere = false;
    });
  }

  /** One that is cut off comes back. */
  receive({ type }: { readonly type: string }): void {
    if (type === "registerAgain" || type === "peerRefused") this.#register();
  }

  #register(): void {
    const { role, name } = this.#manner;
    if (role === "client") this.#say({ type: "registerClient", version: PROTOCOL_VERSION, name });
    if (role !== "worker") return;
    const place = { address: `nowhere-${name}`, pid: 1 };
    const size = { threads: 64, memoryLimitBytes: 2 ** 48 };
    this.#say({ type: "registerWorker", version: PROTOCOL_VERSION, name, ...place, ...size });
  }

  #say(word: Word): void {
    if (this.#isHere) this.#environment.toScheduler(this.#manner.name, word as never);
  }
}
