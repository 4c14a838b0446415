// The transport between processes of one machine over the system's own sockets, `unix:///path`: on the event loop's
// own thread, so that a message wakes one thread where ZeroMQ's wake three.
import type { FrameNetwork } from "../framed/frame-lines.js";
import { type FramedTransportOptions, framedTransport } from "../framed/framed-transport.js";
import { cannotListen, freeSocketPath } from "../framed/listening.js";
import { formatAddress, parseAddress } from "../interface/address.js";
import type { Transport } from "../interface/transport.js";
import { UnixLine } from "./unix-line.js";
import { UnixServer } from "./unix-server.js";

/** Sockets of this machine, over `unix://`. */
export function unixTransport(options: FramedTransportOptions = {}): Transport {
  return framedTransport(unixNetwork(options.lingerMs ?? 1_000), options);
}

/** The sockets of {@link unixTransport}. */
export function unixNetwork(lingerMs: number): FrameNetwork {
  return {
    async bind(address) {
      const parsed = parseAddress(address, "listen", ["unix"]);
      try {
        await freeSocketPath(parsed.path);
        return await UnixServer.bind(parsed.path, formatAddress(parsed), lingerMs);
      } catch (error) {
        throw cannotListen(parsed, error);
      }
    },
    connect: (address) =>
      new UnixLine(parseAddress(address, "connect", ["unix"]).path, address, lingerMs),
  };
}
