// Starts the dashboard of a scheduler, or a worker's own page, at the address that was asked for,
// or at another port where that one is taken.
import { ArgumentError } from "../base/errors.js";
import { PageServer, type Site } from "./http/page-server.js";
import { SchedulerSite } from "./http/scheduler-site.js";
import { WorkerSite } from "./http/worker-site.js";
import type { WatchedScheduler } from "./views/watched-scheduler.js";
import type { WatchedWorker } from "./views/watched-worker.js";

/** The port that is tried first. */
export const DASHBOARD_PORT = 8_787;
const LOOPBACK = "127.0.0.1";

/** A running dashboard. */
export interface Dashboard {
  /** Where to open it. */
  readonly link: string;
  close(): Promise<void>;
}

interface PageStart {
  /** `host:port`, a port, or `:port` for all interfaces. */
  readonly address?: string | undefined;
  /** Says that the port was taken. */
  readonly note: (text: string) => void;
}

/** Options of {@link startDashboard}. By default, it is at port 8787 of this machine alone. */
export interface DashboardStart extends PageStart {
  readonly scheduler: WatchedScheduler;
  /** Requests with it may change the cluster; without one, such requests are refused. */
  readonly token?: string | undefined;
}

/** Options of {@link startWorkerPage}. By default, it is at any port of this machine alone. */
export interface WorkerPageStart extends PageStart {
  readonly worker: WatchedWorker;
  /** The name by which other machines reach this one, for a page on all interfaces. */
  readonly host: string;
}

/** Starts it; undefined if no port is available, which is noted. */
export function startDashboard(start: DashboardStart): Promise<Dashboard | undefined> {
  const { scheduler, token, address = `${LOOPBACK}:${DASHBOARD_PORT}`, note } = start;
  return serve(new SchedulerSite(scheduler, token), { address, note, anyHost: "localhost" });
}

/** Starts it; undefined if no port is available, which is noted. */
export function startWorkerPage(start: WorkerPageStart): Promise<Dashboard | undefined> {
  const { worker, address = `${LOOPBACK}:0`, note, host: anyHost } = start;
  return serve(new WorkerSite(worker), { address, note, anyHost });
}

interface Place {
  readonly address: string;
  /** The host of the link where it listens on all interfaces. */
  readonly anyHost: string;
  readonly note: (text: string) => void;
}

async function serve(
  site: Site,
  { address, anyHost, note }: Place,
): Promise<Dashboard | undefined> {
  const { host, port } = readDashboardAddress(address);
  const server = new PageServer(site);
  let taken: number;
  try {
    taken = await server.listen(host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" || port === 0) {
      note(`there is no dashboard: ${message}`);
      return undefined;
    }
    taken = await server.listen(host, 0);
    note(`port ${port} is taken: the dashboard is at port ${taken}`);
  }
  const named = host === "0.0.0.0" || host === "::" ? anyHost : host;
  const shown = named.includes(":") ? `[${named}]` : named;
  return { link: `http://${shown}:${taken}/`, close: () => server.close() };
}

/**
 * Host and port of a dashboard's address.
 *
 * @throws ArgumentError `argument.value` when it is not one
 */
export function readDashboardAddress(text: string): { host: string; port: number } {
  const match = /^(?:(.*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    const expected =
      "expected host:port, such as 127.0.0.1:8787, a port, or :port for all interfaces";
    throw new ArgumentError("value", `a dashboard at ${JSON.stringify(text)}: ${expected}`, {
      text,
    });
  }
  const host = match[1] === undefined ? LOOPBACK : match[1] === "" ? "0.0.0.0" : match[1];
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port };
}
