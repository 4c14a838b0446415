// `tilework worker --supervise`: the worker in a child process that is restarted when it ends
// unexpectedly, as `LocalCluster` does with its own. The scheduler is informed how each one ended.
import { hostname } from "node:os";
import { connectClient } from "../client/client.js";
import { Child, exitReason, nameParameters } from "../cluster/child-process.js";
import { WorkerSupervisor } from "../cluster/worker-supervisor.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "./exit-codes.js";
import { createLogger, type LogOptions } from "./logging.js";
import { onEndingSignal } from "./signals.js";

/** How long the worker may take to end when it was asked to. */
const END_GRACE_MS = 0;

/**
 * Supervises a worker until it is sent away, a signal comes, or it keeps dying. Successors of the first
 * are called `name-2`, `name-3`, …
 */
export async function superviseWorker(
  schedulerAddress: string,
  options: LogOptions & { readonly name?: string; readonly security?: string },
): Promise<number> {
  const logger = createLogger(options);
  // The same command again; of a repeated option, the last value counts.
  const parameters = process.argv.slice(2).filter((parameter) => parameter !== "--supervise");
  // Used only to report how workers ended; without it, the scheduler notices a little later.
  const { security } = options;
  const settings = { name: "supervisor", reconnect: true, current: false, timeoutMs: 60_000 };
  const reporter = connectClient(
    schedulerAddress,
    { ...settings, ...(security === undefined ? {} : { security }) },
    { roles: ["worker"] },
  );
  reporter.catch(() => undefined);
  const end = await new Promise<number>((resolve) => {
    const supervisor = new WorkerSupervisor(options.name ?? `${hostname()}-${process.pid}`, {
      spawn: (workerName, inPlaceOf) =>
        new Child(workerName, [...parameters, ...nameParameters(workerName, inPlaceOf)], (line) =>
          process.stderr.write(`${line}\n`),
        ),
      reportExit: (workerName, exit) => {
        const report = { reason: exitReason(exit), exitCode: exit.code, signal: exit.signal };
        reporter.then((client) => client.reportWorkerExit(workerName, report)).catch(() => {});
      },
      left: (_supervisor, isAsItShould) => resolve(isAsItShould ? EXIT_CLEAN : EXIT_FAILURE),
      warn: (text) => logger.warn(text),
    });
    onEndingSignal((signal) => {
      logger.info(`${signal}: ending ${supervisor.child.name}`);
      void supervisor.end(END_GRACE_MS).then(() => resolve(EXIT_CLEAN));
    });
  });
  await reporter.then((client) => client.close()).catch(() => {});
  return end;
}
