// Events, which are set or not, and variables, which have a value or not. A request waits until it
// can be answered.
import {
  type CoordinationState,
  cancelWaitIn,
  type Effects,
  type EventRecord,
  type Party,
  type SharedValue,
  takeAll,
  type VariableRecord,
  type Wait,
} from "../state/coordination-state.js";

/** The event is set: all waiters continue. */
export function setEvent(coordination: CoordinationState, name: string, effects: Effects): void {
  const event = eventOf(coordination, name);
  event.isSet = true;
  for (const wait of event.waiting.splice(0)) effects.answer(wait, {});
}

/** It is not set any more. */
export function clearEvent(coordination: CoordinationState, name: string): void {
  const event = coordination.events.get(name);
  if (event === undefined) return;
  event.isSet = false;
  tidyEvent(coordination, name);
}

/** Answers when the event is set. */
export function waitForEvent(
  coordination: CoordinationState,
  name: string,
  wait: Wait,
  effects: Effects,
): void {
  const event = eventOf(coordination, name);
  if (event.isSet) effects.answer(wait, {});
  else event.waiting.push(wait);
}

/** The variable's value is another one from now on. */
export function setVariable(
  coordination: CoordinationState,
  name: string,
  value: SharedValue,
  effects: Effects,
): void {
  const variable = variableOf(coordination, name);
  const before = variable.value;
  variable.value = value;
  for (const wait of variable.waiting.splice(0)) effects.answer(wait, { value });
  if (before !== undefined) effects.drop(before);
}

/** Answers with the variable's value when it has one. */
export function getVariable(
  coordination: CoordinationState,
  name: string,
  wait: Wait,
  effects: Effects,
): void {
  const variable = variableOf(coordination, name);
  if (variable.value !== undefined) effects.answer(wait, { value: variable.value });
  else variable.waiting.push(wait);
}

/** It has none any more. */
export function deleteVariable(
  coordination: CoordinationState,
  name: string,
  effects: Effects,
): void {
  const variable = coordination.variables.get(name);
  if (variable?.value === undefined) return;
  effects.drop(variable.value);
  variable.value = undefined;
  tidyVariable(coordination, name);
}

/** They wait for nothing any more. */
export function leaveFlags(
  coordination: CoordinationState,
  isGone: (party: Party) => boolean,
): void {
  for (const [name, { waiting }] of coordination.events) {
    takeAll(waiting, isGone);
    tidyEvent(coordination, name);
  }
  for (const [name, { waiting }] of coordination.variables) {
    takeAll(waiting, isGone);
    tidyVariable(coordination, name);
  }
}

/** Cancels the party's wait; returns whether there was one. */
export function cancelFlagWait(
  coordination: CoordinationState,
  party: Party,
  wait: number,
  effects: Effects,
): boolean {
  const { events, variables } = coordination;
  const name =
    cancelWaitIn(events, party, wait, effects) ?? cancelWaitIn(variables, party, wait, effects);
  if (name === undefined) return false;
  tidyEvent(coordination, name);
  tidyVariable(coordination, name);
  return true;
}

function eventOf({ events }: CoordinationState, name: string): EventRecord {
  let event = events.get(name);
  if (event === undefined) events.set(name, (event = { isSet: false, waiting: [] }));
  return event;
}

function variableOf({ variables }: CoordinationState, name: string): VariableRecord {
  let variable = variables.get(name);
  if (variable === undefined) {
    variable = { value: undefined, waiting: [] };
    variables.set(name, variable);
  }
  return variable;
}

function tidyEvent({ events }: CoordinationState, name: string): void {
  const event = events.get(name);
  if (event?.isSet === false && event.waiting.length === 0) events.delete(name);
}

function tidyVariable({ variables }: CoordinationState, name: string): void {
  const variable = variables.get(name);
  if (variable === undefined || variable.value !== undefined) return;
  if (variable.waiting.length === 0) variables.delete(name);
}
