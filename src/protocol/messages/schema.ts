// Descriptions of messages: a check for each field, from which the message's type follows.
// fields.ts has the checks, the other files of this folder the messages, and messages.ts who may
// send which.

/** Whether a value is a `T`. */
export type Check<T> = (value: unknown) => value is T;

/** A check of a field that may be missing. */
export interface OptionalCheck<T> {
  (value: unknown): value is T;
  readonly isOptional: true;
}

/** The type of the values that a check accepts. */
export type HeldBy<C> = C extends (value: unknown) => value is infer T ? T : never;

/** Checks by field. */
export type FieldChecks = Readonly<Record<string, Check<unknown> | OptionalCheck<unknown>>>;

/** The same type, written out. */
export type Flat<T> = { [K in keyof T]: T[K] };

/** An object whose fields pass their checks. */
export type Fields<F extends FieldChecks> = Flat<
  {
    readonly [K in keyof F as F[K] extends OptionalCheck<unknown> ? never : K]: HeldBy<F[K]>;
  } & {
    readonly [K in keyof F as F[K] extends OptionalCheck<unknown> ? K : never]?: HeldBy<F[K]>;
  }
>;

/** Constraints between the fields of a message. */
export interface Relations<Field> {
  /** Groups of columns that are equally long; one that is missing does not count. */
  readonly columns?: readonly (readonly Field[])[];
  /** A column of counts, and the column that has as many entries as these add up to. */
  readonly sum?: readonly [counts: Field, entries: Field];
}

/** A message: its type, its fields and the constraints between them. */
export interface MessageSchema<Type extends string = string, F extends FieldChecks = FieldChecks> {
  readonly type: Type;
  readonly fields: F;
  readonly relations: Relations<string>;
  /** The names and checks of the fields side by side: they are walked for every message. */
  readonly names: readonly string[];
  readonly checks: readonly Check<unknown>[];
}

/** The schema of a message. */
export function message<const Type extends string, F extends FieldChecks>(
  type: Type,
  fields: F,
  relations: Relations<keyof F & string> = {},
): MessageSchema<Type, F> {
  return { type, fields, relations, names: Object.keys(fields), checks: Object.values(fields) };
}

/** The message that a schema describes. */
export type MessageOf<S> =
  S extends MessageSchema<infer Type, infer F> ? Flat<{ readonly type: Type } & Fields<F>> : never;

/** Schemas by the type of their message. */
export type Schemas = Readonly<Record<string, MessageSchema>>;

/** Schemas by the type of their message. */
export function schemas<const S extends readonly MessageSchema[]>(
  ...all: S
): { readonly [One in S[number] as One["type"]]: One } {
  return Object.fromEntries(all.map((one) => [one.type, one])) as never;
}

/** Any message of a table. */
export type MessageIn<Table> = MessageOf<Table[keyof Table]>;

/** The mistake in the form of `message`; undefined if it is one of `table`. */
export function shapeMistake(message: unknown, table: Schemas): string | undefined {
  if (typeof message !== "object" || message === null) return "a message that is no object";
  const values = message as Record<string, unknown>;
  const { type } = values;
  if (typeof type !== "string") return "a message without a type";
  if (!Object.hasOwn(table, type))
    return `a message of type ${JSON.stringify(type)} is not expected here`;
  const { names, checks, relations } = table[type] as MessageSchema;
  for (let k = 0; k < checks.length; k++) {
    const name = names[k] as string;
    if (!(checks[k] as Check<unknown>)(values[name]))
      return `${type} with an invalid field ${name}`;
  }
  for (const group of relations.columns ?? []) {
    if (areEven(group, values)) continue;
    return `${type} whose columns ${group.join(", ")} differ in length`;
  }
  return relations.sum === undefined ? undefined : sumMistake(type, relations.sum, values);
}

function areEven(group: readonly string[], values: Readonly<Record<string, unknown>>): boolean {
  const rows = (values[group[0] as string] as readonly unknown[]).length;
  for (const name of group) {
    const column = values[name] as readonly unknown[] | undefined;
    if (column !== undefined && column.length !== rows) return false;
  }
  return true;
}

function sumMistake(
  type: string,
  [counts, entries]: readonly [string, string],
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  let sum = 0;
  for (const count of values[counts] as readonly number[]) sum += count;
  if (sum === (values[entries] as readonly unknown[]).length) return undefined;
  return `${type} whose ${counts} do not add up to its ${entries}`;
}
