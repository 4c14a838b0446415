// Invariants of actors between two steps; part of invariants.ts.
import { assert, assertOf } from "../../base/assert.js";
import { isReferenced } from "../accounts/actor-references.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/**
 * Checks that the accounts of actors agree with themselves.
 *
 * @throws InvariantError when they do not
 */
export function checkActors(state: SchedulerState): void {
  const { byId, byName, waiting, dying, byWorker, byTask } = state.actorTable;
  for (const [id, actor] of byId) {
    const { status, worker, holders, holding, pins, death, wish, incarnation, restartsLeft } =
      actor;
    const where = () => `actor ${id} (${status})`;
    assertOf(actor.id === id && status !== "over", where, "is over and was not forgotten");
    const isPlaced = status === "starting" || status === "running";
    assertOf(isPlaced === (worker !== undefined), where, "is on a worker, or is not");
    assertOf((status === "waiting") === waiting.has(actor), where, "waits, or does not");
    assertOf((status === "dying") === dying.has(actor), where, "is dying, or is not");
    assertOf((status === "dying") === (death !== undefined), where, "has a death, or has none");
    if (worker !== undefined) {
      assertOf(state.workers.get(worker.id) === worker, where, "is on a lost worker");
      assertOf(
        byWorker.get(worker)?.has(actor) === true,
        where,
        "is not known to be on its worker",
      );
    }
    assertOf(pins >= 0 && isReferenced(actor), where, "is held by no one");
    for (const [holder, { count, client }] of holders) {
      assertOf(count > 0, where, "is held by one that let go");
      assertOf(
        state.clients.get(client.peer) === client,
        where,
        "is held by a client that is gone",
      );
      const isHeld = !("wish" in holder) || holder.holding.has(actor);
      assertOf(isHeld, where, "is held by an actor that does not know of it");
    }
    for (const held of holding) {
      assert(isPlaced && held.holders.has(actor), `${where()} does not hold ${held.id}`);
    }
    if (wish.name !== null) assertOf(byName.get(wish.name) === actor, where, "has another's name");
    assertOf(
      restartsLeft >= 0 && incarnation + restartsLeft <= 1 + wish.restarts,
      where,
      "was made too often",
    );
  }
  for (const actor of [...byName.values(), ...waiting, ...dying]) {
    assert(byId.get(actor.id) === actor, `actor ${actor.id} was left behind`);
  }
  for (const task of byTask.keys()) {
    assert(state.tasks.slotOf(task) >= 0, `the result of task ${task} is gone and pins actors`);
  }
  for (const [worker, actors] of byWorker) {
    assert(actors.size > 0, `worker ${worker.name} has a list of no actors`);
    for (const actor of actors) assert(actor.worker === worker, `actor ${actor.id} is elsewhere`);
    for (const left of Object.values(worker.resources)) {
      assert(left >= 0, `worker ${worker.name} has less of a resource than none`);
    }
  }
}
