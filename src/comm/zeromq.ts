// The transport over ZeroMQ: makes sockets, binds and connects them. The one file that loads the
// native addon; what is done with the sockets is in the files beside it, which get them passed in.
import { capability, Dealer, Router } from "zeromq";
import { formatAddress, parseAddress } from "./address.js";
import { ForeignFrameCounter, type ForeignFrames } from "./foreign-frames.js";
import type { Transport } from "./transport.js";
import { bindRouter } from "./zeromq-bind.js";
import { ZeroMqCallLine } from "./zeromq-calls.js";
import { type Connect, ZeroMqDataFetcher } from "./zeromq-data-fetcher.js";
import { ZeroMqDataServer } from "./zeromq-data-server.js";
import { tellDisconnection, tellDisconnections } from "./zeromq-disconnection.js";
import { ZeroMqSchedulerLink } from "./zeromq-scheduler-link.js";
import { ZeroMqSchedulerSocket } from "./zeromq-scheduler-socket.js";

/** Options of {@link zeromqTransport}. */
export interface ZeroMqOptions {
  /** Called when something came that is not ours, and was dropped: for the log. */
  readonly onForeignFrames?: (dropped: ForeignFrames) => void;
  /** How long a closed socket (and the end of the process) waits for what was not sent yet. */
  readonly lingerMs?: number;
}

/** How often connections are probed, and how long a peer may be silent: a host that vanished. */
const HEARTBEAT_INTERVAL_MS = 5_000;
const HEARTBEAT_TIMEOUT_MS = 20_000;

const RECONNECT_INTERVAL_MS = 100;

/** All prebuilt bindings can; without it, peers are missed by the protocol's own heartbeats. */
const canTellDisconnections = capability.draft === true;

/** Sockets in this process and others, over `tcp://` and `ipc://`. */
export function zeromqTransport(options: ZeroMqOptions = {}): Transport {
  const { onForeignFrames = () => {}, lingerMs = 1_000 } = options;
  const socketOptions = {
    linger: lingerMs,
    // No high-water marks: one slow or dead peer must not block or silently lose messages of
    // others. Sends therefore never wait, and fail at once when the peer is gone.
    sendHighWaterMark: 0,
    receiveHighWaterMark: 0,
    sendTimeout: 0,
    heartbeatInterval: HEARTBEAT_INTERVAL_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    heartbeatTimeToLive: HEARTBEAT_TIMEOUT_MS,
  };

  const bind = (address: string) => {
    const parsed = parseAddress(address, "listen");
    const router = new Router({ ...socketOptions, mandatory: true });
    if (canTellDisconnections) tellDisconnections(router);
    return bindRouter(router, parsed);
  };

  const connect: Connect = (address, use) => {
    const parsed = parseAddress(address, "connect");
    const dealer = new Dealer({ ...socketOptions, reconnectInterval: RECONNECT_INTERVAL_MS });
    dealer.ipv6 = parsed.transport === "tcp" && parsed.host.includes(":");
    if (canTellDisconnections) tellDisconnection(dealer);
    const user = use(dealer);
    dealer.connect(formatAddress(parsed));
    return user;
  };

  return {
    async listen(address) {
      const { router, address: bound, release } = await bind(address);
      const foreign = new ForeignFrameCounter("scheduler", bound, onForeignFrames);
      return new ZeroMqSchedulerSocket(router, bound, foreign, release);
    },
    async connect(address) {
      const foreign = new ForeignFrameCounter("link", address, onForeignFrames);
      return connect(address, (dealer) => new ZeroMqSchedulerLink(dealer, address, foreign));
    },
    async serveData(address, handler, calls, memory) {
      const bound = await bind(address);
      const foreign = new ForeignFrameCounter("dataServer", bound.address, onForeignFrames);
      return new ZeroMqDataServer(bound, handler, foreign, calls, memory);
    },
    fetcher: () => new ZeroMqDataFetcher(connect, onForeignFrames),
    openCalls(address, listener) {
      const foreign = new ForeignFrameCounter("callLine", address, onForeignFrames);
      return connect(address, (dealer) => new ZeroMqCallLine(dealer, address, listener, foreign));
    },
  };
}
