// `tilework worker`: each worker in a child process that is started again when it ends
// unexpectedly, as `LocalCluster` does with its own. The scheduler learns how each one ended.
import { hostname } from "node:os";
import { type Client, connectClient } from "../../client/client.js";
import { Child, exitReason, nameParameters } from "../../cluster/child-process.js";
import { planWorkers } from "../../cluster/worker-plan.js";
import { WorkerSupervisor } from "../../cluster/worker-supervisor.js";
import { availableCores, defaultMemoryLimitBytes } from "../../runtime/host/process-usage.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "../process/exit-codes.js";
import { createLogger, type LogOptions } from "../process/logging.js";
import { onEndingSignal } from "../process/signals.js";
import { pageAddresses } from "./worker-page.js";

/** Options that the command itself reads; its children read them all. */
export interface SupervisedOptions extends LogOptions {
  readonly name?: string;
  readonly nworkers: number | "auto";
  readonly nthreads?: number;
  /** In bytes. */
  readonly memoryLimit?: number;
  /** `host:port` of the first worker's page. */
  readonly dashboardAddress?: string;
}

/** How long a worker may take to end when it was asked to. */
const END_GRACE_MS = 0;

/**
 * Supervises workers until all were sent away, a signal comes, or they keep dying. Successors of
 * one are called `name-2`, `name-3`, …
 */
export async function superviseWorkers(
  schedulerAddress: string,
  options: SupervisedOptions,
): Promise<number> {
  const logger = createLogger(options);
  const { names, parameters } = planChildren(options);
  const pages = pageAddresses(names, options.dashboardAddress);
  // Only to tell how workers ended: without it the scheduler notices by itself, a little later.
  const reporter = connectClient(
    schedulerAddress,
    { name: "supervisor", reconnect: true, current: false, timeoutMs: 60_000 },
    { roles: ["worker"] },
  );
  let connected: Client | undefined;
  reporter.then(
    (client) => (connected = client),
    () => undefined,
  );
  const spawn = (workerName: string, inPlaceOf?: string) => {
    const page = pages.get(inPlaceOf ?? workerName);
    const place = page === undefined ? [] : ["--dashboard-address", page];
    const all = [...parameters, ...place, ...nameParameters(workerName, inPlaceOf)];
    return new Child(workerName, all, (line) => process.stderr.write(`${line}\n`));
  };
  const end = await new Promise<number>((resolve) => {
    const present = new Set<WorkerSupervisor>();
    let code = EXIT_CLEAN;
    for (const name of names) {
      const supervisor = new WorkerSupervisor(name, {
        spawn,
        reportExit: (workerName, exit) => {
          const report = { reason: exitReason(exit), exitCode: exit.code, signal: exit.signal };
          connected?.reportWorkerExit(workerName, report);
        },
        left: (own, isAsItShould) => {
          present.delete(own);
          if (!isAsItShould) code = EXIT_FAILURE;
          if (present.size === 0) resolve(code);
        },
        warn: (text) => logger.warn(text),
      });
      present.add(supervisor);
    }
    onEndingSignal((signal) => {
      const children = [...present];
      logger.info(`${signal}: ending ${children.map(({ child }) => child.name).join(", ")}`);
      void Promise.all(children.map((each) => each.end(END_GRACE_MS))).then(() => resolve(code));
    });
  });
  await connected?.close();
  return end;
}

/**
 * The workers' names, and the command line of each: the same again, with a share of the machine.
 */
function planChildren(options: SupervisedOptions): {
  readonly names: readonly string[];
  readonly parameters: readonly string[];
} {
  const { nworkers, nthreads, name = `${hostname()}-${process.pid}` } = options;
  // Of an option that stands twice the last one counts.
  const same = process.argv.slice(2);
  if (nworkers === 1) return { names: [name], parameters: same };
  const { workers, threadsPerWorker } =
    nworkers === "auto"
      ? planWorkers(nthreads === undefined ? {} : { threadsPerWorker: nthreads })
      : planWorkers(
          { workers: nworkers, ...(nthreads === undefined ? {} : { threadsPerWorker: nthreads }) },
          availableCores(),
        );
  const memoryBytes = options.memoryLimit ?? defaultMemoryLimitBytes(workers);
  const share = ["--nthreads", `${threadsPerWorker}`, "--memory-limit", `${memoryBytes}B`];
  const names = Array.from({ length: workers }, (_, k) => (workers === 1 ? name : `${name}-w${k}`));
  return { names, parameters: [...same, ...share] };
}
