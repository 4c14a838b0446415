// The transport within one process: mailboxes by name. Messages pass by reference, in a later turn
// of the event loop, so no handler runs inside another. Addresses belong to one transport and mean
// nothing to another.
import { ClusterError } from "../../base/errors.js";
import { formatAddress, localAddress, parseAddress } from "../interface/address.js";
import type { Transport } from "../interface/transport.js";
import { InprocActorChannel } from "./inproc-actor-channels.js";
import { InprocDataFetcher, InprocDataServer } from "./inproc-data.js";
import { InprocLink, InprocSchedulerSocket } from "./inproc-scheduler.js";

/** Mailboxes in this process, at addresses like `inproc://name`; `inproc://*` is a fresh one. */
export function inprocTransport(): Transport {
  const sockets = new Map<string, InprocSchedulerSocket>();
  const servers = new Map<string, InprocDataServer>();
  const claim = (address: string): string => {
    const free = address === "inproc://*" ? localAddress("inproc") : checked(address);
    if (!sockets.has(free) && !servers.has(free)) return free;
    throw new ClusterError("address", `cannot listen at ${free}: it is in use`, { address: free });
  };
  return {
    async listen(address) {
      const free = claim(address);
      const socket = new InprocSchedulerSocket(free, () => sockets.delete(free));
      sockets.set(free, socket);
      return socket;
    },
    async connect(address) {
      const link = new InprocLink();
      const socket = sockets.get(checked(address));
      if (socket === undefined) link.lose(`nothing listens at ${address}`);
      else socket.accept(link);
      return link;
    },
    async serveData(address, handler, calls) {
      const free = claim(address);
      const server = new InprocDataServer(free, handler, () => servers.delete(free), calls);
      servers.set(free, server);
      return server;
    },
    fetcher: () => new InprocDataFetcher(servers),
    openCalls: (address, listener) => new InprocActorChannel(address, servers, listener),
  };
}

function checked(address: string): string {
  const parsed = parseAddress(address, "connect");
  if (parsed.transport === "inproc") return formatAddress(parsed);
  throw new ClusterError("address", `${address} is not in this process: expected inproc://name`, {
    address,
  });
}
