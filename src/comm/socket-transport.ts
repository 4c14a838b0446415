// The transport between processes, loaded on first use, since ZeroMQ is a native addon.
import type { FramedTransportOptions } from "./framed/framed-transport.js";
import type { Transport } from "./interface/transport.js";

/** The transport over sockets of ZeroMQ. */
export async function socketTransport(options: FramedTransportOptions = {}): Promise<Transport> {
  const { zeromqTransport } = await import("./zeromq/zeromq-transport.js");
  return zeromqTransport(options);
}
