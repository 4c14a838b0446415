// The state of replicas: copies that workers were asked to fetch, replicas without readers, and
// clients' requests. Tasks go by number here, since a slot may be reused before an entry is read.
// replica-placement.ts decides.
import type { TaskId } from "../../protocol/values/ids.js";
import type { ClientRecord, LayerRecord, WorkerRecord } from "./records.js";

/** A copy that a worker was asked to fetch. */
export interface Acquisition {
  readonly to: WorkerRecord;
  readonly bytes: number;
  /** When it was last requested. */
  askedMs: number;
  /** How often it was reported as failed. */
  failures: number;
  /** When it is requested again, while it is not under way. */
  againMs: number | undefined;
  /** Whether it is to take the place of the copy that it is made from. */
  readonly isMove: boolean;
  /** The request that is answered when this one and its like are done. */
  readonly request: ReplicaRequest | undefined;
}

/** A client's wish about where data is, until it is answered. */
export type ReplicaRequest = ReplicationRequest | RebalancingRequest;

interface RequestAccount {
  readonly client: ClientRecord;
  readonly request: number;
  /** Copies under way for it. */
  pending: number;
  blocks: number;
  bytes: number;
}

/** Each block of a layer should be on that many workers. */
export interface ReplicationRequest extends RequestAccount {
  readonly type: "replicate";
  readonly layer: LayerRecord;
}

/** Persisted blocks should be spread evenly. */
export interface RebalancingRequest extends RequestAccount {
  readonly type: "rebalance";
}

/** Workers are to leave. */
export interface RetirementRequest {
  readonly client: ClientRecord;
  readonly request: number;
  readonly retired: string[];
  readonly stayed: { name: string; reason: string }[];
  readonly leaving: Set<WorkerRecord>;
}

/** All copies that are arranged, and their requests. */
export interface ReplicationState {
  /** By task: at most one copy of each is under way. */
  readonly acquiring: Map<TaskId, Acquisition>;
  /** Results with more copies than one that no active task reads, and since when. */
  readonly spare: Map<TaskId, number>;
  /** On how many workers the blocks of a layer are kept, where that is more than one. */
  readonly copiesWanted: Map<LayerRecord, number>;
  readonly requests: Set<ReplicaRequest>;
  readonly retirements: Set<RetirementRequest>;
  /** When replicated layers were last checked without a request. */
  replicatedMs: number;
}

/** No copies are arranged. */
export function createReplicationState(): ReplicationState {
  return {
    acquiring: new Map(),
    spare: new Map(),
    copiesWanted: new Map(),
    requests: new Set(),
    retirements: new Set(),
    replicatedMs: 0,
  };
}
