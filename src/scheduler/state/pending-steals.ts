// Moves of tasks between workers: requested and unanswered, refused, or recent. A note ends when
// its task leaves its worker, so there are never more notes than assigned tasks, and only for
// requested ones.
import type { WorkerRecord } from "./records.js";

/** The state of moving a task away from the worker that has it. */
export type StealRecord =
  /** The victim was asked; both workers' accounts count the task as moved. */
  | {
      readonly type: "asked";
      readonly attempt: number;
      readonly victim: WorkerRecord;
      readonly thief: WorkerRecord;
      readonly askedMs: number;
      /** The time on the victim, and on the thief, which has to fetch the inputs. */
      readonly victimMs: number;
      readonly thiefMs: number;
      /** How often it was moved before. */
      readonly moves: number;
    }
  /** It has begun on its worker, so that it is not requested again. */
  | { readonly type: "refused" }
  /** It was moved to its current worker. */
  | {
      readonly type: "moved";
      readonly from: WorkerRecord;
      readonly atMs: number;
      readonly moves: number;
    };

/** Counts a requested move in the accounts of both workers. */
export function noteAsked(
  steals: Map<number, StealRecord>,
  slot: number,
  note: Extract<StealRecord, { type: "asked" }>,
): void {
  steals.set(slot, note);
  countMove(note, 1);
}

/** The task leaves its worker, or stays there permanently: a move under way is off. */
export function forgetSteal(steals: Map<number, StealRecord>, slot: number): void {
  if (steals.size === 0) return;
  const note = steals.get(slot);
  if (note === undefined) return;
  steals.delete(slot);
  if (note.type === "asked") countMove(note, -1);
}

function countMove(note: Extract<StealRecord, { type: "asked" }>, by: 1 | -1): void {
  const { victim, thief, victimMs, thiefMs } = note;
  victim.movingCount -= by;
  victim.movingMs -= by * victimMs;
  thief.movingCount += by;
  thief.movingMs += by * thiefMs;
}
