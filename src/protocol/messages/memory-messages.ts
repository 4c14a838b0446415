// Messages by which processes of one machine lend each other values in place. The fetching side
// requests readable memory and proves that it can read it. From then on it receives positions
// instead of values, and returns each after use.

import { counts, isCount, isString } from "./fields.js";
import { type MessageIn, type MessageOf, message, schemas } from "./schema.js";
/** How a process's memory is found from another one on the same machine. */
export interface MemoryOffer {
  readonly pid: number;
  /** A descriptor of that process: a file whose content a peer repeats. */
  readonly proofFd: number;
  /** The common name of the memory's files; a later process with the same pid has other names. */
  readonly name: string;
}

/** Where bytes are in a process's memory. */
export interface MemoryPlace {
  /** A descriptor of that process. */
  readonly fd: number;
  /** Bytes of the whole file. */
  readonly fileBytes: number;
  readonly byteOffset: number;
}

/** Asks a data server whether its memory can be read. */
export const findMemory = message("findMemory", {
  request: isCount,
});
export type FindMemory = MessageOf<typeof findMemory>;

/** Answers that. */
export interface MemoryFound {
  readonly type: "memory";
  readonly request: number;
  readonly offer: MemoryOffer | null;
}

/** Proves that the sender can read the memory: from now on values are lent on this connection. */
export const proveMemory = message("proveMemory", {
  /** The content that was read there. */
  proof: isString,
  /** Who borrows, over several connections. */
  borrower: isString,
  /** Its process: while that lives, it may be reading. */
  pid: isCount,
  startTicks: isCount,
  /** Leases that it still reads; all other memory lent to it is free. */
  leases: counts,
});
export type ProveMemory = MessageOf<typeof proveMemory>;

/** Returns leases. */
export const returnMemory = message("returnMemory", {
  leases: counts,
});

/** Requests that values be sent from now on: they could not be read in place. */
export const refuseMemory = message("refuseMemory", {});

/** Ends borrowing: no loans are read any more, and those in answers under way never will be. */
export const leaveMemory = message("leaveMemory", {});

/** Messages of a fetcher about memory. */
export const TO_LENDER = schemas(findMemory, proveMemory, returnMemory, refuseMemory, leaveMemory);
export type ToLender = MessageIn<typeof TO_LENDER>;
