// The execution order: a total order of tasks that keeps few bytes of results alive at once.
//
// The walk goes from each output down to its inputs, the operand that holds most results first.
// After every task it looks up again: a user that is ready runs at once when that frees as many
// bytes as it adds, or starts a short chain that does. So x(0,1) and x(1,0) are made side by side
// for one block of x + xᵀ, the mirrored block runs right after, and both are gone. If operands
// need equally much, the walk has a choice. If outputs share a lot (a cumulative sum), taking them
// by number, or from one to the most similar next, may hold less memory than starting with the
// largest. Small graphs are walked in several ways, and the order with the lowest peak wins; one
// walk is enough for a tree of equal results. Parts that share nothing run one after another.
import { copyOf, finish, inRanges, type Sliced } from "../../base/sliced.js";
import { choiceOf, type WalkChoice } from "./order-choices.js";
import {
  isEvenTree,
  livePeak,
  type OrderedTasks,
  type OrderGraph,
  orderGraph,
  peakAtLeast,
} from "./order-graph.js";
import { PartOrders } from "./order-parts.js";
import { mayLookAhead, SinkChooser } from "./order-sinks.js";

/**
 * Most walks over one graph, and how many tasks all walks together may visit (one walk always may).
 */
const WALKS_MAX = 10;
const WALKED_TASKS_MAX = 100_000;
/**
 * Operands that cost a walk as much as a task: an all-to-all has few tasks and very many of them.
 */
const OPERANDS_PER_TASK = 8;

/** How many tasks a chain may take until it has freed as much as it added. */
const CHAIN_TASKS = 4;

/** How many users of a task are examined to continue a chain. */
const CHAIN_USERS = 16;

/** Per task: its place in the order, 0 first. */
export function orderTasks(tasks: OrderedTasks): Int32Array {
  const sequence = finish(sequenceTasks(tasks));
  const place = new Int32Array(sequence.length);
  for (let at = 0; at < sequence.length; at++) place[sequence[at] as number] = at;
  return place;
}

/** The tasks in their order, in slices. */
export function* sequenceTasks(tasks: OrderedTasks): Sliced<Int32Array> {
  // One task, or none, has but one order.
  if (tasks.operandStart.length <= 2) return new Int32Array(tasks.operandStart.length - 1);
  const graph = yield* orderGraph(tasks);
  const cost = Math.max(graph.count, tasks.operands.length / OPERANDS_PER_TASK);
  const walks = Math.min(WALKS_MAX, Math.floor(WALKED_TASKS_MAX / cost));
  const first = yield* walk(graph, 0);
  return walks > 1 && !isEvenTree(graph) ? yield* bestOf(graph, first, walks) : first;
}

function* walk(graph: OrderGraph, choice: number): Sliced<Int32Array> {
  return yield* runWalk(graph, yield* choiceOf(graph, choice));
}

function* runWalk(
  graph: OrderGraph,
  choice: WalkChoice,
  chooser?: SinkChooser,
): Sliced<Int32Array> {
  const missing = yield* rowLengths(graph.operandStart);
  const usersLeft = yield* rowLengths(graph.userStart);
  const next = yield* copyOf(graph.operandStart);
  return yield* new Walk(graph, choice, { missing, usersLeft, next }).run(chooser);
}

/** The cost of comparing two orders, by the number of tasks. */
const COMPARISON_COST = 0.1;

/**
 * The sequence with the lowest peak among those of several walks, `first` being that of the first
 * choice.
 */
function* bestOf(graph: OrderGraph, first: Int32Array, walks: number): Sliced<Int32Array> {
  let best = first;
  let bestPeak = livePeak(graph, first);
  const lowestPeak = peakAtLeast(graph);
  if (bestPeak <= lowestPeak) return best;
  const parts = new PartOrders(graph);
  const { areSeveral } = parts;
  const compare = (sequence: Int32Array) => {
    if (areSeveral) parts.see(sequence);
    const peak = livePeak(graph, sequence);
    if (peak >= bestPeak) return;
    best = sequence;
    bestPeak = peak;
  };
  compare(first);
  for (let choice = 1; choice < walks && bestPeak > lowestPeak; choice++) {
    compare(yield* walk(graph, choice));
    yield graph.count * COMPARISON_COST;
  }
  if (bestPeak > lowestPeak && mayLookAhead(graph)) {
    const choice = yield* choiceOf(graph, 0);
    compare(yield* runWalk(graph, choice, new SinkChooser(graph, choice.sinks)));
  }
  if (areSeveral) compare(parts.arrange());
  return best;
}

/** Steps of a walk in one slice, and what one costs. */
const SLICE_STEPS = 2_048;
const STEP_COST = 0.3;

/** A stack of tasks, each with the number of its users that were examined. */
class Looks {
  readonly #tasks: number[] = [];
  readonly #at: number[] = [];

  get depth(): number {
    return this.#tasks.length;
  }

  push(task: number): void {
    this.#tasks.push(task);
    this.#at.push(0);
  }

  pop(): void {
    this.#tasks.pop();
    this.#at.pop();
  }

  /** The task on top, and the number of its next user. */
  next(): { task: number; at: number } {
    const top = this.#tasks.length - 1;
    const at = this.#at[top] as number;
    this.#at[top] = at + 1;
    return { task: this.#tasks[top] as number, at };
  }
}

/** One walk over a graph. */
class Walk {
  readonly #graph: OrderGraph;
  /** Operand rows in the order of the walk. */
  readonly #operands: Int32Array;
  readonly #sinks: Int32Array;
  readonly #done: Uint8Array;
  /** Per task: operands that have not run. */
  readonly #missing: Int32Array;
  /** Per task: users that have not run. */
  readonly #usersLeft: Int32Array;
  readonly #sequence: Int32Array;
  #ran = 0;
  /** Tasks whose users may now free as much as they add. */
  readonly #freeing = new Looks();
  /**
   * Tasks whose users did not, but may begin a chain that does; examined when the others are not.
   */
  readonly #hopeful = new Looks();
  readonly #chain: number[] = [];
  /** Tasks on the way down to those that run next. */
  readonly #goals: number[] = [];
  /** Per task: the operand that is visited next. */
  readonly #next: Int32Array;

  constructor(
    graph: OrderGraph,
    { operands, sinks }: WalkChoice,
    { missing, usersLeft, next }: Record<"missing" | "usersLeft" | "next", Int32Array>,
  ) {
    this.#graph = graph;
    this.#next = next;
    this.#operands = operands;
    this.#sinks = sinks;
    this.#done = new Uint8Array(graph.count);
    this.#missing = missing;
    this.#usersLeft = usersLeft;
    this.#sequence = new Int32Array(graph.count);
  }

  /**
   * The tasks in the order in which they run.
   *
   * @param chooser chooses the next output where the order is open
   */
  *run(chooser?: SinkChooser): Sliced<Int32Array> {
    let steps = 0;
    for (const settled of this.#sinks) {
      const sink = chooser === undefined ? settled : chooser.next(this.#done);
      if (sink < 0) break;
      this.#goals.push(sink);
      while (this.#step()) {
        if (++steps % SLICE_STEPS === 0) yield SLICE_STEPS * STEP_COST;
      }
    }
    return this.#sequence;
  }

  /**
   * Looks up from the tasks that ran, runs every task that they made worth running, and then goes
   * on down from the last goal; returns whether there was something to do.
   */
  #step(): boolean {
    if (this.#freeing.depth > 0) this.#lookAt(this.#freeing, 1);
    else if (this.#hopeful.depth > 0) this.#lookAt(this.#hopeful, CHAIN_TASKS);
    else if (this.#goals.length > 0) this.#goDown();
    else return false;
    return true;
  }

  /** Makes the next operand of the last goal a goal, or runs this goal if it has none left. */
  #goDown(): void {
    const { operandStart } = this.#graph;
    const goal = this.#goals[this.#goals.length - 1] as number;
    const at = this.#next[goal] as number;
    if (this.#done[goal] === 1) {
      this.#goals.pop();
    } else if (at < (operandStart[goal + 1] as number)) {
      this.#next[goal] = at + 1;
      const operand = this.#operands[at] as number;
      if (this.#done[operand] === 0) this.#goals.push(operand);
    } else {
      this.#goals.pop();
      this.#record(goal);
    }
  }

  /** Looks at the next user of the task on top, and runs it when a chain of `links` is worth it. */
  #lookAt(looks: Looks, links: number): void {
    const { userStart, users } = this.#graph;
    const { task, at } = looks.next();
    const position = (userStart[task] as number) + at;
    if (position === userStart[task + 1]) {
      looks.pop();
      if (looks === this.#freeing && (this.#usersLeft[task] as number) > 0)
        this.#hopeful.push(task);
      return;
    }
    const user = users[position] as number;
    if (this.#done[user] === 1 || this.#missing[user] !== 0) return;
    if (!this.#findChain(user, links)) return;
    for (const link of this.#chain) this.#record(link);
  }

  /** Puts `task` into the sequence. */
  #record(task: number): void {
    this.#mark(task, 1);
    this.#sequence[this.#ran++] = task;
    this.#freeing.push(task);
    const { operandStart, operands } = this.#graph;
    const end = operandStart[task + 1] as number;
    for (let at = operandStart[task] as number; at < end; at++) {
      // The last user of an operand frees it: worth another look.
      const operand = operands[at] as number;
      if (this.#usersLeft[operand] === 1) this.#freeing.push(operand);
    }
  }

  /**
   * Whether `task` and users after it, `links` in a row, free as much as they add; sets the chain.
   */
  #findChain(task: number, links: number): boolean {
    const chain = this.#chain;
    chain.length = 0;
    let added = 0;
    for (let link = task; link >= 0; link = this.#bestUser(link)) {
      added += this.#adds(link);
      chain.push(link);
      if (added <= 0 || chain.length === links) break;
      this.#mark(link, 1);
    }
    const marked = added <= 0 || chain.length === links ? chain.length - 1 : chain.length;
    for (let i = marked - 1; i >= 0; i--) this.#mark(chain[i] as number, -1);
    return added <= 0;
  }

  /** Among the ready users of `task`, the one that adds least; -1 when none is ready. */
  #bestUser(task: number): number {
    const { userStart, users } = this.#graph;
    const from = userStart[task] as number;
    const end = Math.min(userStart[task + 1] as number, from + CHAIN_USERS);
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let at = from; at < end; at++) {
      const user = users[at] as number;
      if (this.#missing[user] !== 0 || this.#done[user] === 1) continue;
      const adds = this.#adds(user);
      if (adds >= least) continue;
      best = user;
      least = adds;
    }
    return best;
  }

  /** By how many bytes running `task` now changes what is alive. */
  #adds(task: number): number {
    const { operandStart, operands, bytes } = this.#graph;
    const end = operandStart[task + 1] as number;
    let added = bytes[task] as number;
    for (let at = operandStart[task] as number; at < end; at++) {
      const operand = operands[at] as number;
      if (this.#usersLeft[operand] === 1) added -= bytes[operand] as number;
    }
    return added;
  }

  /** Notes that `task` ran (1), or takes that back (-1). */
  #mark(task: number, by: 1 | -1): void {
    const { operandStart, operands, userStart, users } = this.#graph;
    this.#done[task] = by === 1 ? 1 : 0;
    for (let at = operandStart[task] as number; at < (operandStart[task + 1] as number); at++) {
      const operand = operands[at] as number;
      this.#usersLeft[operand] = (this.#usersLeft[operand] as number) - by;
    }
    for (let at = userStart[task] as number; at < (userStart[task + 1] as number); at++) {
      const user = users[at] as number;
      this.#missing[user] = (this.#missing[user] as number) - by;
    }
  }
}

function* rowLengths(start: Int32Array): Sliced<Int32Array> {
  const lengths = new Int32Array(start.length - 1);
  yield* inRanges(lengths.length, (from, end) => {
    for (let row = from; row < end; row++) {
      lengths[row] = (start[row + 1] as number) - (start[row] as number);
    }
  });
  return lengths;
}
