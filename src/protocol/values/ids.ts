// Numbers and names in messages. Tasks and layers are dense integers from the scheduler, which may
// reuse them once all peers were asked to forget them. An attempt distinguishes the runs of one
// task, so a late report about an earlier run is recognised.

/** A task, as numbered by the scheduler. */
export type TaskId = number;

/** A layer, as numbered by the scheduler. */
export type LayerId = number;

/** A worker, as numbered by the scheduler when it joined; never given out twice. */
export type WorkerId = number;

/** A client's name for one submission; unique among those of this client. */
export type GraphId = string;

/** An actor: its class's name and something unique over all clients. */
export type ActorId = string;

/** Who is at the other end of a scheduler's connection: the transport's routing identity. */
export type PeerId = string;

/** Version of the messages; peers that differ are refused in the handshake. */
export const PROTOCOL_VERSION = 2;
