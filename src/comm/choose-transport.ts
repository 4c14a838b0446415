// Which transport an address is of, between processes: each is loaded when it is first needed, ZeroMQ's being a
// native addon.
import type { FramedTransportOptions } from "./framed/framed-transport.js";
import type { Transport } from "./interface/transport.js";

/** The transport to a scheduler at `address`, and between all of its peers. */
export async function transportTo(
  address: string,
  options: FramedTransportOptions = {},
): Promise<Transport> {
  if (address.startsWith("unix://")) {
    const { unixTransport } = await import("./unix/unix-transport.js");
    return unixTransport(options);
  }
  const { zeromqTransport } = await import("./zeromq/zeromq-transport.js");
  return zeromqTransport(options);
}
