// `tilework scheduler`: a scheduler in this process until it is stopped.
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname } from "node:path";
import type { Logger } from "pino";
import { isTileworkError } from "../../base/errors.js";
import { formatBytes } from "../../base/units.js";
import { removeLeftovers } from "../../cluster/leftovers.js";
import { endWithParent, reportReady } from "../../cluster/parent-link.js";
import { type SchedulerTuning, schedulerTuning } from "../../cluster/process-settings.js";
import { checkExposure } from "../../comm/security/exposure.js";
import { chosenKeys } from "../../comm/security/key-files.js";
import type { RunFile } from "../../dashboard/run-file.js";
import type { Dashboard } from "../../dashboard/start-dashboard.js";
import { PreloadedModules } from "../../runtime/nodes/preloaded-modules.js";
import { type SchedulerNode, startSchedulerNode } from "../../runtime/nodes/scheduler-node.js";
import { packageVersion } from "../../system/package-version.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "../process/exit-codes.js";
import { processTransport } from "../process/logged-transport.js";
import { createLogger, type LogOptions, nodeLog } from "../process/logging.js";
import { CHILD_SIGNALS, onEndingSignal } from "../process/signals.js";
import { checkSchedulerFile, writeSchedulerFile } from "./scheduler-file.js";

/** Options of `tilework scheduler`. */
export interface SchedulerCommandOptions extends LogOptions {
  readonly host: string;
  /** The address of a named interface, in place of `host`. */
  readonly interface?: string;
  /** A port or a range of ports. */
  readonly port: string;
  readonly address?: string;
  readonly contactAddress?: string;
  readonly schedulerFile?: string;
  readonly preload?: readonly string[];
  /** In milliseconds. */
  readonly idleTimeout?: number;
  /** In milliseconds. */
  readonly noWorkersTimeout?: number;
  /** In milliseconds. */
  readonly workerTimeout: number;
  readonly jobTasksMax: number;
  /** File of what was observed, which is kept up to date. */
  readonly runFile?: string;
  /** File for all events. */
  readonly record?: string;
  /** The file or folder of its keys. */
  readonly security?: string;
  /** Whether other machines may reach it without keys. */
  readonly insecure: boolean;
  /** `host:port` of the dashboard; default: port 8787 of this machine. */
  readonly dashboardAddress?: string;
  /** Whether there is a dashboard. */
  readonly dashboard: boolean;
  readonly withParent: boolean;
  /** Of a LocalCluster, in place of settings. */
  readonly tuning?: SchedulerTuning;
  /** Directories to remove at the end: those made for a local cluster. */
  readonly removeDirectory?: readonly string[];
}

/** The arguments of a preloaded module. */
interface SchedulerFacts {
  readonly address: string;
}

/** Runs a scheduler; the exit code is that of its end. */
export async function runScheduler(options: SchedulerCommandOptions): Promise<number> {
  const logger = createLogger(options);
  await clearLeftovers(logger, options.removeDirectory ?? []);
  // Loaded while sockets are opened.
  const dashboards = options.dashboard ? import("../../dashboard/start-dashboard.js") : undefined;
  try {
    const { schedulerFile } = options;
    if (schedulerFile !== undefined) checkSchedulerFile(schedulerFile);
    const modules = await PreloadedModules.load<SchedulerFacts>(options.preload ?? []);
    const node = await startNode(options, logger);
    const facts = { address: contactOf(node.address, options) };
    try {
      await modules.setUp(facts);
      return await serve(node, facts.address, options, logger, await dashboards);
    } catch (error) {
      void node.close();
      throw error;
    } finally {
      await modules.tearDown(facts, (text) => logger.warn(text));
    }
  } catch (error) {
    if (!isTileworkError(error)) throw error;
    logger.fatal(error.message);
    return EXIT_FAILURE;
  } finally {
    for (const directory of options.removeDirectory ?? []) {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

async function startNode(options: SchedulerCommandOptions, logger: Logger): Promise<SchedulerNode> {
  const host = options.interface ?? options.host;
  const listenAt =
    options.address ?? `tcp://${host.includes(":") ? `[${host}]` : host}:${options.port}`;
  const keys = listenAt.startsWith("tcp:")
    ? chosenKeys(options.security, ["scheduler"])
    : undefined;
  const warning = checkExposure(listenAt, { keys, insecure: options.insecure });
  if (warning !== undefined) logger.warn(warning);
  const { idleTimeout: idleTimeoutMs, noWorkersTimeout: noWorkersTimeoutMs } = options;
  return startSchedulerNode({
    transport: await processTransport(logger, keys),
    address: listenAt,
    options: {
      schedulerName: `scheduler-${randomUUID().slice(0, 8)}`,
      workerTimeoutMs: options.workerTimeout,
      jobTasksMax: options.jobTasksMax,
      ...(options.settings === false ? options.tuning : schedulerTuning()),
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
      ...(noWorkersTimeoutMs === undefined ? {} : { noWorkersTimeoutMs }),
    },
    log: nodeLog(logger),
    ...(options.record === undefined ? {} : { recordTo: options.record }),
  });
}

/** Says where it listens, and sees the scheduler to its end. */
async function serve(
  node: SchedulerNode,
  contact: string,
  options: SchedulerCommandOptions,
  logger: Logger,
  dashboards: DashboardModule | undefined,
): Promise<number> {
  logger.info(`scheduler listens at ${node.address}`);
  logger.info(`add workers: tilework worker ${contact}`);
  const runFile = await keepRunFile(node, options, logger);
  const dashboard = await serveDashboard(dashboards, node, options, logger);
  if (options.withParent) endWithParent(() => void node.close());
  onEndingSignal(
    (signal) => {
      logger.info(`${signal}: notifying the workers and shutting down`);
      void node.close();
    },
    options.withParent ? CHILD_SIGNALS : undefined,
  );
  const { schedulerFile } = options;
  const facts = {
    address: contact,
    scheduler: node.state.options.schedulerName,
    pid: process.pid,
    host: hostname(),
    version: packageVersion(),
  };
  const remove = schedulerFile && writeSchedulerFile(schedulerFile, facts);
  reportReady(node.address);
  try {
    await node.closed;
    logger.info("scheduler ended");
    return EXIT_CLEAN;
  } catch {
    // The node has logged why.
    return EXIT_FAILURE;
  } finally {
    if (remove) remove();
    await runFile?.close();
    await dashboard?.close();
  }
}

/** The file that the run is kept in, where one was asked for. */
async function keepRunFile(
  scheduler: SchedulerNode,
  { runFile: file }: SchedulerCommandOptions,
  logger: Logger,
): Promise<RunFile | undefined> {
  if (file === undefined) return undefined;
  const { RunFile } = await import("../../dashboard/run-file.js");
  return new RunFile({ scheduler, file, note: (text) => logger.warn(text) });
}

type DashboardModule = typeof import("../../dashboard/start-dashboard.js");

/** The dashboard of a scheduler, which works without one as well. */
async function serveDashboard(
  module: DashboardModule | undefined,
  node: SchedulerNode,
  { dashboardAddress }: SchedulerCommandOptions,
  logger: Logger,
): Promise<Dashboard | undefined> {
  if (module === undefined) return undefined;
  const dashboard = await module.startDashboard({
    scheduler: node,
    address: dashboardAddress,
    token: process.env.TILEWORK_DASHBOARD_TOKEN,
    // Several clusters on one machine are nothing to be warned of.
    note: (text) => logger[dashboardAddress === undefined ? "info" : "warn"](text),
  });
  if (dashboard === undefined) return undefined;
  node.state.dashboardLink = dashboard.link;
  logger.info(`dashboard at ${dashboard.link}`);
  return dashboard;
}

/**
 * Removes what killed clusters left behind, next to the directories of this one and in the usual
 * places.
 */
async function clearLeftovers(logger: Logger, directories: readonly string[]): Promise<void> {
  const parents = [tmpdir(), ...directories.map((directory) => dirname(directory))];
  for (const { path, bytes, pid } of await removeLeftovers(parents)) {
    logger.warn(
      `removed ${path} with ${formatBytes(bytes)}: process ${pid}, which was killed, left it`,
    );
  }
}

/** The address as others write it: "every interface" is none that one can connect to. */
function contactOf(address: string, { contactAddress }: SchedulerCommandOptions): string {
  const port = address.slice(address.lastIndexOf(":"));
  if (contactAddress !== undefined) return contactAddress.replace(/:0$/, port);
  return address.replace("tcp://0.0.0.0:", `tcp://${hostname()}:`);
}
