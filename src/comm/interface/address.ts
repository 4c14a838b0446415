// Addresses: their grammar, and fresh ones on this machine. Binding and connecting are the
// transports' business.
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterError } from "../../base/errors.js";

/** An address, taken apart. `ipc` is ZeroMQ's name for sockets in files. */
export type Address =
  | {
      readonly transport: "tcp";
      readonly host: string;
      readonly port: number;
      /** The last of the ports to listen at one of. */
      readonly portMax?: number;
    }
  | { readonly transport: "ipc"; readonly path: string }
  | { readonly transport: "inproc"; readonly name: string };

/** The use of an address: only addresses to listen on may omit the port, path or host. */
export type AddressUse = "listen" | "connect";

const PORT_MAX = 65_535;

/** The longest path of a socket, by the system's `sockaddr_un`, less its final zero byte. */
export const SOCKET_PATH_BYTES_MAX = process.platform === "darwin" ? 103 : 107;

type AddressOf<T extends Address["transport"]> = Extract<Address, { readonly transport: T }>;

/**
 * Takes an address apart. For listening, port 0 or `*` means any free port, `9000-9010` the first
 * free one of these, host `*` every interface (0.0.0.0), and `ipc://*` a fresh path.
 *
 * @param transports those that it may be of
 * @throws ClusterError `cluster.address` when it is malformed, or too open to connect to.
 */
export function parseAddress<T extends Address["transport"]>(
  address: string,
  use: AddressUse,
  transports: readonly T[],
): AddressOf<T>;
export function parseAddress(address: string, use: AddressUse): Address;
export function parseAddress(
  address: string,
  use: AddressUse,
  transports?: readonly Address["transport"][],
): Address {
  const parsed = parse(address, use);
  if (transports?.includes(parsed.transport) !== false) return parsed;
  throw malformed(address, `expected ${transports.map((name) => `${name}://`).join(" or ")}`);
}

function parse(address: string, use: AddressUse): Address {
  const [, transport, rest] = /^([a-z]+):\/\/(.+)$/.exec(address) ?? [];
  switch (rest === undefined ? undefined : transport) {
    case "tcp":
      return parseTcp(address, rest as string, use);
    case "ipc":
      return parsePath(address, rest as string, use);
    case "inproc":
      return { transport: "inproc", name: rest as string };
    default:
      throw malformed(address, "expected tcp://host:port, ipc:///path or inproc://name");
  }
}

function parseTcp(address: string, rest: string, use: AddressUse): Address {
  const [, bracketed, plainHost, portText, lastText] =
    /^(?:\[([0-9a-fA-F:.%]+)\]|([^:/[\]\s]+)):(\d+|\*)(?:-(\d+))?$/.exec(rest) ?? [];
  const host = bracketed ?? plainHost;
  if (host === undefined || portText === undefined) {
    throw malformed(address, "expected tcp://host:port, as in tcp://127.0.0.1:8786");
  }
  const port = portText === "*" ? 0 : Number(portText);
  const portMax = lastText === undefined ? port : Number(lastText);
  if (Math.max(port, portMax) > PORT_MAX) {
    throw malformed(address, `a port is at most ${PORT_MAX}`);
  }
  if (portMax < port || (port === 0 && portMax > 0)) {
    throw malformed(address, "a range of ports goes up and begins above 0, as in 9000-9010");
  }
  if (use === "connect" && (port === 0 || portMax > port || host === "*")) {
    throw malformed(address, "to connect, name the host and the port, as in tcp://127.0.0.1:8786");
  }
  const range = portMax > port ? { portMax } : {};
  return { transport: "tcp", host: host === "*" ? "0.0.0.0" : host, port, ...range };
}

function parsePath(address: string, rest: string, use: AddressUse): Address {
  if (rest === "*" && use === "listen") return { transport: "ipc", path: freshPath() };
  if (rest === "*") throw malformed(address, "to connect, name the socket's path");
  if (Buffer.byteLength(rest) > SOCKET_PATH_BYTES_MAX) {
    throw malformed(address, `the path of a socket is at most ${SOCKET_PATH_BYTES_MAX} bytes long`);
  }
  return { transport: "ipc", path: rest };
}

/** An address as text, with numeric ports: the inverse of {@link parseAddress}. */
export function formatAddress(address: Address): string {
  switch (address.transport) {
    case "tcp":
      return `tcp://${address.host.includes(":") ? `[${address.host}]` : address.host}:${portText(address)}`;
    case "ipc":
      return `ipc://${address.path}`;
    case "inproc":
      return `inproc://${address.name}`;
  }
}

/** Whether only this machine reaches a listener at the host. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);
}

function portText({ port, portMax = port }: AddressOf<"tcp">): string {
  return portMax > port ? `${port}-${portMax}` : String(port);
}

/** An unused address to listen on that only this machine can reach. */
export function localAddress(transport: Address["transport"]): string {
  switch (transport) {
    case "tcp":
      return "tcp://127.0.0.1:0";
    case "ipc":
      return `ipc://${freshPath()}`;
    case "inproc":
      return `inproc://${randomUUID()}`;
  }
}

function freshPath(): string {
  return join(tmpdir(), `tilework-${randomUUID().slice(0, 13)}.sock`);
}

function malformed(address: string, expectation: string): ClusterError {
  return new ClusterError(
    "address",
    `malformed address ${JSON.stringify(address)}: ${expectation}`,
    {
      address,
    },
  );
}
