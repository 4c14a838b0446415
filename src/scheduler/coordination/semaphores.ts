// Semaphores, and locks, which are semaphores of one lease. Leases are granted in the order in which they were
// asked for, each with a token higher than any before: what a holder does after its lease has lapsed can
// be notified from what the next one does. A release names the token, so that a late one does nothing.
import {
  type CoordinationBooks,
  type Effects,
  type Lease,
  type Party,
  takeAll,
  takeWait,
  type Wait,
} from "../state/coordination-state.js";

/** Asks for a lease; it is answered when there is one. */
export function acquire(
  books: CoordinationBooks,
  name: string,
  limit: number,
  wait: Wait & { readonly leaseMs: number },
  nowMs: number,
  effects: Effects,
): void {
  const known = books.semaphores.get(name);
  if (known !== undefined && known.limit !== limit) {
    const refusal = `${name} is in use as a semaphore of ${known.limit} leases, and was asked for as one of ${limit}`;
    effects.answer(wait, { refusal });
    return;
  }
  const semaphore = known ?? { limit, leases: new Map<number, Lease>(), waiting: [] };
  books.semaphores.set(name, semaphore);
  semaphore.waiting.push(wait);
  grant(books, name, nowMs, effects);
}

/** Ends a lease; says whether the party still had it. */
export function release(
  books: CoordinationBooks,
  name: string,
  token: number,
  { client, holder }: Party,
  nowMs: number,
  effects: Effects,
): boolean {
  const semaphore = books.semaphores.get(name);
  const lease = semaphore?.leases.get(token);
  if (lease === undefined || lease.holder !== holder || lease.client !== client) return false;
  semaphore?.leases.delete(token);
  grant(books, name, nowMs, effects);
  return true;
}

/** Time has passed: leases that were to end by now have. */
export function lapseLeases(books: CoordinationBooks, nowMs: number, effects: Effects): void {
  for (const [name, { leases }] of books.semaphores) {
    for (const lease of [...leases.values()]) {
      if (lease.untilMs > nowMs) continue;
      leases.delete(lease.token);
      effects.lapsed(lease, "its time was over");
    }
    grant(books, name, nowMs, effects);
  }
}

/** No one of them is there any more: their leases end, they wait for nothing. */
export function leaveSemaphores(
  books: CoordinationBooks,
  isGone: (party: Party) => boolean,
  nowMs: number,
  effects: Effects,
): void {
  for (const [name, { leases, waiting }] of books.semaphores) {
    takeAll(waiting, isGone);
    for (const lease of [...leases.values()]) if (isGone(lease)) leases.delete(lease.token);
    grant(books, name, nowMs, effects);
  }
}

/** The party does not wait any more; says whether it did. */
export function cancelAcquire(
  books: CoordinationBooks,
  party: Party,
  wait: number,
  effects: Effects,
): boolean {
  for (const [name, { waiting }] of books.semaphores) {
    const taken = takeWait(waiting, party, wait);
    if (taken === undefined) continue;
    effects.answer(taken, { isDone: false });
    tidy(books, name);
    return true;
  }
  return false;
}

function grant(books: CoordinationBooks, name: string, nowMs: number, effects: Effects): void {
  const semaphore = books.semaphores.get(name);
  if (semaphore === undefined) return;
  const { limit, leases, waiting } = semaphore;
  while (leases.size < limit) {
    const next = waiting.shift();
    if (next === undefined) break;
    const token = ++books.lastToken;
    const { client, holder, leaseMs } = next;
    leases.set(token, { client, holder, name, token, untilMs: nowMs + leaseMs });
    effects.answer(next, { token });
  }
  tidy(books, name);
}

function tidy(books: CoordinationBooks, name: string): void {
  const semaphore = books.semaphores.get(name);
  if (semaphore?.leases.size === 0 && semaphore.waiting.length === 0) books.semaphores.delete(name);
}
