// The transport of processes: ZeroMQ, loaded when a command needs it, with its complaints in the log.
import type { Logger } from "pino";
import type { Transport } from "../comm/transport.js";

/** Sockets over `tcp://` and `ipc://`. */
export async function processTransport(logger: Logger): Promise<Transport> {
  const { zeromqTransport } = await import("../comm/zeromq.js");
  return zeromqTransport({
    onForeignFrames: ({ socket, address, error }) =>
      logger.warn({ socket, address }, `dropped what was not ours: ${error.message}`),
  });
}
