// How processes of one machine lend each other values where they lie. Who fetches asks whether there is
// memory to be read, proves that it can read it, and from then on is told where values lie instead of being
// sent them; it says when it has no more use for them.

/** How a process's memory is found from another one on the same machine. */
export interface MemoryOffer {
  readonly pid: number;
  /** A descriptor of that process: a file whose content a peer repeats. */
  readonly proofFd: number;
  /** What the files are called: another process that got the number has others. */
  readonly name: string;
}

/** Where bytes lie in a process's memory. */
export interface MemoryPlace {
  /** A descriptor of that process. */
  readonly fd: number;
  /** Bytes of the whole file. */
  readonly fileBytes: number;
  readonly byteOffset: number;
}

/** Asks a data server whether its memory can be read. */
export interface FindMemory {
  readonly type: "findMemory";
  readonly request: number;
}

/** Answers that. */
export interface MemoryFound {
  readonly type: "memory";
  readonly request: number;
  readonly offer: MemoryOffer | null;
}

/** Says that who sends it can read the memory: from now on values are lent on this connection. */
export interface ProveMemory {
  readonly type: "proveMemory";
  /** What was read there. */
  readonly proof: string;
  /** Who borrows, over several connections. */
  readonly borrower: string;
  /** Its process: while that lives, it may be reading. */
  readonly pid: number;
  readonly startTicks: number;
  /** What it has borrowed before and still reads; anything else lent to it is free. */
  readonly leases: readonly number[];
}

/** Gives back what was lent. */
export interface ReturnMemory {
  readonly type: "returnMemory";
  readonly leases: readonly number[];
}

/** Asks for values to be sent, from now on: they could not be read where they lie. */
export interface RefuseMemory {
  readonly type: "refuseMemory";
}

/** Takes leave: nothing lent is read any more, and what is lent in answers still under way never will be. */
export interface LeaveMemory {
  readonly type: "leaveMemory";
}

/** What one that fetches says about memory. */
export type ToLender = FindMemory | ProveMemory | ReturnMemory | RefuseMemory | LeaveMemory;
