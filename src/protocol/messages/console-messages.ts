// Console output of functions: from workers to the scheduler, and on to the clients that submitted
// them. Part of messages.ts.

import { counts, isString, listOf, oneOf, strings } from "./fields.js";
import { type Check, type MessageOf, message } from "./schema.js";
/** The console's methods that set the level of a line. */
export type PrintLevel = "debug" | "info" | "log" | "warn" | "error";
export const isPrintLevel: Check<PrintLevel> = oneOf("debug", "info", "log", "warn", "error");

/** Tasks under way on this worker wrote to the console. Columns, in the order of writing. */
export const linesPrinted = message(
  "linesPrinted",
  {
    tasks: counts,
    levels: listOf(isPrintLevel),
    /** Each without the line break at its end; it may have others. */
    texts: strings,
  },
  { columns: [["tasks", "levels", "texts"]] },
);
export type LinesPrinted = MessageOf<typeof linesPrinted>;

/** Actors on this worker wrote to the console. Columns, as in {@link LinesPrinted}. */
export const actorLinesPrinted = message(
  "actorLinesPrinted",
  {
    actors: strings,
    levels: listOf(isPrintLevel),
    texts: strings,
  },
  { columns: [["actors", "levels", "texts"]] },
);
export type ActorLinesPrinted = MessageOf<typeof actorLinesPrinted>;

/** The same, to the client that had one actor made. */
export const actorPrinted = message(
  "actorPrinted",
  {
    /** The worker's name. */
    worker: isString,
    actor: isString,
    levels: listOf(isPrintLevel),
    texts: strings,
  },
  { columns: [["levels", "texts"]] },
);
export type ActorPrinted = MessageOf<typeof actorPrinted>;

/** Console output of tasks, for a client that submitted them. */
export const tasksPrinted = message(
  "tasksPrinted",
  {
    /** The worker's name. */
    worker: isString,
    /** The tasks' keys. */
    keys: strings,
    levels: listOf(isPrintLevel),
    texts: strings,
  },
  { columns: [["keys", "levels", "texts"]] },
);
export type TasksPrinted = MessageOf<typeof tasksPrinted>;
