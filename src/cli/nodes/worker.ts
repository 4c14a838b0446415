// `tilework worker`: a worker in this process until its scheduler or the user ends it.
import { hostname } from "node:os";
import type { Logger } from "pino";
import { isTileworkError } from "../../base/errors.js";
import { formatBytes, formatCount, formatDuration } from "../../base/units.js";
import { connectClient } from "../../client/client.js";
import { dataAddress } from "../../client/session/data-address.js";
import { forgetEndedPrograms } from "../../cluster/handed-programs.js";
import { endWithParent, reportReady } from "../../cluster/parent-link.js";
import { type WorkerTuning, workerTuning } from "../../cluster/process-settings.js";
import { EXIT_IN_VAIN } from "../../cluster/worker-supervisor.js";
import { checkExposure } from "../../comm/security/exposure.js";
import { chosenKeys } from "../../comm/security/key-files.js";
import { availableCores, defaultMemoryLimitBytes } from "../../runtime/host/process-usage.js";
import {
  startWorkerNode,
  type WorkerEnd,
  type WorkerNode,
} from "../../runtime/nodes/worker-node.js";
import type { MemoryThresholds } from "../../runtime/values/memory-thresholds.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "../process/exit-codes.js";
import { processTransport } from "../process/logged-transport.js";
import { createLogger, type LogOptions, nodeLog } from "../process/logging.js";
import { CHILD_SIGNALS, onEndingSignal } from "../process/signals.js";
import { offerPage, openAskedPage, type WorkerPageOptions } from "./worker-page.js";

/** Options of `tilework worker`. */
export interface WorkerCommandOptions extends LogOptions, MemoryThresholds, WorkerPageOptions {
  readonly nthreads?: number;
  /** In bytes. */
  readonly memoryLimit?: number;
  /** Abstract resources, by name. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Modules that its threads import before their first task. */
  readonly preload?: readonly string[];
  readonly name?: string;
  /** The name of a worker that it replaces; set by supervisors that restart one. */
  readonly inPlaceOf?: string;
  readonly localDirectory?: string;
  readonly sharedMemory: boolean;
  readonly tags?: readonly string[];
  readonly host?: string;
  /** The address of a named interface, in place of `host`. */
  readonly interface?: string;
  /** A port or a range of ports. */
  readonly port: string;
  readonly contactAddress?: string;
  /** In milliseconds: after how long it leaves in good order. */
  readonly lifetime?: number;
  /** In milliseconds: how much sooner or later by chance. */
  readonly lifetimeStagger?: number;
  /** Whether another takes its place then. */
  readonly lifetimeRestart: boolean;
  /** In milliseconds. */
  readonly deathTimeout: number;
  /** Whether it waits for another scheduler also when its own was stopped in order. */
  readonly reconnect: boolean;
  /** The file or folder of its keys. */
  readonly security?: string;
  /** Whether other machines may reach it without keys. */
  readonly insecure: boolean;
  readonly withParent: boolean;
  /** Of a LocalCluster, in place of settings. */
  readonly tuning?: WorkerTuning;
}

/** The interval of the notice that a worker waits for its scheduler. */
const NOTICE_INTERVAL_MS = 5_000;
const JOIN_POLL_MS = 20;
/** Between the end of one worker and the start of the next in this process. */
const REJOIN_PAUSE_MS = 500;

/** Runs a worker; the exit code is that of its end. */
export async function runWorker(
  schedulerAddress: string,
  options: WorkerCommandOptions,
): Promise<number> {
  const logger = createLogger(options);
  let node: WorkerNode | undefined;
  if (options.withParent) endWithParent(() => void node?.close("its parent is gone"));
  onEndingSignal(
    (signal) => {
      logger.info(`${signal}: leaving the scheduler and shutting down`);
      void node?.close(signal);
    },
    options.withParent ? CHILD_SIGNALS : undefined,
  );
  for (let hasJoinedBefore = false; ; ) {
    try {
      node = await startNode(schedulerAddress, options, logger);
    } catch (error) {
      if (!isTileworkError(error)) throw error;
      logger.fatal(error.message);
      // A first one that its options keep from starting: another would have the same.
      const isInVain = options.withParent && !hasJoinedBefore && options.inPlaceOf === undefined;
      return isInVain ? EXIT_IN_VAIN : EXIT_FAILURE;
    }
    offerPage(node, options, logger);
    const lifetime = watchLifetime(node, schedulerAddress, options, logger);
    const life = await liveOneLife(node, schedulerAddress, options, logger);
    const { name } = node;
    if (lifetime.stop() && options.lifetimeRestart) {
      logger.info(`worker ${name} starts again after its lifetime`);
      continue;
    }
    if (!startsAgain(life, hasJoinedBefore, options)) {
      const code = reportEnd(life, node, logger);
      const { cause } = life.end;
      const isAlone = cause === "schedulerLost" || cause === "refused";
      return code !== EXIT_CLEAN && isAlone && options.withParent ? EXIT_IN_VAIN : code;
    }
    logger.warn(`worker ${name} restarts without its results: ${life.end.reason}`);
    hasJoinedBefore = true;
    await new Promise((resolve) => setTimeout(resolve, REJOIN_PAUSE_MS));
  }
}

/** Between two attempts to leave of a worker whose results no other has room for. */
const LEAVE_AGAIN_MS = 30_000;

/** Has the worker leave in good order when its lifetime is over; `stop` says whether it was. */
function watchLifetime(
  node: WorkerNode,
  schedulerAddress: string,
  { lifetime, lifetimeStagger = 0 }: WorkerCommandOptions,
  logger: Logger,
): { stop: () => boolean } {
  if (lifetime === undefined) return { stop: () => false };
  let isOver = false;
  const staggerMs = (2 * Math.random() - 1) * lifetimeStagger;
  const leave = async () => {
    isOver = true;
    logger.info(`worker ${node.name} leaves: its lifetime of ${formatDuration(lifetime)} is over`);
    const client = await connectClient(
      schedulerAddress,
      { current: false, name: node.name },
      { roles: ["admin", "worker"] },
    );
    try {
      await forgetEndedPrograms(client, [node.name]);
      const { stayed } = await client.retireWorkers([node.name]);
      for (const { reason } of stayed) {
        logger.warn(`worker ${node.name} stays for now: ${reason}`);
        timer = setTimeout(begin, LEAVE_AGAIN_MS);
      }
    } finally {
      await client.close();
    }
  };
  const begin = () =>
    void leave().catch((error) => logger.warn(`worker ${node.name} cannot leave: ${error}`));
  let timer = setTimeout(begin, Math.max(1, lifetime + staggerMs));
  const stop = () => {
    clearTimeout(timer);
    return isOver;
  };
  return { stop };
}

/** A worker from its start to its end. */
interface WorkerLife {
  readonly end: WorkerEnd;
  readonly hasJoined: boolean;
}

/**
 * Whether another worker starts in this process, with no data of the first. It does so when the
 * scheduler had given the first one up, or when its scheduler is gone and it should wait for
 * another. It also does so when it was refused because the scheduler has not noticed yet that the
 * first one is gone.
 */
function startsAgain(
  { end: { cause }, hasJoined }: WorkerLife,
  hasJoinedBefore: boolean,
  { reconnect, settings }: WorkerCommandOptions,
): boolean {
  if (cause === "givenUp") return true;
  // A cluster that a program has started has one scheduler.
  if (cause === "schedulerLost") return (reconnect || settings !== false) && hasJoined;
  if (cause === "schedulerStopped") return reconnect && hasJoined;
  return cause === "refused" && hasJoinedBefore;
}

async function liveOneLife(
  node: WorkerNode,
  schedulerAddress: string,
  options: WorkerPageOptions,
  logger: Logger,
): Promise<WorkerLife> {
  const joining = watchJoining(node, {
    joined: () => {
      reportReady();
      openAskedPage(node, options);
    },
    notice: (waitedMs) =>
      logger.warn(
        `no scheduler answers at ${schedulerAddress} yet${reasonOf(node)}; trying (${formatDuration(waitedMs)} so far)`,
      ),
  });
  const end = await node.closed;
  return { end, hasJoined: joining.stop() };
}

/** Reports how the last life ended, and returns the exit code. */
function reportEnd(
  { end: { failed, reason }, hasJoined }: WorkerLife,
  node: WorkerNode,
  logger: Logger,
): number {
  const { name, schedulerAddress } = node;
  if (!failed) {
    logger.info(`worker ${name} ends: ${reason}`);
    return EXIT_CLEAN;
  }
  const expected = `expected the scheduler at ${schedulerAddress}`;
  const where = hasJoined ? "" : ` (${expected})${reasonOf(node)}`;
  logger.error(`worker ${name} ends: ${reason}${where}`);
  return EXIT_FAILURE;
}

/** Why there is no connection, where that is known. */
function reasonOf({ connectError }: WorkerNode): string {
  return connectError === undefined ? "" : `: ${connectError}`;
}

async function startNode(
  schedulerAddress: string,
  options: WorkerCommandOptions,
  logger: Logger,
): Promise<WorkerNode> {
  const name = options.name ?? `${hostname()}-${process.pid}`;
  const threads = options.nthreads ?? availableCores();
  const memoryLimitBytes = options.memoryLimit ?? defaultMemoryLimitBytes();
  const keys = schedulerAddress.startsWith("tcp:")
    ? chosenKeys(options.security, ["worker"])
    : undefined;
  const servesAt = dataAddress(
    schedulerAddress,
    name,
    options.interface ?? options.host,
    options.port,
  );
  const warning = checkExposure(servesAt, { keys, insecure: options.insecure });
  if (warning !== undefined) logger.warn(warning);
  const node = await startWorkerNode({
    transport: await processTransport(logger, keys),
    schedulerAddress,
    dataAddress: servesAt,
    name,
    threads,
    memoryLimitBytes,
    host: hostname(),
    takesWholeHost: options.nthreads === undefined || options.memoryLimit === undefined,
    ...(options.resources === undefined ? {} : { resources: options.resources }),
    ...(options.inPlaceOf === undefined ? {} : { inPlaceOf: options.inPlaceOf }),
    ...(options.tags === undefined ? {} : { tags: options.tags }),
    ...(options.contactAddress === undefined ? {} : { contactAddress: options.contactAddress }),
    ...(options.preload === undefined ? {} : { preload: options.preload }),
    schedulerTimeoutMs: options.deathTimeout,
    ...(options.settings === false ? options.tuning : workerTuning()),
    thresholds: options,
    sharedMemory: options.sharedMemory,
    ...(options.localDirectory === undefined ? {} : { localDirectory: options.localDirectory }),
    log: nodeLog(logger),
  });
  const memory = formatBytes(memoryLimitBytes);
  logger.info(
    `worker ${name}: ${formatCount(threads, "thread")}, ${memory}, serves results at ${node.address}`,
  );
  return node;
}

/**
 * Calls `joined` when the worker has joined, and `notice` from time to time while it has not.
 *
 * @returns a function that stops watching and returns whether the worker has ever joined
 */
function watchJoining(
  node: WorkerNode,
  { joined, notice }: { joined: () => void; notice: (waitedMs: number) => void },
): { stop: () => boolean } {
  const startedMs = performance.now();
  let noticedMs = startedMs;
  let hasJoined = false;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    if (node.state.phase === "running") {
      hasJoined = true;
      clearInterval(timer);
      joined();
    } else if (nowMs - noticedMs >= NOTICE_INTERVAL_MS) {
      noticedMs = nowMs;
      notice(nowMs - startedMs);
    }
  }, JOIN_POLL_MS);
  const stop = () => {
    clearInterval(timer);
    // It may have joined and ended between two looks.
    return hasJoined || node.state.self >= 0;
  };
  return { stop };
}
