// The transport over ZeroMQ: makes, binds and connects sockets, and passes them to the other files
// of this folder. Only this file loads the native addon.
import { isIP } from "node:net";
import { capability, Dealer, Router } from "zeromq";
import type { FrameNetwork } from "../framed/frame-lines.js";
import { type FramedTransportOptions, framedTransport } from "../framed/framed-transport.js";
import { cannotListen, freeSocketPath, numberOf } from "../framed/listening.js";
import { type Address, formatAddress, parseAddress } from "../interface/address.js";
import type { Transport } from "../interface/transport.js";
import { announceDisconnection, announceDisconnections } from "./zeromq-disconnection.js";
import { ZeroMqLine } from "./zeromq-line.js";
import { ZeroMqServer } from "./zeromq-server.js";

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

/** How many peers may connect in one moment; an attempt more than these fails, and is repeated. */
const BACKLOG = 511;

/** All prebuilt bindings can; without it, peers are missed by the protocol's own heartbeats. */
const canTellDisconnections = capability.draft === true;

/** Sockets in this process and others, over `tcp://` and `ipc://`. */
export function zeromqTransport(options: FramedTransportOptions = {}): Transport {
  return framedTransport(zeromqNetwork(options.lingerMs ?? 1_000), options);
}

/** The sockets of {@link zeromqTransport}. */
export function zeromqNetwork(lingerMs: number): FrameNetwork {
  const socketOptions = {
    linger: lingerMs,
    // No high-water marks: one slow or dead peer must not block or silently lose messages of
    // others. Sends therefore never wait, and fail at once when the peer is gone.
    sendHighWaterMark: 0,
    receiveHighWaterMark: 0,
    sendTimeout: 0,
  };
  const optionsAt = ({ transport }: Address) =>
    transport === "tcp" ? { ...socketOptions, ...HEARTBEATS } : socketOptions;
  return {
    async bind(address) {
      const parsed = parseAddress(address, "listen", ["tcp", "ipc"]);
      const router = new Router({ ...optionsAt(parsed), mandatory: true, backlog: BACKLOG });
      if (canTellDisconnections) announceDisconnections(router);
      try {
        await bindRouter(router, parsed);
      } catch (error) {
        router.close();
        throw cannotListen(parsed, error);
      }
      return new ZeroMqServer(router, parsed);
    },
    connect(address) {
      const parsed = parseAddress(address, "connect", ["tcp", "ipc"]);
      const dealer = new Dealer({ ...optionsAt(parsed), reconnectInterval: RECONNECT_INTERVAL_MS });
      dealer.ipv6 = isIpV6(parsed);
      if (canTellDisconnections) announceDisconnection(dealer);
      const line = new ZeroMqLine(dealer, address);
      dealer.connect(formatAddress(parsed));
      return line;
    },
  };
}

async function bindRouter(router: Router, address: Address): Promise<void> {
  // ZeroMQ would remove any file at the path, even a socket on which a process listens.
  if (address.transport === "ipc") await freeSocketPath(address.path);
  router.ipv6 = isIpV6(address);
  await router.bind(formatAddress(await withResolvedHost(address)));
}

function isIpV6(address: Address): boolean {
  return address.transport === "tcp" && address.host.includes(":");
}

/** ZeroMQ binds numbers only; 0.0.0.0 and names of interfaces are its own business. */
async function withResolvedHost(address: Address): Promise<Address> {
  if (address.transport !== "tcp" || isIP(address.host) !== 0) return address;
  return { ...address, host: await numberOf(address.host) };
}
