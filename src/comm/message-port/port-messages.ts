// Messages between an executor thread and its worker's main thread, for the link to the scheduler
// that all threads of the worker share.
import type { WireError } from "../../protocol/values/wire-error.js";
import type {
  DataItem,
  DataRequestBody,
  FromScheduler,
  ToScheduler,
} from "../interface/transport.js";
import type { CallsFromPort, CallsToPort } from "./port-actor-channels.js";

/** Messages from an executor thread to its worker's main thread. */
export type FromPort =
  | CallsFromPort
  /** Requests a link to the scheduler; an earlier one is over. */
  | { readonly type: "connect" }
  | {
      readonly type: "say";
      readonly message: ToScheduler;
      /** The number of the sending task on its thread. */
      readonly task?: number | undefined;
    }
  | { readonly type: "disconnect" }
  | {
      readonly type: "fetch";
      readonly request: number;
      readonly address: string;
      readonly body: DataRequestBody;
      readonly timeoutMs: number;
    };

/** Messages to an executor thread. */
export type ToPort =
  | CallsToPort
  | { readonly type: "said"; readonly message: FromScheduler }
  | { readonly type: "lost"; readonly reason: string }
  | {
      readonly type: "fetched";
      readonly request: number;
      readonly items: readonly (Omit<DataItem, "release"> | undefined)[];
    }
  | { readonly type: "fetchFailed"; readonly request: number; readonly error: WireError };
