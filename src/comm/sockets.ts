// Which transport an address is of, between processes: each is loaded when it is first needed, ZeroMQ's being a
// native addon.
import type { FramedTransportOptions } from "./framed-transport.js";
import type { Transport } from "./transport.js";

/** The transport to a scheduler at `address`, and between all of its peers. */
export async function transportTo(
  address: string,
  options: FramedTransportOptions = {},
): Promise<Transport> {
  if (address.startsWith("unix://")) {
    const { unixTransport } = await import("./unix.js");
    return unixTransport(options);
  }
  const { zeromqTransport } = await import("./zeromq.js");
  return zeromqTransport(options);
}
