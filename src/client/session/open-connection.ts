// The channels of a client: its connection to the scheduler, the fetcher of data on workers, and
// the arrays that it serves itself.
import type { DataFetcher } from "../../comm/interface/transport.js";
import { chosenKeys } from "../../comm/security/key-files.js";
import type { Security } from "../../comm/security/keys.js";
import { socketTransport } from "../../comm/socket-transport.js";
import { ServedArrays } from "../../context/served-arrays.js";
import type { Role } from "../../protocol/values/roles.js";
import { warmUpShipping } from "../../shipping/warm-up.js";
import { type ClientOptions, type ConnectionInside, readClientOptions } from "./client-options.js";
import { Connection } from "./connection.js";
import { dataAddress } from "./data-address.js";

/** The lines of one client. */
export interface ClientLines {
  readonly connection: Connection;
  readonly fetcher: DataFetcher;
  readonly held: ServedArrays | undefined;
}

/** Administrators' keys first: a folder with both is of one who may do all. */
const ROLES: readonly Role[] = ["admin", "client"];

function keysFor(
  address: string,
  { security }: ClientOptions,
  { roles = ROLES }: ConnectionInside,
): Security | undefined {
  return address.startsWith("tcp:") ? chosenKeys(security, roles) : undefined;
}

/** Connects the client `id` to the scheduler at `address`. */
export async function openConnection(
  address: string,
  id: string,
  options: ClientOptions,
  inside: ConnectionInside,
): Promise<ClientLines> {
  // A scheduler inside a program does not return.
  const mayReturn = inside.transport === undefined;
  const { dataHost, ...settings } = readClientOptions(options, id, mayReturn);
  const security = keysFor(address, options, inside);
  const transport = inside.transport ?? (await socketTransport({ security }));
  const isInside = address.startsWith("inproc:");
  const role = security?.role;
  // Within one process nothing is under way.
  const terms = { role, followsWorkers: !isInside, ...settings };
  const opening = Connection.open({ transport, address, ...terms });
  // There is nothing else to do until the scheduler answers.
  if (!isInside) warmUpShipping();
  const connection = await opening;
  // Within one process layers share their data's memory and nothing has to be served.
  const held = isInside
    ? undefined
    : new ServedArrays((handler) =>
        transport.serveData(dataAddress(address, id, dataHost), handler),
      );
  return { connection, fetcher: transport.fetcher(), held };
}
