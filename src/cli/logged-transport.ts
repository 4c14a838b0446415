// The transport of processes, with its complaints in the log.
import type { Logger } from "pino";
import { transportTo } from "../comm/choose-transport.js";
import type { Transport } from "../comm/interface/transport.js";

/** The transport to a scheduler at `address`, or of one. */
export function processTransport(address: string, logger: Logger): Promise<Transport> {
  return transportTo(address, {
    onForeignFrames: ({ socket, address, error }) =>
      logger.warn({ socket, address }, `dropped what was not ours: ${error.message}`),
  });
}
