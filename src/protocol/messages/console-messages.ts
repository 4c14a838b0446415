// What functions write to the console while they run: from workers to the scheduler, and on to the
// clients that submitted them. Part of messages.ts.
import type { ActorId, TaskId } from "../values/ids.js";

/** The console's methods that say how much a line matters. */
export type PrintLevel = "debug" | "info" | "log" | "warn" | "error";

/** Tasks under way on this worker wrote to the console. Columns, in the order of writing. */
export interface LinesPrinted {
  readonly type: "linesPrinted";
  readonly tasks: readonly TaskId[];
  readonly levels: readonly PrintLevel[];
  /** Each without the line break at its end; it may have others. */
  readonly texts: readonly string[];
}

/** Actors on this worker wrote to the console. Columns, as in {@link LinesPrinted}. */
export interface ActorLinesPrinted {
  readonly type: "actorLinesPrinted";
  readonly actors: readonly ActorId[];
  readonly levels: readonly PrintLevel[];
  readonly texts: readonly string[];
}

/** The same, to the client that had one actor made. */
export interface ActorPrinted {
  readonly type: "actorPrinted";
  /** The worker's name. */
  readonly worker: string;
  readonly actor: ActorId;
  readonly levels: readonly PrintLevel[];
  readonly texts: readonly string[];
}

/** What tasks wrote, to a client that submitted them. */
export interface TasksPrinted {
  readonly type: "tasksPrinted";
  /** The worker's name. */
  readonly worker: string;
  /** The tasks' keys. */
  readonly keys: readonly string[];
  readonly levels: readonly PrintLevel[];
  readonly texts: readonly string[];
}
