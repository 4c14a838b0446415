// How much memory the engine of a thread may use, and where what does not fit goes: what surrounds
// it says so.
import { Service } from "../base/host.js";

/** The least memory that an engine needs. */
export const ENGINE_BYTES_MIN = 64 << 20;

/** The memory and folder of a thread's engine. */
export interface EngineRoom {
  /** The most memory of the engine. */
  readonly memoryBytes: number;
  /** The thread's share of its worker's memory, of which the operands of its tasks take some. */
  readonly threadBytes: number;
  /** How many threads the worker has: a query that runs alone has all of them. */
  readonly threads: number;
  /** The folder for temporary files. */
  readonly base: string;
  /**
   * The prefix of the folders' names in it; the next worker removes those of processes that have
   * ended.
   */
  readonly prefix: string;
}

/**
 * The room of the engine of this thread; without one, the engine takes what it takes by default.
 */
export const ENGINE_ROOM = new Service<EngineRoom>("engine room");
