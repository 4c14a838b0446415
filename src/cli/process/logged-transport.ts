// The transport of processes, with its warnings in the log.
import type { Logger } from "pino";
import type { Transport } from "../../comm/interface/transport.js";
import type { Security } from "../../comm/security/keys.js";
import { socketTransport } from "../../comm/socket-transport.js";

/**
 * The transport of this process.
 *
 * @param security its keys, if it has any
 */
export function processTransport(logger: Logger, security?: Security): Promise<Transport> {
  return socketTransport({
    security,
    onMalformedFrames: ({ socket, address, error, count }) =>
      logger.warn({ socket, address, count }, `dropped a malformed frame: ${error.message}`),
  });
}
