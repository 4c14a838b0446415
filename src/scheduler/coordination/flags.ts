// Events, which are set or not, and variables, which have a value or not: who asks for what is not there waits.
import {
  type CoordinationBooks,
  type Effects,
  type EventRecord,
  type KeptValue,
  type Party,
  takeAll,
  takeWait,
  type VariableRecord,
  type Wait,
} from "../state/coordination-state.js";

/** The event is set: everybody who waits for it goes on. */
export function setEvent(books: CoordinationBooks, name: string, effects: Effects): void {
  const event = eventOf(books, name);
  event.isSet = true;
  for (const wait of event.waiting.splice(0)) effects.answer(wait, {});
}

/** It is not set any more. */
export function clearEvent(books: CoordinationBooks, name: string): void {
  const event = books.events.get(name);
  if (event === undefined) return;
  event.isSet = false;
  tidyEvent(books, name);
}

/** Answers when the event is set. */
export function waitForEvent(
  books: CoordinationBooks,
  name: string,
  wait: Wait,
  effects: Effects,
): void {
  const event = eventOf(books, name);
  if (event.isSet) effects.answer(wait, {});
  else event.waiting.push(wait);
}

/** The variable's value is another one from now on. */
export function setVariable(
  books: CoordinationBooks,
  name: string,
  value: KeptValue,
  effects: Effects,
): void {
  const variable = variableOf(books, name);
  const before = variable.value;
  variable.value = value;
  for (const wait of variable.waiting.splice(0)) effects.answer(wait, { value });
  if (before !== undefined) effects.drop(before);
}

/** Answers with the variable's value when it has one. */
export function getVariable(
  books: CoordinationBooks,
  name: string,
  wait: Wait,
  effects: Effects,
): void {
  const variable = variableOf(books, name);
  if (variable.value !== undefined) effects.answer(wait, { value: variable.value });
  else variable.waiting.push(wait);
}

/** It has none any more. */
export function deleteVariable(books: CoordinationBooks, name: string, effects: Effects): void {
  const variable = books.variables.get(name);
  if (variable?.value === undefined) return;
  effects.drop(variable.value);
  variable.value = undefined;
  tidyVariable(books, name);
}

/** They wait for nothing any more. */
export function leaveFlags(books: CoordinationBooks, isGone: (party: Party) => boolean): void {
  for (const [name, { waiting }] of books.events) {
    takeAll(waiting, isGone);
    tidyEvent(books, name);
  }
  for (const [name, { waiting }] of books.variables) {
    takeAll(waiting, isGone);
    tidyVariable(books, name);
  }
}

/** The party does not wait any more; says whether it did. */
export function cancelFlagWait(
  books: CoordinationBooks,
  party: Party,
  wait: number,
  effects: Effects,
): boolean {
  for (const records of [books.events, books.variables]) {
    for (const [name, { waiting }] of records) {
      const taken = takeWait(waiting, party, wait);
      if (taken === undefined) continue;
      effects.answer(taken, { isDone: false });
      tidyEvent(books, name);
      tidyVariable(books, name);
      return true;
    }
  }
  return false;
}

function eventOf({ events }: CoordinationBooks, name: string): EventRecord {
  let event = events.get(name);
  if (event === undefined) events.set(name, (event = { isSet: false, waiting: [] }));
  return event;
}

function variableOf({ variables }: CoordinationBooks, name: string): VariableRecord {
  let variable = variables.get(name);
  if (variable === undefined) {
    variable = { value: undefined, waiting: [] };
    variables.set(name, variable);
  }
  return variable;
}

function tidyEvent({ events }: CoordinationBooks, name: string): void {
  const event = events.get(name);
  if (event?.isSet === false && event.waiting.length === 0) events.delete(name);
}

function tidyVariable({ variables }: CoordinationBooks, name: string): void {
  const variable = variables.get(name);
  if (variable === undefined || variable.value !== undefined) return;
  if (variable.waiting.length === 0) variables.delete(name);
}
