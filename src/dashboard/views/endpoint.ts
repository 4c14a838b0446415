// The paths of an API: what each answers, and what a request asks for.
import { ArgumentError } from "../../base/errors.js";
import { PROFILE_MS, PROFILE_MS_MAX } from "../../protocol/values/thread-profiles.js";

/** A parsed request. */
export interface ApiRequest {
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** One path of the API of a scheduler or a worker. */
export interface Endpoint<Subject> {
  readonly method: "GET" | "POST";
  /** Describes the answer or the effect. */
  readonly about: string;
  /** The type of the answer, as docs/reference/api.schema.json has it. */
  readonly answer: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
  run(subject: Subject, request: ApiRequest): unknown;
}

/** All paths, without `/api/v1`. */
export type Endpoints<Subject> = Readonly<Record<string, Endpoint<Subject>>>;

/** What the length of a profile is given as. */
export const DURATION_QUERY = "how long, in milliseconds; at most 60,000; default: 1,000";

/** The length of a profile that a request asks for. */
export function durationIn(query: URLSearchParams): number {
  const durationMs = countIn(query, "durationMs", PROFILE_MS);
  if (durationMs >= 1 && durationMs <= PROFILE_MS_MAX) return durationMs;
  throw new ArgumentError("value", `durationMs is ${durationMs}: expected 1 to ${PROFILE_MS_MAX}`);
}

/** A whole number of a request. */
export function countIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ArgumentError(
    "value",
    `${name} is ${JSON.stringify(text)}: expected a whole number from 0`,
  );
}
