// Memory over time: of each worker, its results by layer, stacked, beside what was predicted; by
// layer over all workers; and how far the jobs' peaks were from what explain() had predicted.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { predictionOf } from "./job.jsx";
import { jobTitle } from "./tables.jsx";
import { bytes, duration, isDark, layerColour } from "./words.js";

const WORKERS_SHOWN = 8;
const LAYERS_SHOWN = 8;
/** A layer below this part of the largest is not seen in a stack. */
const SEEN_SHARE = 0.005;
const JOBS_SHOWN = 8;

export function Memory({ data }) {
  if (data.samples.length < 2) return <p class="quiet">Nothing was measured yet.</p>;
  const peak = [...data.workers.values()].map(({ name, peakProcessBytes }) => [
    name,
    peakProcessBytes,
  ]);
  peak.sort((a, b) => b[1] - a[1]);
  return (
    <>
      <section>
        <h2>By worker</h2>
        <Plot label="memory of the processes of workers over time" plot={byWorker(data)} />
        <p class="quiet">
          The most at any time:{" "}
          {peak
            .slice(0, WORKERS_SHOWN)
            .map(([name, most]) => `${name} ${bytes(most)}`)
            .join(", ")}
        </p>
      </section>
      <Peaks data={data} />
      <ByLayer data={data} />
      <section>
        <h2>Throughput</h2>
        <Plot label="tasks a second over time" plot={byRate(data)} />
      </section>
    </>
  );
}

/** Results by layer: of the worker that was chosen, at first the one that held most, or of all. */
function ByLayer({ data }) {
  const [chosen, setChosen] = useState(undefined);
  const isKnown = data.samples.some(({ layerBytesOn }) => layerBytesOn !== undefined);
  const workers = isKnown ? [...data.workers.values()] : [];
  workers.sort((a, b) => b.peakHeldBytes - a.peakHeldBytes);
  const worker = chosen === "" ? undefined : (data.workers.get(Number(chosen)) ?? workers[0]);
  const plot = byLayer(data, worker?.id);
  const where = worker === undefined ? "all workers" : worker.name;
  return (
    <section>
      <h2>Results by layer, stacked</h2>
      {workers.length > 0 && (
        <label class="search">
          <span>on</span>
          <select
            value={worker === undefined ? "" : String(worker.id)}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            <option value="">all workers</option>
            {workers.map(({ id, name }) => (
              <option key={id} value={String(id)}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <Plot label={`bytes of results by layer over time, stacked, on ${where}`} plot={plot} />
    </section>
  );
}

/** The jobs whose values took most, beside what explain() had predicted. */
function Peaks({ data }) {
  const jobs = [...data.jobs.values()].filter(({ peakWorkerBytes }) => peakWorkerBytes > 0);
  if (jobs.length === 0) return null;
  jobs.sort((a, b) => b.peakWorkerBytes - a.peakWorkerBytes);
  const shown = jobs.slice(0, JOBS_SHOWN);
  const isPredicted = shown.some(({ predictedPeakBytes }) => predictedPeakBytes !== undefined);
  return (
    <section>
      <h2>Most values on one worker, by job</h2>
      <div class="scroll">
        <table aria-label="memory of jobs">
          <thead>
            <tr>
              <th>job</th>
              <th class="number">real</th>
              <th>predicted</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((job) => (
              <tr key={job.id}>
                <td>{jobTitle(job, data)}</td>
                <td class="number">{bytes(job.peakWorkerBytes)}</td>
                <td>{predictionOf(job)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!isPredicted && (
        <p class="quiet">
          Call explain({"{ measure: true }"}) before a job, and its prediction is here.
        </p>
      )}
    </section>
  );
}

function seconds({ samples, overview }) {
  const zero = overview?.startedMs ?? 0;
  return samples.map(({ atMs }) => (atMs - zero) / 1000);
}

function byWorker(data) {
  const ids = [...data.workers.values()]
    .sort((a, b) => b.peakProcessBytes - a.peakProcessBytes)
    .slice(0, WORKERS_SHOWN);
  const dark = isDark();
  const columns = ids.map(({ id }) =>
    data.samples.map(({ workers, processBytes }) => processBytes[workers.indexOf(id)] ?? null),
  );
  const series = ids.map(({ name }, k) => ({
    label: name,
    stroke: `hsl(${(k * 47) % 360} 60% ${dark ? 65 : 40}%)`,
  }));
  return { times: seconds(data), columns, series, show: bytes };
}

/**
 * Each column contains those below it. Of one worker, there is what the other layers hold, too, and
 * a line for the most that was predicted of jobs that ran then.
 *
 * @param worker its number; undefined for all
 */
function byLayer(data, worker) {
  const { samples } = data;
  const ids = largestLayers(samples, worker);
  const dark = isDark();
  const sums = samples.map(() => 0);
  const stacked = (bytesAt) =>
    samples.map((sample, at) => {
      sums[at] += bytesAt(sample, at);
      return sums[at];
    });
  const columns = ids.map((id) => stacked((sample) => bytesOf(sample, id, worker)));
  const series = ids.map((id) => {
    const colour = layerColour(data.layers.get(id)?.title ?? "", dark);
    return { label: data.layers.get(id)?.title ?? `layer ${id}`, stroke: colour, fill: colour };
  });
  const rest = stacked((sample, at) => Math.max(0, heldBy(sample, worker) - sums[at]));
  if (rest.some((bytes, at) => bytes > (columns.at(-1)?.[at] ?? 0))) {
    const grey = dark ? "#6b7480" : "#aab2bd";
    columns.push(rest);
    series.push({ label: "other layers", stroke: grey, fill: grey });
  }
  // The highest is drawn first, so that the others are seen before it.
  columns.reverse();
  series.reverse();
  const predicted = samples.map(({ atMs }) => predictedAt(data, atMs));
  if (worker !== undefined && predicted.some((bytes) => bytes !== null)) {
    columns.push(predicted);
    series.push({ label: "predicted peak", stroke: dark ? "#ff9d7a" : "#b3261e", dash: [6, 4] });
  }
  return { times: seconds(data), columns, series, show: bytes };
}

function largestLayers(samples, worker) {
  const most = new Map();
  for (const sample of samples) {
    for (const id of sample.layers) {
      const bytes = bytesOf(sample, id, worker);
      if (bytes > 0) most.set(id, Math.max(most.get(id) ?? 0, bytes));
    }
  }
  const sorted = [...most].sort((a, b) => b[1] - a[1]);
  const [, largest = 0] = sorted[0] ?? [];
  const seen = sorted.filter(([, bytes]) => bytes >= SEEN_SHARE * largest);
  return seen.slice(0, LAYERS_SHOWN).map(([id]) => id);
}

/** Bytes of a layer on a worker, or on all. */
function bytesOf({ layers, layerBytes, layerBytesOn, workers }, id, worker) {
  const row = layers.indexOf(id);
  if (worker === undefined) return layerBytes[row] ?? 0;
  return layerBytesOn?.[row]?.[workers.indexOf(worker)] ?? 0;
}

/** Bytes of all layers. */
function heldBy({ heldBytes = [], workers }, worker) {
  if (worker !== undefined) return heldBytes[workers.indexOf(worker)] ?? 0;
  return heldBytes.reduce((sum, each) => sum + each, 0);
}

/** The most that explain() had predicted of one of the jobs that ran then; null without one. */
function predictedAt({ jobs }, atMs) {
  let most = null;
  for (const {
    submittedMs,
    endedMs = Number.POSITIVE_INFINITY,
    predictedPeakBytes,
  } of jobs.values()) {
    const isThen = atMs >= submittedMs && atMs <= endedMs;
    if (predictedPeakBytes !== undefined && isThen) most = Math.max(most ?? 0, predictedPeakBytes);
  }
  return most;
}

function byRate(data) {
  const rates = data.samples.map(({ atMs, done }, k) => {
    const before = data.samples[k - 1];
    return before === undefined
      ? null
      : Math.max(0, (1000 * (done - before.done)) / (atMs - before.atMs));
  });
  const series = [{ label: "tasks/s", stroke: isDark() ? "#7fb2ff" : "#2563c9" }];
  return {
    times: seconds(data),
    columns: [rates],
    series,
    show: (value) => String(Math.round(value)),
  };
}

export function Plot({ label, plot }) {
  const place = useRef(null);
  const drawn = useRef(undefined);
  const names = plot.series.map(({ label: name }) => name).join("\n");
  useEffect(() => {
    drawn.current?.destroy();
    drawn.current = makePlot(place.current, plot);
    const observer = new ResizeObserver(([entry]) => {
      drawn.current?.setSize({ width: Math.max(240, entry.contentRect.width), height: 220 });
    });
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      drawn.current?.destroy();
      drawn.current = undefined;
    };
  }, [names]);
  useEffect(() => drawn.current?.setData([plot.times, ...plot.columns]));
  return <div ref={place} role="img" aria-label={label} />;
}

function makePlot(place, { times, columns, series, show }) {
  const ink = isDark() ? "#c3cbd6" : "#3c4653";
  const grid = { stroke: isDark() ? "#ffffff18" : "#00000012" };
  const axis = { stroke: ink, grid, ticks: grid };
  return new uPlot(
    {
      width: Math.max(240, place.clientWidth),
      height: 220,
      scales: { x: { time: false } },
      cursor: { drag: { x: true, y: false } },
      series: [
        { label: "time", value: (_plot, at) => (at === null ? "–" : duration(at * 1000)) },
        ...series.map((each) => ({
          width: 1.5,
          points: { show: false },
          spanGaps: false,
          value: (_plot, value) => (value === null ? "–" : show(value)),
          ...each,
        })),
      ],
      axes: [
        { ...axis, values: (_plot, splits) => splits.map((at) => duration(at * 1000)) },
        { ...axis, size: 70, values: (_plot, splits) => splits.map(show) },
      ],
    },
    [times, ...columns],
    place,
  );
}
