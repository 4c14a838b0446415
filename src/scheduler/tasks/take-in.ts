// The tasks of a graph that is taken in: new ones, and those that other graphs brought.
import { inRanges, inRows, type Sliced } from "../../base/sliced.js";
import type { LayerName } from "../../graph/model/layer.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import { guessBytes } from "../accounts/dynamic-sizes.js";
import { hurry } from "../accounts/jobs.js";
import { increase } from "../state/columns.js";
import { graphsOf, leaderOf } from "../state/lookups.js";
import type { GraphRecord, LayerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isActive, RELEASED } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { type GraphPlan, lostData, otherInputs } from "./graph-plan.js";
import { sliceTasks } from "./slices.js";

/** The layers of a graph under construction, as its plan numbers them. */
export interface Members {
  readonly names: readonly LayerName[];
  /** Undefined for those that calls read and that are not here. */
  readonly layers: readonly (LayerRecord | undefined)[];
  /** Whether its blocks are only read, and must be here. */
  readonly arePersisted: readonly boolean[];
  /** Whether only the tasks can be used that are here, since others have other inputs. */
  readonly haveOtherInputs: readonly boolean[];
}

type PlannedTable = GraphPlan["table"];

/** The cost of taking in a task or an edge. */
const TASK_COST = 0.7;

/**
 * The slots of the table's tasks.
 *
 * @throws GraphError `graph.lostData` when a persisted block is not here, ProtocolError when a task
 * would have other inputs than its layer
 */
export function* takeInTasks(
  state: SchedulerState,
  graph: GraphRecord,
  members: Members,
  table: PlannedTable,
  priorities: Float64Array,
): Sliced<Int32Array> {
  yield* state.tasks.reserve(priorities.length);
  yield* state.edges.reserve(table.operands.length);
  const taking = new TakeIn(state, graph, members, table, priorities);
  const take = (from: number, end: number) => taking.take(from, end);
  yield* inRows(table.operandStart, take, TASK_COST, sliceTasks(state));
  return taking.slots;
}

class TakeIn {
  readonly slots: Int32Array;
  readonly #state: SchedulerState;
  readonly #graph: GraphRecord;
  readonly #members: Members;
  readonly #table: PlannedTable;
  readonly #priorities: Float64Array;
  /** The graph's slots, each once. */
  readonly #own: Int32Array;
  #count = 0;

  constructor(
    state: SchedulerState,
    graph: GraphRecord,
    members: Members,
    table: PlannedTable,
    priorities: Float64Array,
  ) {
    this.#state = state;
    this.#graph = graph;
    this.#members = members;
    this.#table = table;
    this.#priorities = priorities;
    this.slots = new Int32Array(priorities.length);
    this.#own = new Int32Array(priorities.length);
  }

  /**
   * Takes in the tasks from `from` to `end`; whatever fails, the graph knows those that name it.
   */
  take(from: number, end: number): void {
    try {
      for (let task = from; task < end; task++) this.slots[task] = this.#takeTask(task);
    } finally {
      this.#graph.tasks = this.#own.subarray(0, this.#count);
    }
  }

  #takeTask(task: number): number {
    const { layers, arePersisted, haveOtherInputs } = this.#members;
    const at = this.#table.layerOf[task] as number;
    const layer = layers[at];
    const known = layer?.slots.get(this.#table.blockOf[task] as number);
    if (layer !== undefined && known !== undefined) {
      if (arePersisted[at]) this.#standOn(known, layer);
      this.#join(known);
      hurry(this.#state, known, this.#priorities[task] as number);
      return known;
    }
    // Blocks may have gone since the graph was planned.
    if (layer === undefined || arePersisted[at])
      throw lostData(this.#members.names[at] as LayerName);
    if (haveOtherInputs[at]) throw otherInputs(layer.layer.name);
    return this.#add(task, layer);
  }

  /**
   * A graph that made a persisted block stays known as long as this one: if the block is lost, it
   * can be made again even when that graph was released.
   */
  #standOn(slot: number, { layer: { name } }: LayerRecord): void {
    const { foundations, number } = this.#graph;
    const { tasks, sharedGraphs } = this.#state;
    if (tasks.graph[slot] === number || sharedGraphs.has(slot, number)) return;
    // Very many graphs may read the block: the others are looked at only where the leader leaves.
    const leader = leaderOf(this.#state, slot);
    const makers = leader?.stage === "leaving" ? graphsOf(this.#state, slot) : [leader];
    const maker = makers.find((graph) => graph !== undefined && graph.stage !== "leaving");
    if (maker === undefined) throw lostData(name);
    if (foundations.includes(maker)) return;
    foundations.push(maker);
    maker.dependants++;
  }

  /** Adds a task of another graph to the graph. */
  #join(slot: number): void {
    const { tasks, sharedGraphs } = this.#state;
    const { number } = this.#graph;
    if (tasks.graph[slot] === number || sharedGraphs.has(slot, number)) return;
    increase(tasks.graphCount, slot, 1);
    sharedGraphs.add(slot, number);
    this.#own[this.#count++] = slot;
    if (isActive(tasks.status[slot] as number)) this.#graph.active++;
  }

  #add(task: number, layer: LayerRecord): number {
    const { tasks, edges } = this.#state;
    const { operandStart, operands, blockOf } = this.#table;
    const first = operandStart[task] as number;
    const count = (operandStart[task + 1] as number) - first;
    const block = blockOf[task] as number;
    const slot = addTask(this.#state, this.#graph, layer, block, count);
    this.#own[this.#count++] = slot;
    tasks.priority[slot] = this.#priorities[task] as number;
    const edge = tasks.operandStart[slot] as number;
    for (let k = 0; k < count; k++) {
      const source = this.slots[operands[first + k] as number] as number;
      edges.link(edge + k, source, slot, tasks.firstUser);
    }
    guessBytes(this.#state, layer, slot);
    return slot;
  }
}

function addTask(
  state: SchedulerState,
  graph: GraphRecord,
  layer: LayerRecord,
  block: number,
  operandCount: number,
): number {
  const { tasks, edges } = state;
  const slot = tasks.allocate();
  tasks.deaths[slot] = 0;
  tasks.failures[slot] = 0;
  tasks.layer[slot] = layer.id;
  tasks.block[slot] = block;
  tasks.waitingCount[slot] = 0;
  tasks.attempt[slot] = 0;
  tasks.worker[slot] = -1;
  tasks.bytes[slot] = outputBytes(layer.layer, block);
  tasks.needed[slot] = 0;
  tasks.wanted[slot] = 0;
  tasks.graphCount[slot] = 1;
  tasks.graph[slot] = graph.number;
  tasks.operandStart[slot] = edges.allocate(operandCount);
  tasks.operandCount[slot] = operandCount;
  tasks.firstUser[slot] = -1;
  tasks.queuedAt[slot] = -1;
  become(state, slot, RELEASED);
  layer.slots.set(block, slot);
  layer.totals.tasks++;
  return slot;
}

/** The cost of a block of an output. */
const BLOCK_COST = 0.2;

/**
 * Outputs whose blocks are other layers' blocks can be found under their own name: when persisted.
 */
export function* noteAliases(
  state: SchedulerState,
  outputs: readonly LayerName[],
  records: ReadonlyMap<LayerName, LayerRecord>,
  table: PlannedTable,
  slots: Int32Array,
): Sliced<void> {
  for (const [output, name] of outputs.entries()) {
    const layer = records.get(name) as LayerRecord;
    const blocks = table.outputs[output] as Int32Array;
    const note = (from: number, end: number) => {
      for (let block = from; block < end; block++) {
        if (layer.slots.has(block)) continue;
        const slot = slots[blocks[block] as number] as number;
        layer.slots.set(block, slot);
        const aliases = state.aliases.get(slot);
        if (aliases === undefined) state.aliases.set(slot, [{ layer, block }]);
        else aliases.push({ layer, block });
      }
    };
    yield* inRanges(blocks.length, note, BLOCK_COST, sliceTasks(state));
  }
}
