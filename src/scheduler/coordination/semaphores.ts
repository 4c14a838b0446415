// Semaphores, and locks, which are semaphores with one lease. Leases are granted in order of
// requests, each with a token higher than any before. So a write after a lapsed lease can be
// recognised. A release names the token, so a late one does nothing.
import {
  type CoordinationState,
  cancelWaitIn,
  type Effects,
  type LeaseRecord,
  type Party,
  takeAll,
  type Wait,
} from "../state/coordination-state.js";

/** Asks for a lease; it is answered when there is one. */
export function acquire(
  coordination: CoordinationState,
  name: string,
  limit: number,
  wait: Wait & { readonly leaseMs: number },
  nowMs: number,
  effects: Effects,
): void {
  const known = coordination.semaphores.get(name);
  if (known !== undefined && known.limit !== limit) {
    const refusal = `${name} is in use as a semaphore of ${known.limit} leases, but was requested as one of ${limit}`;
    effects.answer(wait, { refusal });
    return;
  }
  const semaphore = known ?? { limit, leases: new Map<number, LeaseRecord>(), waiting: [] };
  coordination.semaphores.set(name, semaphore);
  semaphore.waiting.push(wait);
  grant(coordination, name, nowMs, effects);
}

/** Ends a lease; returns whether the party still had it. */
export function release(
  coordination: CoordinationState,
  name: string,
  token: number,
  { client, holder }: Party,
  nowMs: number,
  effects: Effects,
): boolean {
  const semaphore = coordination.semaphores.get(name);
  const lease = semaphore?.leases.get(token);
  if (lease === undefined || lease.holder !== holder || lease.client !== client) return false;
  semaphore?.leases.delete(token);
  grant(coordination, name, nowMs, effects);
  return true;
}

/** Time has passed: leases that were to end by now have. */
export function lapseLeases(
  coordination: CoordinationState,
  nowMs: number,
  effects: Effects,
): void {
  for (const [name, { leases }] of coordination.semaphores) {
    for (const lease of [...leases.values()]) {
      if (lease.untilMs > nowMs) continue;
      leases.delete(lease.token);
      effects.lapsed(lease, "its time was over");
    }
    grant(coordination, name, nowMs, effects);
  }
}

/** No one of them is there any more: their leases end, they wait for nothing. */
export function leaveSemaphores(
  coordination: CoordinationState,
  isGone: (party: Party) => boolean,
  nowMs: number,
  effects: Effects,
): void {
  for (const [name, { leases, waiting }] of coordination.semaphores) {
    takeAll(waiting, isGone);
    for (const lease of [...leases.values()]) if (isGone(lease)) leases.delete(lease.token);
    grant(coordination, name, nowMs, effects);
  }
}

/** Cancels the party's wait; returns whether there was one. */
export function cancelAcquire(
  coordination: CoordinationState,
  party: Party,
  wait: number,
  effects: Effects,
): boolean {
  const name = cancelWaitIn(coordination.semaphores, party, wait, effects);
  if (name !== undefined) tidy(coordination, name);
  return name !== undefined;
}

function grant(
  coordination: CoordinationState,
  name: string,
  nowMs: number,
  effects: Effects,
): void {
  const semaphore = coordination.semaphores.get(name);
  if (semaphore === undefined) return;
  const { limit, leases, waiting } = semaphore;
  while (leases.size < limit) {
    const next = waiting.shift();
    if (next === undefined) break;
    const token = ++coordination.lastToken;
    const { client, holder, leaseMs } = next;
    leases.set(token, { client, holder, name, token, untilMs: nowMs + leaseMs });
    effects.answer(next, { token });
  }
  tidy(coordination, name);
}

function tidy(coordination: CoordinationState, name: string): void {
  const semaphore = coordination.semaphores.get(name);
  if (semaphore?.leases.size === 0 && semaphore.waiting.length === 0)
    coordination.semaphores.delete(name);
}
