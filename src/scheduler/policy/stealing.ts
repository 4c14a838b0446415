// Policy: which tasks move from busy workers to others. A task moves if the other worker, fetching
// its inputs first, would finish it before its own worker gets to it. So each move takes tasks off
// the end of the longest queue, and a task whose inputs take longer to fetch than it would wait
// stays. Knows no messages: steal-moves.ts requests and confirms moves, steal-view.ts chooses the
// tasks and workers to compare.

/** A worker, with moves that are under way counted as done. */
export interface Balanced {
  readonly threads: number;
  /** Tasks that it has. */
  count: number;
  /** Time that these, and bringing their inputs, take on one thread. */
  aheadMs: number;
  /**
   * For how much longer than expected it has finished nothing: its estimates are worth that much
   * less.
   */
  readonly lateMs: number;
}

/** Tasks that can move, and the cost of moving them. */
export interface StealingView<Worker extends Balanced, Task> {
  /** Workers that may lose tasks. */
  readonly victims: readonly Worker[];
  /** Workers that may get some. */
  readonly thieves: readonly Worker[];
  /** Tasks of a victim that may move, those that it would run last first; a bounded number. */
  movable(victim: Worker): readonly Task[];
  durationMs(task: Task): number;
  /** Time to bring the inputs that the worker lacks; those of moves under way are there. */
  transferMs(task: Task, worker: Worker): number;
  /** Whether the worker may have the task: restrictions, memory, earlier moves. */
  mayMove(task: Task, worker: Worker): boolean;
  /** The move is made: the worker gets the task's inputs. */
  moved(task: Task, worker: Worker): void;
  /** A worker with this much work takes no more for now: late decisions are better ones. */
  readonly enoughMs: number;
  /** The cost of a move besides its bytes: two messages there and back. */
  readonly latencyMs: number;
}

/** One task, from one worker to another. */
export interface StealMove<Worker, Task> {
  readonly task: Task;
  readonly victim: Worker;
  readonly thief: Worker;
}

/** The least gain of a move, as a part of the task's time: estimates are not more precise. */
const GAIN_FRACTION_MIN = 0.1;

/** The time until the worker has finished its work. */
export function loadMs({ aheadMs, threads, lateMs }: Balanced): number {
  return aheadMs / threads + lateMs;
}

/** Decides moves, counting each in the accounts of both workers. */
export function decideMoves<Worker extends Balanced, Task>(
  view: StealingView<Worker, Task>,
): StealMove<Worker, Task>[] {
  const moves: StealMove<Worker, Task>[] = [];
  const movable = new Map(view.victims.map((victim) => [victim, byTransfer(view, victim)]));
  for (let isMoved = true; isMoved; ) {
    isMoved = false;
    // The busiest first, and one task at a time, so that victims stay even among themselves.
    const victims = [...movable.keys()].sort((a, b) => loadMs(b) - loadMs(a));
    for (const victim of victims) {
      const move = takeMove(view, victim, movable.get(victim) ?? []);
      if (move === undefined) continue;
      moves.push(move);
      isMoved = true;
      break;
    }
  }
  return moves;
}

/** Tasks of a victim, those first whose inputs are brought soonest for the time that they take. */
function byTransfer<Worker extends Balanced, Task>(
  view: StealingView<Worker, Task>,
  victim: Worker,
): Task[] {
  const rated = view.movable(victim).map((task) => {
    let transferMs = Number.POSITIVE_INFINITY;
    for (const thief of view.thieves) {
      if (thief !== victim) transferMs = Math.min(transferMs, view.transferMs(task, thief));
    }
    return { task, rate: transferMs / view.durationMs(task) };
  });
  return rated.sort((a, b) => a.rate - b.rate).map(({ task }) => task);
}

/** The first task of a victim that is better off elsewhere, taken out of `tasks`. */
function takeMove<Worker extends Balanced, Task>(
  view: StealingView<Worker, Task>,
  victim: Worker,
  tasks: Task[],
): StealMove<Worker, Task> | undefined {
  if (victim.count <= victim.threads) return undefined;
  for (let at = 0; at < tasks.length; at++) {
    const task = tasks[at] as Task;
    const thief = bestThief(view, task, victim);
    if (thief === undefined) continue;
    tasks.splice(at, 1);
    const durationMs = view.durationMs(task);
    victim.count--;
    victim.aheadMs -= durationMs;
    thief.count++;
    thief.aheadMs += durationMs + view.transferMs(task, thief);
    view.moved(task, thief);
    return { task, victim, thief };
  }
  return undefined;
}

/** Where the task would be done soonest, if that is soon enough. */
function bestThief<Worker extends Balanced, Task>(
  view: StealingView<Worker, Task>,
  task: Task,
  victim: Worker,
): Worker | undefined {
  const durationMs = view.durationMs(task);
  let best: Worker | undefined;
  // Without a move, the task ends at the latest when its worker has finished its work.
  let bestMs = loadMs(victim) - GAIN_FRACTION_MIN * durationMs;
  for (const thief of view.thieves) {
    if (thief === victim || !view.mayMove(task, thief)) continue;
    const isIdle = thief.count < thief.threads;
    if (!isIdle && loadMs(thief) >= view.enoughMs) continue;
    const startMs = isIdle ? 0 : loadMs(thief);
    const doneMs = startMs + view.latencyMs + view.transferMs(task, thief) + durationMs;
    if (doneMs >= bestMs) continue;
    best = thief;
    bestMs = doneMs;
  }
  return best;
}
