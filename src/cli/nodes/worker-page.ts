// A worker's own page. It opens when the worker has joined, if an address was asked for; otherwise
// with the first request for its address, so that a worker at which no one looks loads none of it.
import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Dashboard } from "../../dashboard/start-dashboard.js";
import type { WorkerNode } from "../../runtime/nodes/worker-node.js";

/** Options of the page. */
export interface WorkerPageOptions {
  /** `host:port`; default: any port of this machine alone, on request. */
  readonly dashboardAddress?: string;
  /** Whether there is a page. */
  readonly dashboard: boolean;
}

/** Lets the worker open its page; it closes with the worker. */
export function offerPage(node: WorkerNode, options: WorkerPageOptions, logger: Logger): void {
  if (!options.dashboard) return;
  let opening: Promise<Dashboard | undefined> | undefined;
  let hasEnded = false;
  node.openPage = async () => {
    if (hasEnded) return undefined;
    opening ??= openPage(node, options, logger);
    return (await opening)?.link;
  };
  void node.closed.then(async () => {
    hasEnded = true;
    await (await opening)?.close();
  });
}

/** Opens it now where an address was asked for. */
export function openAskedPage(node: WorkerNode, { dashboardAddress }: WorkerPageOptions): void {
  if (dashboardAddress !== undefined) void node.openPage?.();
}

async function openPage(
  node: WorkerNode,
  { dashboardAddress }: WorkerPageOptions,
  logger: Logger,
): Promise<Dashboard | undefined> {
  const { startWorkerPage } = await import("../../dashboard/start-dashboard.js");
  const dashboard = await startWorkerPage({
    worker: node,
    address: dashboardAddress,
    host: hostOf(node.address),
    note: (text) => logger.warn(`worker ${node.name}: ${text}`),
  });
  if (dashboard !== undefined) logger.info(`worker ${node.name}: dashboard at ${dashboard.link}`);
  return dashboard;
}

/** The host by which others fetch its results, or else the name of this machine. */
function hostOf(dataAddress: string): string {
  const host = /^tcp:\/\/\[?(.+?)\]?:\d+$/.exec(dataAddress)?.[1];
  return host === undefined || host === "0.0.0.0" ? hostname() : host;
}

/**
 * Where the pages of several workers are: one port after another. None where any port will do.
 */
export function pageAddresses(
  names: readonly string[],
  first: string | undefined,
): ReadonlyMap<string, string> {
  const [, host = "", port] = /^(.*:)?(\d+)$/.exec(first ?? "") ?? [];
  if (port === undefined || Number(port) === 0) return new Map();
  return new Map(names.map((name, k) => [name, `${host}${Number(port) + k}`]));
}
