// A client's turn: its graph is taken in, in slices, and what it says meanwhile waits until that is
// done, since it may be about that graph. What concerns no graph is answered at once.
import { GraphError, ProtocolError } from "../../base/errors.js";
import { Fifo } from "../../base/fifo.js";
import type { Sliced } from "../../base/sliced.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import { toWireError, type WireError } from "../../protocol/values/wire-error.js";
import { sendToClient } from "../accounts/client-reports.js";
import type { Opening, Turn } from "../state/backlog.js";
import type { FromClient, Received } from "../state/events.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { dropGraph } from "./release-graph.js";
import { startWork } from "./slices.js";
import { openInSlices } from "./submission.js";

/** Handles a message that submits no graph. */
type Act = (state: SchedulerState, client: ClientRecord, event: Received<FromClient>) => void;

/**
 * Messages that do not wait for the graph: they are about the cluster, or about the client itself.
 */
const IMPATIENT: ReadonlySet<FromClient["type"]> = new Set([
  "clientHeartbeat",
  "clientObserved",
  "describeCluster",
  "observeRun",
  "dumpState",
  "tellStory",
  "reportWorkerExit",
  "retireWorkers",
  "adviseScale",
  "restartCluster",
  "closeClient",
  "shutdownCluster",
]);

/** The cost of one message besides its graph. */
const MESSAGE_COST = 10;

/**
 * Handles a client's message that is its turn, or may be one: a submission begins a turn, and what
 * follows waits for its end.
 *
 * @returns whether the message needs nothing more
 */
export function takeTurn(
  state: SchedulerState,
  client: ClientRecord,
  event: Received<FromClient>,
  act: Act,
): boolean {
  const { turns } = state.backlog;
  const turn = turns.get(client);
  if (turn !== undefined) {
    if (IMPATIENT.has(event.type)) return false;
    if (event.type !== "releaseGraph" || !isGivenUp(state, turn, event.graph)) {
      turn.held.push(event);
    }
    return true;
  }
  if (event.type !== "submitGraph") return false;
  const held = new Fifo<Received<FromClient>>();
  held.push(event);
  const begun: Turn = { type: "turn", client, held, opening: undefined, slices: nothing() };
  begun.slices = handleHeld(state, begun, act);
  turns.set(client, begun);
  startWork(state, begun);
  return true;
}

/** The client is gone: nothing of its turn happens any more. */
export function endTurn(state: SchedulerState, client: ClientRecord): void {
  const { turns, work } = state.backlog;
  const turn = turns.get(client);
  if (turn === undefined) return;
  turn.held.drain();
  abandonOpening(state, turn);
  turns.delete(client);
  work.delete(turn);
}

/** Gives up the graph that is being taken in, and reports why to its client. */
export function failOpening(state: SchedulerState, turn: Turn, error: WireError): void {
  const { opening } = turn;
  if (opening === undefined || opening.isOver) return;
  sendToClient(state, turn.client, { type: "graphErred", graph: opening.event.graph, error });
  abandonOpening(state, turn);
}

function* nothing(): Sliced<void> {}

function* handleHeld(state: SchedulerState, turn: Turn, act: Act): Sliced<void> {
  const { client, held } = turn;
  for (let event = held.shift(); event !== undefined; event = held.shift()) {
    if (event.type === "submitGraph") yield* openHeld(state, turn, event);
    else {
      speakFor(state, turn, () => act(state, client, event as Received<FromClient>));
      yield MESSAGE_COST;
    }
  }
  if (state.backlog.turns.get(client) === turn) state.backlog.turns.delete(client);
}

/** Takes in a graph; one that cannot be run is answered with `graphErred` and leaves no trace. */
function* openHeld(state: SchedulerState, turn: Turn, event: SubmitGraph): Sliced<void> {
  const opening: Opening = { event, graph: undefined, phase: "planned", isOver: false };
  turn.opening = opening;
  const slices = openInSlices(state, turn.client, event, opening);
  while (!opening.isOver) {
    try {
      const next = speakFor(state, turn, () => slices.next());
      if (next.done === true) break;
      yield next.value;
    } catch (error) {
      // Layers are a client's input: an error of expanding them is that graph's error, not ours.
      if (opening.graph !== undefined && !isOfGraph(error)) throw error;
      state.backlog.speaker = undefined;
      failOpening(state, turn, toWireError(error));
    }
  }
  turn.opening = undefined;
}

function isOfGraph(error: unknown): boolean {
  return error instanceof GraphError || error instanceof ProtocolError;
}

/** Does something for the client of a turn, who is to blame if that fails. */
function speakFor<Result>({ backlog }: SchedulerState, turn: Turn, body: () => Result): Result {
  backlog.speaker = turn.client.peer;
  const result = body();
  backlog.speaker = undefined;
  return result;
}

/**
 * Gives up the graph that is being taken in, unless its client has said more since: that may be
 * about the graph. Returns whether it is given up.
 */
function isGivenUp(state: SchedulerState, turn: Turn, graph: string): boolean {
  if (turn.opening?.event.graph !== graph || turn.held.length > 0) return false;
  abandonOpening(state, turn);
  return true;
}

function abandonOpening(state: SchedulerState, { opening }: Turn): void {
  if (opening === undefined) return;
  opening.isOver = true;
  if (opening.graph !== undefined && state.graphs.has(opening.graph)) {
    dropGraph(state, opening.graph);
  }
}
