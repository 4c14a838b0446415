// Tables of what the scheduler, or a worker, is asked for while they are shown: actors, futures,
// tasks, logs, configuration. A saved run has them as they were.
import { useEffect, useState } from "preact/hooks";
import { Table } from "./tables.jsx";
import { bytes, count } from "./words.js";

const REFRESH_MS = 2_000;

/**
 * What a path of the API answers, again every two seconds; undefined before its first answer, also
 * where another path has answered before.
 */
export function useAnswer(source, path, isRefreshed = true) {
  const [answer, setAnswer] = useState({ path, found: undefined });
  useEffect(() => {
    let timer;
    let isOver = false;
    const refresh = async () => {
      const found = await source.ask(path);
      if (isOver) return;
      if (found !== undefined) setAnswer({ path, found });
      if (isRefreshed && source.isLive) timer = setTimeout(refresh, REFRESH_MS);
    };
    void refresh();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [source, path, isRefreshed]);
  return answer.path === path ? answer.found : undefined;
}

const plain = (name, field = name) => ({ name, value: (row) => row[field] });
const listed = (name, field = name) => ({ name, value: (row) => row[field].join(", ") });

const ASKED = {
  actors: {
    path: "actors",
    none: "There is no actor.",
    // Those that live come first.
    isDescending: true,
    sortedBy: 1,
    columns: [
      plain("actor", "name"),
      plain("state"),
      plain("worker"),
      plain("handles"),
      plain("made"),
      plain("restarts left", "restartsLeft"),
      listed("methods"),
      plain("id"),
    ],
  },
  futures: {
    path: "futures",
    none: "No result of a call is wanted.",
    columns: [
      plain("key"),
      plain("state"),
      { name: "bytes", value: (row) => row.bytes, show: (row) => bytes(row.bytes) },
      listed("workers"),
    ],
  },
  logs: {
    path: "logs",
    none: "Nothing was logged.",
    isDescending: true,
    columns: [
      {
        name: "time",
        value: ({ atMs }) => atMs,
        show: ({ atMs }) => new Date(atMs).toLocaleTimeString("en-GB"),
      },
      plain("process"),
      plain("level"),
      plain("line", "text"),
    ],
  },
  tasks: {
    path: "tasks",
    none: "It has no task.",
    isDescending: true,
    sortedBy: 1,
    columns: [
      plain("key"),
      plain("state"),
      { name: "bytes", value: (row) => row.bytes, show: (row) => bytes(row.bytes) },
      plain("waits for", "missing"),
      plain("priority"),
    ],
  },
  configuration: {
    path: "configuration",
    none: "There are no options.",
    columns: [plain("option", "name"), plain("value")],
  },
};

/** @param what one of the names in {@link ASKED} */
export function Asked({ source, what, onStory }) {
  const { path, none, columns, isDescending = false, sortedBy = 0 } = ASKED[what];
  const rows = useAnswer(source, path);
  if (rows === undefined) {
    const text = source.isLive ? "Asking …" : "A saved run does not have this.";
    return <p class="quiet">{text}</p>;
  }
  if (rows.length === 0) return <p class="quiet">{none}</p>;
  const numbered = rows.map((row, k) => ({ ...row, id: row.id ?? row.key ?? k }));
  return (
    <Table
      key={what}
      label={what}
      columns={columns}
      rows={numbered}
      isDescending={isDescending}
      sortedBy={sortedBy}
      onPick={what === "futures" ? (row) => onStory(row.key) : undefined}
    />
  );
}

/** The largest values of a worker. */
export function LargestValues({ rows, onStory }) {
  if (rows.length === 0) return <p class="quiet">It holds no value.</p>;
  const columns = [
    plain("key"),
    { name: "bytes", value: (row) => row.bytes, show: (row) => bytes(row.bytes) },
    plain("place"),
  ];
  const numbered = rows.map((row, k) => ({ ...row, id: `${row.key} ${k}` }));
  return (
    <>
      {rows.length > 1 && <p class="quiet">The largest {count(rows.length)}.</p>}
      <Table
        label="largest values"
        columns={columns}
        rows={numbered}
        sortedBy={1}
        isDescending
        onPick={onStory && ((row) => onStory(row.key))}
      />
    </>
  );
}
