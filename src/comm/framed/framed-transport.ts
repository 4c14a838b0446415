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
import { INTERRUPTIONS, type Interruptions } from "./interruptions.js";
import { MalformedFrameCounter, type MalformedFrames } from "./malformed-frames.js";

/** Options of every transport between processes. */
export interface FramedTransportOptions {
  /** Called when something came that is not ours, and was dropped: for the log. */
  readonly onMalformedFrames?: (dropped: MalformedFrames) => void;
  /** The keys of this process; without them all who reach its sockets may speak. */
  readonly security?: Security | undefined;
  /** How long a closed socket waits for frames that were not sent yet. */
  readonly lingerMs?: number;
  /** How long broken connections between scheduler and peers are waited for. */
  readonly interruptions?: Interruptions;
}

/** The transport over the sockets of `network`. */
export function framedTransport(
  network: FrameNetwork,
  { onMalformedFrames = () => {}, interruptions = INTERRUPTIONS }: FramedTransportOptions,
): Transport {
  const counter = (socket: MalformedFrames["socket"], address: string) =>
    new MalformedFrameCounter(socket, address, onMalformedFrames);
  return {
    async listen(address) {
      const server = await network.bind(address);
      const foreign = counter("scheduler", server.address);
      return new FramedSchedulerSocket(server, foreign, interruptions);
    },
    async connect(address) {
      // On one machine a connection breaks only when a process ends.
      const isRemote = address.startsWith("tcp:");
      return new FramedSchedulerLink({
        connect: () => network.connect(address),
        address,
        foreign: counter("link", address),
        interruptions: isRemote ? interruptions : undefined,
      });
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
