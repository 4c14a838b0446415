// The paths of a worker's own `/api/v1`. All of them only show.
import type { LoggedLine } from "../../protocol/values/logged-line.js";
import { settingRows } from "../../scheduler/inspect/table-rows.js";
import { DURATION_QUERY, durationIn, type Endpoints } from "./endpoint.js";
import { ownFigures, taskRows } from "./own-figures.js";
import type { WatchedWorker } from "./watched-worker.js";

/** All paths, without `/api/v1`. */
export const WORKER_ENDPOINTS: Endpoints<WatchedWorker> = {
  "/worker": {
    method: "GET",
    about: "The worker in figures, as it sees itself.",
    answer: "OwnFigures",
    run: ownFigures,
  },
  "/tasks": {
    method: "GET",
    about: "The tasks that it knows, at most 5,000, those that run first.",
    answer: "WorkerTaskRow[]",
    run: ({ state }) => taskRows(state),
  },
  "/stacks": {
    method: "GET",
    about: "What each thread runs now.",
    answer: "ThreadStack[]",
    run: (worker) => worker.ask({ topic: "stacks" }),
  },
  "/profile": {
    method: "GET",
    about: "Where the time of its threads goes from now on, by samples of their stacks.",
    answer: "ThreadProfile[]",
    query: { durationMs: DURATION_QUERY },
    run: (worker, { query }) => worker.ask({ topic: "profile", durationMs: durationIn(query) }),
  },
  "/values": {
    method: "GET",
    about: "The largest values that it holds.",
    answer: "HeldValue[]",
    run: (worker) => worker.ask({ topic: "values" }),
  },
  "/logs": {
    method: "GET",
    about: "The last lines of its log.",
    answer: "LogRow[]",
    run: async (worker) => {
      const lines = (await worker.ask({ topic: "logs" })) as readonly LoggedLine[];
      return lines.map((line) => ({ process: worker.name, ...line }));
    },
  },
  "/configuration": {
    method: "GET",
    about: "Its options.",
    answer: "SettingRow[]",
    run: ({ state }) => settingRows(state.options),
  },
};
