// The scheduler's actions. They are performed in order; messages to one peer arrive in order.
import type {
  ClientToScheduler,
  SchedulerToClient,
  SchedulerToWorker,
} from "../../protocol/messages/messages.js";
import type { PeerId } from "../../protocol/values/ids.js";

/** Send a message; to a peer that is gone it is dropped. */
export interface Send {
  readonly type: "send";
  readonly to: PeerId;
  readonly message: SchedulerToClient | SchedulerToWorker;
  /**
   * Set if no one waits for this message, of any type: it may be deferred (deferrable-messages.ts).
   */
  readonly canWait?: true;
}

/** Write a line to the log. */
export interface Log {
  readonly type: "log";
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Everyone was notified; end the process. */
export interface Stop {
  readonly type: "stop";
}

/**
 * Let the event `continued` happen, after the messages that have come meanwhile: there is more to
 * do than one step may take.
 */
export interface Continue {
  readonly type: "continue";
}

/** A client asks something of the process itself; the answer goes to it as `schedulerAnswered`. */
export interface AskShell {
  readonly type: "askShell";
  readonly from: PeerId;
  readonly asked: Extract<ClientToScheduler, { readonly type: "askScheduler" }>;
}

export type SchedulerAction = Send | Log | Stop | Continue | AskShell;
