// Threads without a worker around them, for tests: blocks are given memory, tasks run, their ends
// are noted.
import type { LayerNode } from "../../src/graph/model/layer-node.js";
import type { WireError } from "../../src/protocol/values/wire-error.js";
import { ThreadLayer, type ThreadTask } from "../../src/runtime/threads/thread-layer.js";
import { ThreadPool } from "../../src/runtime/threads/thread-pool.js";
import type { Allocation, BufferPool } from "../../src/runtime/values/buffer-pool.js";
import { WorkerMemory } from "../../src/runtime/values/worker-memory.js";

/** A task, and where its blocks are. */
export interface Task extends ThreadTask {
  readonly output: Allocation;
  readonly operands: readonly Allocation[];
}

/** Threads, and what became of the tasks that they were given. */
export class ThreadScene {
  readonly memory: BufferPool;
  readonly deaths: string[] = [];
  ended: Task[] = [];
  failed: { task: Task; error: WireError }[] = [];
  readonly pool: ThreadPool<Task>;
  #expected = 0;
  #resolve: () => void = () => undefined;

  constructor(threads: number, { pool, arenas } = new WorkerMemory(2 ** 30)) {
    this.memory = pool;
    this.pool = new ThreadPool<Task>(
      threads,
      { name: "test" },
      {
        suspended: () => {},
        resumed: () => {},
        refers: () => {},
        spansEnded: () => {},
        lineOpened: () => {},
        printed: () => undefined,
        memoryOf: (task) => task,
        ended: (tasks) => this.#note(() => this.ended.push(...tasks)),
        failed: (task, error) => this.#note(() => this.failed.push({ task, error })),
        threadDied: (reason) => this.deaths.push(reason),
        crashed: (error) => {
          throw error;
        },
      },
      arenas,
    );
  }

  /** The tasks of all blocks of a layer. */
  tasksOf({ layer, inputs }: LayerNode, operands: readonly Task[] = []): Task[] {
    const threadLayer = new ThreadLayer(
      layer,
      inputs.map((node) => node.layer),
    );
    return (layer.chunks[0] ?? []).map((length, block) => ({
      threadLayer,
      block,
      output: this.memory.allocate(8 * length),
      operands: operands.slice(block, block + 1).map((task) => task.output),
    }));
  }

  /** Runs tasks until each has ended or failed. */
  run(tasks: readonly Task[]): Promise<void> {
    this.ended = [];
    this.failed = [];
    this.#expected = tasks.length;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      for (const task of tasks) this.pool.submit(task);
      this.pool.flush();
    });
  }

  #note(what: () => void): void {
    what();
    if (this.ended.length + this.failed.length === this.#expected) this.#resolve();
    else setImmediate(() => this.pool.flush());
  }
}
