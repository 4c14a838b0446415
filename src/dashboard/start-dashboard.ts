// Starts the dashboard of a scheduler at the address that was asked for, or at another port where
// that one is taken.
import { ArgumentError } from "../base/errors.js";
import { DashboardServer } from "./http/dashboard-server.js";
import type { WatchedScheduler } from "./views/watched-scheduler.js";

/** The port that is tried first. */
export const DASHBOARD_PORT = 8_787;
const LOOPBACK = "127.0.0.1";

/** A running dashboard. */
export interface Dashboard {
  /** Where to open it. */
  readonly link: string;
  close(): Promise<void>;
}

/** Options of {@link startDashboard}. */
export interface DashboardStart {
  readonly scheduler: WatchedScheduler;
  /**
   * `host:port`, a port, or `:port` for all interfaces; default: port 8787 of this machine alone.
   */
  readonly address?: string | undefined;
  readonly token?: string | undefined;
  /** Says that the port was taken. */
  readonly note: (text: string) => void;
}

/** Starts it; undefined if no port is available, which is noted. */
export async function startDashboard(start: DashboardStart): Promise<Dashboard | undefined> {
  const { host, port } = readDashboardAddress(start.address ?? `${LOOPBACK}:${DASHBOARD_PORT}`);
  const server = new DashboardServer(start);
  let taken: number;
  try {
    taken = await server.listen(host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" || port === 0) {
      start.note(`there is no dashboard: ${message}`);
      return undefined;
    }
    taken = await server.listen(host, 0);
    start.note(`port ${port} is taken: the dashboard is at port ${taken}`);
  }
  const named = host === "0.0.0.0" || host === "::" ? "localhost" : host;
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
