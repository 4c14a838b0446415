// Makes a WebSocket of a request to the page's server, by ws, which is loaded with the first one.
// Pages of other sites are refused: browsers let them open connections to any address, and say
// where they come from.
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

/** Browsers send nothing but answers to pings. */
const HEARD_BYTES_MAX = 1_024;

/** A request that wants another protocol, and the connection that it came by. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came after the request. */
  readonly head: Buffer;
}

/** The server's side of the connection; undefined where the request was wrong and was answered. */
export async function acceptWebSocket(upgrade: UpgradeRequest): Promise<WebSocket | undefined> {
  const { request, socket, head } = upgrade;
  const { WebSocketServer } = await import("ws");
  const maxPayload = HEARD_BYTES_MAX;
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload });
  return new Promise((resolve) => {
    socket.once("close", () => resolve(undefined));
    server.handleUpgrade(request, socket, head, resolve);
  });
}

/** Whether a page of another site asks; programs name no site. */
export function isForeign({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/** Answers such a request with an error, and ends the connection. */
export function refuseUpgrade({ socket }: UpgradeRequest, status: number, error: string): void {
  const body = JSON.stringify({ error });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
