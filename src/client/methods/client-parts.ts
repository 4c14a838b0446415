// The parts of a client that its chapters of methods share, and the chapters' way to the scheduler.
import type { Actors } from "../actors/client-actors.js";
import type { Coordination } from "../coordination/coordination.js";
import type { ClientPlugins } from "../session/client-plugins.js";
import type { Connection } from "../session/connection.js";
import type { Answers, Question } from "../session/session-listeners.js";

/** The parts of one client. */
export interface ClientParts {
  readonly address: string;
  readonly connection: Connection;
  readonly actors: Actors;
  readonly plugins: ClientPlugins;
  readonly coordination: Coordination;
  /** The plugin with the variables of its environment. */
  environment?: string;
}

const byClient = new WeakMap<object, ClientParts>();

/** Gives a new client its parts. */
export function setParts(client: object, parts: ClientParts): void {
  byClient.set(client, parts);
}

/** The parts of a client. */
export function partsOf(client: object): ClientParts {
  const parts = byClient.get(client);
  if (parts === undefined) throw new TypeError("a method of Client was called on something else");
  return parts;
}

/**
 * Asks the scheduler of a client.
 *
 * @throws ClusterError `cluster.closed` once the client is closed, `cluster.schedulerLost` without
 * a scheduler
 */
export async function ask<Type extends keyof Answers>(
  client: object,
  type: Type,
  question: Question<Type>,
): Promise<Answers[Type]> {
  return (await partsOf(client).connection.session()).ask(type, question);
}
