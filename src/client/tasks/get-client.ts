// getClient(): the client inside a running task. Tasks that wait release their thread by
// context/task-context.ts and runtime/tasks/running-task.ts.
import { randomUUID } from "node:crypto";
import { ClusterError } from "../../base/errors.js";
import { type TaskContext, taskContext } from "../../context/task-context.js";
import { currentExecutor } from "../../graph/ports/executor.js";
import { Client } from "../client.js";
import { Connection } from "../session/connection.js";
import { outputListener } from "../session/task-output.js";

let ofThisThread: Client | undefined;

/** Shared by all tasks of a thread: none of them may close it for the others. */
class TaskClient extends Client {
  override async close(): Promise<void> {}
}

/** A client of the tasks on this thread: it connects when it is used. */
function makeTaskClient({ address, transport, worker }: TaskContext): Client {
  const id = `task-client-${randomUUID().slice(0, 8)}`;
  const connection = Connection.opening({
    transport,
    reconnect: true,
    address,
    name: `tasks of ${worker}`,
    timeoutMs: 10_000,
    // Who is gone with the scheduler is the whole worker.
    schedulerTimeoutMs: Number.POSITIVE_INFINITY,
    onPrinted: outputListener(true),
  });
  return new TaskClient(address, id, connection, transport.fetcher());
}

/**
 * The client of the cluster that the code runs on. In a function on a worker, it is a client of the
 * same scheduler, shared by all tasks of the thread. Calls that it submits may run on any worker.
 * While a task awaits their futures, its thread is free for other tasks. In a program, it is the
 * client opened last.
 *
 * Calls that a task submitted and does not await are cancelled once their futures are
 * garbage-collected. If a function returns a future, it is awaited, and its value becomes the
 * call's value.
 *
 * @throws ClusterError `cluster.closed` when no client is open
 * @see https://distributed.dask.org/en/stable/task-launch.html
 * @example
 * import { getClient, LocalCluster } from "tilework";
 *
 * async function fibonacci(n: number): Promise<number> {
 *   if (n < 2) return n;
 *   const client = getClient();
 *   const [a, b] = [client.submit(fibonacci, n - 1), client.submit(fibonacci, n - 2)];
 *   return (await a) + (await b);
 * }
 * const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
 * await cluster.client.submit(fibonacci, 8); // → 21
 * await cluster.close();
 */
export function getClient(): Client {
  const scope = taskContext();
  if (scope !== undefined) return (ofThisThread ??= makeTaskClient(scope));
  const executor = currentExecutor();
  if (executor instanceof Client) return executor;
  const text =
    "getClient() was called where no client is open: connect with Client.connect(), start a LocalCluster, or call it in a function that a worker runs";
  throw new ClusterError("closed", text);
}
