// Answers requests to `/api/v1`. Those that change something need a token.
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isTileworkError } from "../../base/errors.js";
import type { Endpoint, Endpoints } from "../views/endpoint.js";
import { readBody, sendJson } from "./responses.js";

/** What an API is of. */
export interface ServedApi<Subject> {
  readonly subject: Subject;
  readonly endpoints: Endpoints<Subject>;
  /** Requests with it may change the cluster; without one, such requests are refused. */
  readonly token?: string | undefined;
}

/** The beginning of all paths. */
export const API = "/api/v1";

/** Answers a request to a path that begins with {@link API}. */
export async function answerApi<Subject>(
  api: ServedApi<Subject>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const path = url.pathname.slice(API.length);
  if (path === "/") {
    sendJson(response, 200, describeApi(api.endpoints));
    return;
  }
  const endpoint = Object.hasOwn(api.endpoints, path) ? api.endpoints[path] : undefined;
  if (endpoint === undefined) {
    sendJson(response, 404, { error: `there is no ${url.pathname}: ${API}/ lists all paths` });
    return;
  }
  const refusal = findRefusal(request, endpoint, api.token);
  if (refusal !== undefined) sendJson(response, refusal.status, { error: refusal.error });
  else await run(api.subject, endpoint, request, response, url);
}

async function run<Subject>(
  subject: Subject,
  endpoint: Endpoint<Subject>,
  request: IncomingMessage,
  response: ServerResponse,
  { searchParams: query }: URL,
): Promise<void> {
  try {
    const body = endpoint.method === "POST" ? await readBody(request) : undefined;
    sendJson(response, 200, await endpoint.run(subject, { query, body }));
  } catch (error) {
    const isMistake = error instanceof SyntaxError || isTileworkError(error, "argument.value");
    if (!isMistake) throw error;
    sendJson(response, 400, { error: error.message });
  }
}

/** Why a request is not let in. A page of another site may not send one, even with a token. */
function findRefusal(
  request: IncomingMessage,
  { method }: { readonly method: string },
  token: string | undefined,
): { readonly status: number; readonly error: string } | undefined {
  if (request.method !== method) {
    return { status: 405, error: `${request.method} is not understood here: use ${method}` };
  }
  if (method === "GET") return undefined;
  if (token === undefined) {
    const error =
      "this dashboard only shows: set TILEWORK_DASHBOARD_TOKEN where the scheduler starts";
    return { status: 403, error };
  }
  const given = request.headers.authorization ?? "";
  if (isEqual(given, `Bearer ${token}`)) return undefined;
  return { status: 401, error: "expected the header `Authorization: Bearer TOKEN`" };
}

/** In a time that does not depend on how much of it is right. */
function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The paths with what they answer, for people and programs. */
function describeApi(endpoints: Endpoints<never>) {
  return Object.entries(endpoints).map(([path, { method, about, answer, query, body }]) => ({
    path: `${API}${path}`,
    ...{ method, about, answer },
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  }));
}
