// Tables that sort and search, and the views that are tables: workers, layers, jobs, errors,
// events.
import { useMemo, useState } from "preact/hooks";
import { bytes, clock, count, duration, percent } from "./words.js";

const ROWS_MAX = 200;

/** @param columns each with `name`, `value` to sort by and, if it reads otherwise, `show` */
export function Table({ label, columns, rows, sortedBy = 0, isDescending = false, onPick }) {
  const [sort, setSort] = useState({ at: sortedBy, down: isDescending });
  const [wanted, setWanted] = useState("");
  const shown = useMemo(() => {
    const text = wanted.toLowerCase();
    const found = rows.filter((row) =>
      columns.some(({ value }) => String(value(row)).toLowerCase().includes(text)),
    );
    const { value } = columns[sort.at];
    const sign = sort.down ? -1 : 1;
    found.sort((a, b) => sign * compare(value(a), value(b)));
    return found;
  }, [rows, wanted, sort, columns]);
  const turn = (at) => setSort({ at, down: sort.at === at ? !sort.down : true });
  return (
    <section>
      <label class="search">
        <span class="hidden">search {label}</span>
        <input
          type="search"
          placeholder={`search ${label}`}
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
        <output>{count(shown.length)}</output>
      </label>
      <div class="scroll">
        <table class="sortable" aria-label={label}>
          <thead>
            <tr>
              {columns.map(({ name, value }, at) => (
                <th
                  key={name}
                  class={isNumber(value, rows) ? "number" : ""}
                  aria-sort={ariaSort(sort, at)}
                >
                  <button type="button" onClick={() => turn(at)}>
                    {name}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, ROWS_MAX).map((row) => (
              <tr key={row.id ?? `${row.atMs} ${row.text ?? row.key}`}>
                {columns.map(({ name, value, show }, at) => (
                  <td
                    key={name}
                    class={typeof value(row) === "number" ? "number" : ""}
                    data-name={name}
                  >
                    {at === 0 && onPick !== undefined ? (
                      <button type="button" class="link" onClick={() => onPick(row)}>
                        {show?.(row) ?? value(row)}
                      </button>
                    ) : (
                      (show?.(row) ?? value(row))
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length > ROWS_MAX && (
        <p class="quiet">The first {ROWS_MAX} are shown: search, or sort by another column.</p>
      )}
    </section>
  );
}

function isNumber(value, [first]) {
  return first !== undefined && typeof value(first) === "number";
}

function ariaSort({ at, down }, column) {
  if (at !== column) return "none";
  return down ? "descending" : "ascending";
}

function compare(a, b) {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : String(a).localeCompare(String(b));
}

const of = (name, field, show) => ({
  name,
  value: (row) => row[field] ?? "",
  ...(show === undefined ? {} : { show: (row) => show(row[field] ?? 0, row) }),
});

const LAYER_COLUMNS = [
  of("layer", "title"),
  of("kind", "kind"),
  of("tasks", "total", count),
  of("waiting", "waiting", count),
  of("ready", "ready", count),
  of("running", "running", count),
  of("done", "done", count),
  of("failed", "failed", count),
  of("forgotten", "forgotten", count),
  of("time", "busyMs", duration),
  { name: "mean", value: meanMs, show: (row) => duration(meanMs(row)) },
  of("longest", "longestMs", duration),
  of("made", "madeBytes", bytes),
  of("in memory", "heldBytes", bytes),
  of("peak", "peakHeldBytes", bytes),
  of("moved", "movedBytes", bytes),
];

function meanMs({ busyMs, done }) {
  return done === 0 ? 0 : busyMs / done;
}

export function Layers({ data, onPick }) {
  const rows = [...data.layers.values()];
  return (
    <Table
      label="layers"
      columns={LAYER_COLUMNS}
      rows={rows}
      sortedBy={9}
      isDescending
      onPick={onPick}
    />
  );
}

const WORKER_COLUMNS = [
  of("worker", "name"),
  { name: "state", value: workerState },
  of("threads", "threads"),
  of("on threads", "executing"),
  of("handed out", "processing", count),
  of("done", "done", count),
  of("failed", "failed", count),
  { name: "busy", value: busyPart, show: (row) => percent(busyPart(row), 1) },
  { name: "cores", value: coresUsed, show: (row) => coresUsed(row).toFixed(1) },
  of("values", "managedBytes", bytes),
  of("process", "processBytes", bytes),
  of("peak", "peakProcessBytes", bytes),
  of("limit", "memoryLimitBytes", bytes),
  of("spilled", "spilledBytes", bytes),
  of("fetched", "fetchedBytes", bytes),
  of("stolen", "stolen", count),
  of("address", "address"),
];

export function workerState({ goneMs, goneReason, isRetiring, processBytes, memoryLimitBytes }) {
  if (goneMs !== undefined) return `gone: ${goneReason}`;
  if (isRetiring) return "leaving";
  return processBytes > 0.8 * memoryLimitBytes ? "memory is short" : "here";
}

function lifeMs({ joinedMs, seenMs }) {
  return Math.max(1, seenMs - joinedMs);
}

function busyPart(row) {
  return row.busyMs / (lifeMs(row) * row.threads);
}

/** Now where that is known, else on average. */
export function coresUsed(row) {
  return row.coresNow ?? row.cpuMs / lifeMs(row);
}

export function Workers({ data, onPick }) {
  const rows = [...data.workers.values()];
  return <Table label="workers" columns={WORKER_COLUMNS} rows={rows} onPick={onPick} />;
}

export function Jobs({ data, onPick }) {
  const columns = useMemo(
    () => [
      of("job", "id"),
      { name: "name", value: (row) => jobTitle(row, data) },
      of("client", "client"),
      of("state", "state"),
      {
        name: "since",
        value: ({ submittedMs }) => submittedMs,
        show: (row) => clock(row.submittedMs, data.epochMs),
      },
      {
        name: "took",
        value: (row) => tookMs(row, data),
        show: (row) => duration(tookMs(row, data)),
      },
      of("tasks", "total", count),
      of("done", "done", count),
      of("moved", "movedBytes", bytes),
      of("most on one worker", "peakWorkerBytes", bytes),
      of("predicted", "predictedPeakBytes", (value) => (value > 0 ? bytes(value) : "–")),
    ],
    [data.overview?.nowMs],
  );
  return (
    <Table
      label="jobs"
      columns={columns}
      rows={[...data.jobs.values()]}
      sortedBy={4}
      isDescending
      onPick={onPick}
    />
  );
}

/** The name of a job in progress bars and the log; in older runs its last layer. */
export function jobTitle(job, data) {
  return job.name ?? data.layers.get(job.layers.at(-1))?.title ?? job.id;
}

export function tookMs({ submittedMs, endedMs }, { overview }) {
  return (endedMs ?? overview?.nowMs ?? submittedMs) - submittedMs;
}

export function Errors({ data, onStory }) {
  if (data.errors.length === 0) return <p class="quiet">No task has failed.</p>;
  const columns = [
    of("task", "key"),
    of("worker", "worker"),
    { name: "time", value: ({ atMs }) => atMs, show: ({ atMs }) => clock(atMs, data.epochMs) },
    { name: "then", value: ({ isRetried }) => (isRetried ? "tried again" : "failed") },
    {
      name: "message",
      value: ({ message, stack }) => `${message} ${stack}`,
      show: (error) => <Failure error={error} />,
    },
  ];
  const rows = data.errors.map((error, k) => ({ ...error, id: k }));
  return (
    <Table
      label="errors"
      columns={columns}
      rows={rows}
      sortedBy={2}
      isDescending
      onPick={({ key }) => onStory(key)}
    />
  );
}

function Failure({ error: { message, stack } }) {
  return (
    <>
      <p class="message">{message}</p>
      {stack !== "" && (
        <details>
          <summary>stack</summary>
          <pre>{stack}</pre>
        </details>
      )}
    </>
  );
}

export function Events({ data }) {
  const columns = [
    { name: "time", value: ({ atMs }) => atMs, show: ({ atMs }) => clock(atMs, data.epochMs) },
    of("level", "level"),
    of("event", "text"),
  ];
  return <Table label="events" columns={columns} rows={data.events} isDescending />;
}
