// The transport of processes, with its warnings in the log.
import type { Logger } from "pino";
import type { Transport } from "../comm/interface/transport.js";
import { socketTransport } from "../comm/socket-transport.js";

/** The transport of this process. */
export function processTransport(logger: Logger): Promise<Transport> {
  return socketTransport({
    onMalformedFrames: ({ socket, address, error, count }) =>
      logger.warn({ socket, address, count }, `dropped a malformed frame: ${error.message}`),
  });
}
