// The content of a dump of the scheduler's state: plain data that survives JSON. dump.ts makes it.

import type { ToldNote } from "../../protocol/values/told-notes.js";
import type { SchedulerOptions } from "../state/options.js";

/** A worker in a dump. */
export interface DumpedWorker {
  readonly id: number;
  readonly name: string;
  readonly address: string;
  readonly threads: number;
  readonly memoryLimitBytes: number;
  readonly pid: number;
  /** The time of its last message. */
  readonly seenMs: number;
  /** From its last heartbeat. */
  readonly vitals: {
    readonly managedBytes: number;
    readonly peakManagedBytes: number;
    readonly processBytes: number;
    readonly peakProcessBytes: number;
    readonly spilledBytes: number;
    readonly spilledBytesTotal: number;
    readonly executing: number;
  };
  /** How long each of its threads has to do. */
  readonly aheadMs: number;
  /** Bytes of results that are expected of it. */
  readonly reservedBytes: number;
  readonly heldBytes: number;
  readonly movingCount: number;
  readonly isRetiring: boolean;
  readonly quietSinceMs: number;
  /** Tasks that it was given, results that only it answers for, and copies. */
  readonly processing: number;
  readonly results: number;
  readonly replicas: number;
  /** Whether it may be given more. */
  readonly isOpen: boolean;
}

/** A task in a dump. */
export interface DumpedTask {
  readonly key: string;
  readonly task: number;
  readonly state: string;
  readonly worker?: string | undefined;
  readonly priority?: number | undefined;
  readonly attempt?: number | undefined;
  readonly bytes?: number | undefined;
  readonly waitingCount?: number | undefined;
  readonly needed?: number | undefined;
  readonly wanted?: number | undefined;
  readonly deaths?: number | undefined;
  /** How far its move to another worker has come. */
  readonly move?: string | undefined;
}

/** The state of a scheduler as plain data. */
export interface SchedulerDump {
  /** Distinguishes a dump from other files. */
  readonly format: string;
  readonly nowMs: number;
  readonly options: SchedulerOptions;
  readonly taskCount: number;
  readonly edgeCount: number;
  readonly tasksByState: Readonly<Record<string, number | undefined>>;
  readonly transferBytesPerMs: number;
  readonly workers: readonly DumpedWorker[];
  readonly clients: readonly {
    readonly name: string;
    readonly seenMs: number;
  }[];
  readonly graphs: readonly {
    readonly id: string;
    readonly client: string;
    readonly active: number;
    readonly missing: number;
    readonly total: number;
    readonly finished: boolean;
  }[];
  /** Graphs that are being taken in, and what their clients' further messages wait for. */
  readonly opening: readonly {
    readonly id: string;
    readonly client: string;
    readonly phase: string;
    /** Tasks that it has so far. */
    readonly tasks: number;
    readonly messagesWaiting: number;
  }[];
  /** Released graphs whose tasks are being forgotten. */
  readonly leaving: readonly { readonly id: string; readonly tasks: number }[];
  readonly layers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly durationMs: number;
    readonly tasks: number;
  }[];
  /** Those that are not released, 100,000 at most. */
  readonly tasks: readonly DumpedTask[];
  readonly actors: readonly {
    readonly id: string;
    readonly status: string;
    readonly worker?: string | undefined;
    readonly incarnation: number;
  }[];
  /** The history, oldest first; the last 20,000 notes. */
  readonly notes: readonly ToldNote[];
}
