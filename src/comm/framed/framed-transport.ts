// The transport over lines of frames, for any carrier. The other files of this folder handle its
// messages: framed-scheduler-*.ts, framed-data-*.ts and framed-actor-channels.ts.
import type { Transport } from "../interface/transport.js";
import type { Security } from "../security/keys.js";
import type { FrameNetwork } from "./frame-lines.js";
import { FramedActorChannel } from "./framed-actor-channels.js";
import { FramedDataFetcher } from "./framed-data-fetcher.js";
import { FramedDataServer } from "./framed-data-server.js";
import { FramedSchedulerLink } from "./framed-scheduler-link.js";
import { FramedSchedulerSocket } from "./framed-scheduler-socket.js";
import { MalformedFrameCounter, type MalformedFrames } from "./malformed-frames.js";

/** Options of every transport between processes. */
export interface FramedTransportOptions {
  /** Called when something came that is not ours, and was dropped: for the log. */
  readonly onMalformedFrames?: (dropped: MalformedFrames) => void;
  /** The keys of this process; without them all who reach its sockets may speak. */
  readonly security?: Security | undefined;
  /** How long a closed socket waits for frames that were not sent yet. */
  readonly lingerMs?: number;
}

/** The transport over the sockets of `network`. */
export function framedTransport(
  network: FrameNetwork,
  { onMalformedFrames = () => {} }: FramedTransportOptions,
): Transport {
  const counter = (socket: MalformedFrames["socket"], address: string) =>
    new MalformedFrameCounter(socket, address, onMalformedFrames);
  return {
    async listen(address) {
      const server = await network.bind(address);
      return new FramedSchedulerSocket(server, counter("scheduler", server.address));
    },
    async connect(address) {
      return new FramedSchedulerLink(network.connect(address), address, counter("link", address));
    },
    async serveData(address, handler, calls, memory) {
      const server = await network.bind(address);
      const foreign = counter("dataServer", server.address);
      return new FramedDataServer(server, handler, foreign, calls, memory);
    },
    fetcher: () => new FramedDataFetcher(network, onMalformedFrames),
    openCalls: (address, listener) =>
      new FramedActorChannel(
        network.connect(address),
        address,
        listener,
        counter("actorChannel", address),
      ),
  };
}
