// The transport over ZeroMQ: makes, binds and connects sockets, and passes them to the other files
// of this folder. Only this file loads the native addon.
import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import { capability, Dealer, Router } from "zeromq";
import { ClusterError } from "../../base/errors.js";
import { seedRandomCalls } from "../../system/random-calls.js";
import type { FrameNetwork } from "../framed/frame-lines.js";
import { type FramedTransportOptions, framedTransport } from "../framed/framed-transport.js";
import { cannotListen, freeSocketPath, numberOf } from "../framed/listening.js";
import { type Address, formatAddress, parseAddress } from "../interface/address.js";
import type { Transport } from "../interface/transport.js";
import { ClusterKeys } from "../security/cluster-keys.js";
import { Gate, greeting } from "../security/gate.js";
import type { Security } from "../security/keys.js";
import { splitRole } from "../security/server-roles.js";
import { Admission } from "./zeromq-admission.js";
import { announceDisconnection, announceDisconnections } from "./zeromq-disconnection.js";
import { ZeroMqLine } from "./zeromq-line.js";
import { type Guard, ZeroMqServer } from "./zeromq-server.js";
import { sendNow } from "./zeromq-socket.js";

/**
 * Messages of one connection that wait to be read. Those beyond wait at their sender, by the flow
 * control of the system: a flood would otherwise fill the memory of the process that it reaches.
 */
const UNREAD_MAX = 10_000;

/**
 * How often connections of different hosts are probed, and how long a peer may be silent: a host
 * that vanished. The system reports the end of a process on this machine, and one that was stopped
 * for a while (Ctrl-Z) is not gone.
 */
const HEARTBEATS = {
  heartbeatInterval: 5_000,
  heartbeatTimeout: 20_000,
  heartbeatTimeToLive: 20_000,
};

const RECONNECT_INTERVAL_MS = 100;

/** How long one attempt to reach another host may take: the system would try ever more seldom. */
const CONNECT_TIMEOUT_MS = 2_000;

/** How many peers may connect in one moment; an attempt more than these fails, and is repeated. */
const BACKLOG = 511;

/** All prebuilt bindings can; without it, peers are missed by the protocol's own heartbeats. */
const canTellDisconnections = capability.draft === true;

/** Sockets in this process and others, over `tcp://` and `ipc://`. */
export function zeromqTransport(options: FramedTransportOptions = {}): Transport {
  return framedTransport(zeromqNetwork(options.lingerMs ?? 1_000, options.security), options);
}

/** Answers for all sockets with keys of this process. */
const admission = new Admission(() => new Router({ linger: 0 }));

/**
 * The sockets of {@link zeromqTransport}.
 *
 * @param security the keys of this process for `tcp://`; those of `ipc://` are their user's alone
 * by their folder
 */
export function zeromqNetwork(lingerMs: number, security?: Security): FrameNetwork {
  const socketOptions = {
    linger: lingerMs,
    // No high-water marks: one slow or dead peer must not block or silently lose messages of
    // others. Sends therefore never wait, and fail at once when the peer is gone. Servers bound
    // what they have not read, which costs nothing but their peers' memory.
    sendHighWaterMark: 0,
    receiveHighWaterMark: 0,
    sendTimeout: 0,
  };
  const optionsAt = ({ transport }: Address) =>
    transport === "tcp" ? { ...socketOptions, ...HEARTBEATS } : socketOptions;
  const ofTcp = security && new ClusterKeys(security);
  return {
    async bind(address) {
      const parsed = parseAddress(splitRole(address).plain, "listen", ["tcp", "ipc"]);
      // libzmq names connections by counting from a random number, and ends the process where a
      // peer has given itself the next name.
      seedRandomCalls();
      const router = new Router({
        ...optionsAt(parsed),
        receiveHighWaterMark: UNREAD_MAX,
        mandatory: true,
        backlog: BACKLOG,
      });
      if (canTellDisconnections) announceDisconnections(router);
      const keys = parsed.transport === "tcp" ? ofTcp : undefined;
      let guard: Guard | undefined;
      try {
        guard = keys && (await lock(router, keys));
        await bindRouter(router, parsed);
      } catch (error) {
        router.close();
        await guard?.leave();
        throw error instanceof ClusterError ? error : cannotListen(parsed, error);
      }
      return new ZeroMqServer(router, parsed, guard);
    },
    connect(address) {
      const { plain, ...server } = splitRole(address);
      const parsed = parseAddress(plain, "connect", ["tcp", "ipc"]);
      const dealer = new Dealer({
        ...optionsAt(parsed),
        reconnectInterval: RECONNECT_INTERVAL_MS,
        ...(parsed.transport === "tcp" ? { connectTimeout: CONNECT_TIMEOUT_MS } : {}),
      });
      dealer.ipv6 = isIpV6(parsed);
      if (canTellDisconnections) announceDisconnection(dealer);
      const keys = parsed.transport === "tcp" ? ofTcp : undefined;
      if (keys !== undefined) {
        dealer.curvePublicKey = keys.own.publicKey;
        dealer.curveSecretKey = keys.own.secretKey;
        dealer.curveServerKey = keys.keyOf(server);
      }
      const line = new ZeroMqLine(dealer, plain, keys?.own.role);
      dealer.connect(formatAddress(parsed));
      if (keys !== undefined) sendNow(dealer, greeting(keys, server), () => {});
      return line;
    },
  };
}

/** Makes a socket accept connections only with keys of the cluster. */
async function lock(router: Router, keys: ClusterKeys): Promise<Guard> {
  const domain = randomUUID();
  await admission.enter(domain, () => keys.peers);
  router.curveServer = true;
  router.curveSecretKey = keys.own.secretKey;
  router.zapDomain = domain;
  return { gate: new Gate(keys), owner: keys.own, leave: () => admission.leave(domain) };
}

async function bindRouter(router: Router, address: Address): Promise<void> {
  // ZeroMQ would remove any file at the path, even a socket on which a process listens.
  if (address.transport === "ipc") await freeSocketPath(address.path);
  router.ipv6 = isIpV6(address);
  const resolved = await withResolvedHost(address);
  if (resolved.transport === "tcp") await bindFirstFree(router, resolved);
  else await router.bind(formatAddress(resolved));
}

/** Binds the first port of the range that is free; the last one's error says that none is. */
async function bindFirstFree(
  router: Router,
  { portMax, ...address }: Extract<Address, { readonly transport: "tcp" }>,
): Promise<void> {
  const last = portMax ?? address.port;
  for (let port = address.port; ; port++) {
    try {
      return await router.bind(formatAddress({ ...address, port }));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE" || port >= last) throw error;
    }
  }
}

function isIpV6(address: Address): boolean {
  return address.transport === "tcp" && address.host.includes(":");
}

/** ZeroMQ binds numbers only; 0.0.0.0 and names of interfaces are its own business. */
async function withResolvedHost(address: Address): Promise<Address> {
  if (address.transport !== "tcp" || isIP(address.host) !== 0) return address;
  return { ...address, host: await numberOf(address.host) };
}
