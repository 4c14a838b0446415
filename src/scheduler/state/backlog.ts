// Work that takes more than one step: a client's graph that is taken in, one whose tasks are
// counted for a report, and a released one that is forgotten. Each step does a slice of it;
// messages are handled in between (tasks/slices.ts).
import type { Fifo } from "../../base/fifo.js";
import type { Sliced } from "../../base/sliced.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";
import type { FromClient, Received } from "./events.js";
import type { NumberMap } from "./number-map.js";
import type { ClientRecord, GraphRecord } from "./records.js";

/** A submission that is taken in. */
export interface Opening {
  readonly event: SubmitGraph;
  /** Its record, once its tasks are known. */
  graph: GraphRecord | undefined;
  phase: "planned" | "taken in" | "wanted" | "started";
  /** Whether it was given up. */
  isOver: boolean;
}

/** A client's messages since one of its graphs is being taken in: they keep their order. */
export interface Turn {
  readonly type: "turn";
  readonly client: ClientRecord;
  readonly held: Fifo<Received<FromClient>>;
  opening: Opening | undefined;
  slices: Sliced<void>;
}

/** A released graph that is forgotten. */
export interface Parting {
  readonly type: "parting";
  readonly graph: GraphRecord;
  /** Its outputs that still count as wanted: the first row of each slot. */
  readonly rows: NumberMap;
  slices: Sliced<void>;
}

/** A graph of very many tasks whose progress is counted. */
export interface Counting {
  readonly type: "counting";
  readonly graph: GraphRecord;
  slices: Sliced<void>;
}

/** All such work. */
export interface Backlog {
  /** Those that have waited longest come first. */
  readonly work: Set<Turn | Parting | Counting>;
  /** By client: what it asked for since a graph of it is being taken in. */
  readonly turns: Map<ClientRecord, Turn>;
  /** The cost that is left to this step. */
  left: number;
  /** Whether the shell was asked to go on. */
  isAsked: boolean;
  /** The client whose turn is under way. */
  speaker: PeerId | undefined;
}

/** No work yet. */
export function createBacklog(): Backlog {
  return { work: new Set(), turns: new Map(), left: 0, isAsked: false, speaker: undefined };
}
