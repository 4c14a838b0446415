// The first view: progress, workers, where the time goes, and what the cluster waits for.
import { Figures } from "./figures.jsx";
import { coresUsed, jobTitle, tookMs, workerState } from "./tables.jsx";
import { bytes, count, duration, isDark, layerColour, percent } from "./words.js";

const JOBS_SHOWN = 5;
const LAYERS_SHOWN = 12;
const WORKERS_SHOWN = 24;

export function Overview({ data, onJob, onLayer, onWorker }) {
  const { overview } = data;
  if (overview === undefined) return <p class="quiet">Waiting for the scheduler.</p>;
  const here = [...data.workers.values()].filter(({ goneMs }) => goneMs === undefined);
  const gone = data.workers.size - here.length;
  return (
    <>
      {overview.waitsFor.length > 0 && (
        <section class="waits" role="status">
          <h2>Waits for</h2>
          <ul>
            {overview.waitsFor.map((wait) => (
              <li key={wait}>{wait}</li>
            ))}
          </ul>
        </section>
      )}
      <ClusterFigures data={data} here={here} gone={gone} />
      <section>
        <h2>Jobs</h2>
        <JobBars data={data} onJob={onJob} />
      </section>
      <section>
        <h2>Layers</h2>
        <LayerBars data={data} onLayer={onLayer} />
      </section>
      <section>
        <h2>Where the time of threads went</h2>
        <TimeBar workers={[...data.workers.values()]} />
        {isLongerThan(data) && (
          <p class="quiet">Figures of workers are since they joined, and not of this job alone.</p>
        )}
      </section>
      <section>
        <h2>Workers</h2>
        <WorkerCards workers={here} onWorker={onWorker} />
        {gone > 0 && <GoneWorkers data={data} />}
      </section>
    </>
  );
}

/** Whether workers were there before what is shown began: so it is where one job was saved. */
function isLongerThan({ overview, workers }) {
  return [...workers.values()].some(({ joinedMs }) => joinedMs < overview.startedMs);
}

function ClusterFigures({ data, here, gone }) {
  const { overview } = data;
  const { tasks } = overview;
  const sum = (field) => here.reduce((total, worker) => total + worker[field], 0);
  const figures = [
    ["tasks done", `${count(tasks.done)} of ${count(tasks.total)}`],
    ["running", count(tasks.running)],
    ["per second", count(throughput(data.samples))],
    ["failed", count(tasks.failed)],
    ["workers", gone > 0 ? `${here.length} (${gone} gone)` : `${here.length}`],
    ["threads", count(sum("threads"))],
    ["cores busy", here.reduce((cores, worker) => cores + coresUsed(worker), 0).toFixed(1)],
    ["memory", `${bytes(sum("processBytes"))} of ${bytes(sum("memoryLimitBytes"))}`],
    ["spilled", bytes(sum("spilledBytes"))],
    ["moved", bytes(overview.movedBytes)],
    ["stolen", count(overview.stolen)],
  ];
  return <Figures figures={figures} />;
}

/** Runs a second over the last samples. */
function throughput(samples) {
  const last = samples.at(-1);
  const before = samples.at(-6) ?? samples[0];
  if (last === undefined || before === undefined || last.atMs <= before.atMs) return 0;
  return (1000 * (last.done - before.done)) / (last.atMs - before.atMs);
}

/** Jobs that run, then the latest of the others. */
function JobBars({ data, onJob }) {
  const jobs = [...data.jobs.values()];
  if (jobs.length === 0) return <p class="quiet">No job has come yet.</p>;
  const isRunning = ({ state }) => Number(state === "running");
  jobs.sort((a, b) => isRunning(b) - isRunning(a) || b.submittedMs - a.submittedMs);
  return (
    <>
      <ul class="bars">
        {jobs.slice(0, JOBS_SHOWN).map((job) => (
          <li key={job.id}>
            <button type="button" class="link name" onClick={() => onJob(job)}>
              {jobTitle(job, data)}
            </button>
            <StateBar name={jobTitle(job, data)} states={job} colour="var(--accent)" />
            <span class="quiet">
              {count(job.done)} of {count(job.total)} ·{" "}
              <span class={job.state === "failed" ? "bad" : ""}>{job.state}</span>
              {" · "}
              {duration(tookMs(job, data))}
            </span>
          </li>
        ))}
      </ul>
      {jobs.length > JOBS_SHOWN && (
        <p class="quiet">and {count(jobs.length - JOBS_SHOWN)} more: see Jobs</p>
      )}
    </>
  );
}

/** Layers that are not done come first, then those that took most time. */
function LayerBars({ data, onLayer }) {
  const layers = [...data.layers.values()].filter(({ total }) => total > 0);
  if (layers.length === 0) return <p class="quiet">No job has come yet.</p>;
  const open = ({ waiting, ready, running }) => waiting + ready + running;
  layers.sort((a, b) => Number(open(b) > 0) - Number(open(a) > 0) || b.busyMs - a.busyMs);
  const dark = isDark();
  return (
    <>
      <ul class="bars">
        {layers.slice(0, LAYERS_SHOWN).map((layer) => (
          <li key={layer.id}>
            <button type="button" class="link name" onClick={() => onLayer(layer)}>
              {layer.title}
            </button>
            <StateBar name={layer.title} states={layer} colour={layerColour(layer.title, dark)} />
            <span class="quiet">
              {count(Math.min(layer.done, layer.total))} of {count(layer.total)}
              {layer.failed > 0 && <strong class="bad"> {count(layer.failed)} failed</strong>}
              {" · "}
              {duration(layer.busyMs)} · {bytes(layer.heldBytes)}
            </span>
          </li>
        ))}
      </ul>
      <ul class="legend">
        <li class="quiet">done, in the colour of the layer; then</li>
        {PARTS.map(([field, kind]) => (
          <li key={field}>
            <span class={`swatch block-${kind}`} aria-hidden="true" /> {field}
          </li>
        ))}
      </ul>
      {layers.length > LAYERS_SHOWN && (
        <p class="quiet">and {count(layers.length - LAYERS_SHOWN)} more: see Layers</p>
      )}
    </>
  );
}

/** States of tasks that are not done, and their colours. */
const PARTS = [
  ["failed", "failed"],
  ["running", "running"],
  ["ready", "ready"],
  ["waiting", "waiting"],
];

/** A bar of tasks by their states; what is left has not begun or is not wanted any more. */
function StateBar({ name, states, colour }) {
  const { total } = states;
  const parts = [["done", Math.min(states.done, total)]];
  for (const [field, kind] of PARTS) parts.push([field, states[field] ?? 0, kind]);
  const label = `${name}: ${count(parts[0][1])} of ${count(total)} tasks done`;
  const others = parts.slice(1).filter(([, tasks]) => tasks > 0);
  const words = [label, ...others.map(([field, tasks]) => `${count(tasks)} ${field}`)].join(", ");
  let left = 0;
  return (
    <svg class="bar" role="img" aria-label={words} preserveAspectRatio="none" viewBox="0 0 100 10">
      <title>{words}</title>
      <rect class="rest" width="100" height="10" />
      {parts.map(([field, tasks, kind]) => {
        const width = Math.min(100 - left, (100 * tasks) / Math.max(1, total));
        left += width;
        const fill = kind === undefined ? colour : `var(--block-${kind})`;
        return <rect key={field} x={left - width} width={width} height="10" fill={fill} />;
      })}
    </svg>
  );
}

function TimeBar({ workers }) {
  const sum = (field) => workers.reduce((total, worker) => total + worker[field], 0);
  const parts = [
    ["computing", sum("busyMs"), "computing"],
    ["waiting for transfers", sum("transferWaitMs"), "transfer"],
    ["waiting for the disk", sum("diskWaitMs"), "disk"],
    ["idle", sum("idleMs"), "idle"],
  ];
  const whole = parts.reduce((total, [, ms]) => total + ms, 0);
  if (whole === 0) return <p class="quiet">Nothing has run yet.</p>;
  let left = 0;
  const label = parts.map(([name, ms]) => `${name} ${percent(ms, whole)}`).join(", ");
  return (
    <>
      <svg
        class="bar tall"
        role="img"
        aria-label={label}
        preserveAspectRatio="none"
        viewBox="0 0 100 10"
      >
        {parts.map(([name, ms, kind]) => {
          const width = (100 * ms) / whole;
          left += width;
          return <rect key={name} class={kind} x={left - width} width={width} height="10" />;
        })}
      </svg>
      <ul class="legend">
        {parts.map(([name, ms, kind]) => (
          <li key={name}>
            <span class={`swatch ${kind}`} aria-hidden="true" /> {name} {percent(ms, whole)}
          </li>
        ))}
      </ul>
    </>
  );
}

function WorkerCards({ workers, onWorker }) {
  if (workers.length === 0) return <p class="bad">No worker is here.</p>;
  return (
    <>
      <ul class="cards">
        {workers.slice(0, WORKERS_SHOWN).map((worker) => (
          <li key={worker.id}>
            <button type="button" class="link" onClick={() => onWorker(worker)}>
              {worker.name}
            </button>
            <MemoryBar worker={worker} />
            <span class="quiet">
              {worker.executing} of {worker.threads} threads · {coresUsed(worker).toFixed(1)} cores
              · {bytes(worker.processBytes)} of {bytes(worker.memoryLimitBytes)}
              {workerState(worker) !== "here" && (
                <strong class="bad"> {workerState(worker)}</strong>
              )}
            </span>
          </li>
        ))}
      </ul>
      <ul class="legend">
        {MEMORY_PARTS.map(([name, kind]) => (
          <li key={name}>
            <span class={`swatch ${kind}`} aria-hidden="true" /> {name}
          </li>
        ))}
      </ul>
      {workers.length > WORKERS_SHOWN && (
        <p class="quiet">and {count(workers.length - WORKERS_SHOWN)} more: see Workers</p>
      )}
    </>
  );
}

const MEMORY_PARTS = [
  ["values", "values"],
  ["other memory of the process", "other"],
  ["values on disk", "disk"],
];

function MemoryBar({ worker }) {
  const { managedBytes, processBytes, spilledBytes, memoryLimitBytes } = worker;
  const scale = (value) => Math.min(100, (100 * value) / Math.max(1, memoryLimitBytes));
  const label = `memory: values ${bytes(managedBytes)}, process ${bytes(processBytes)}, spilled ${bytes(spilledBytes)}`;
  return (
    <svg class="bar" role="img" aria-label={label} preserveAspectRatio="none" viewBox="0 0 100 10">
      <rect class="rest" width="100" height="10" />
      <rect class="other" width={scale(Math.max(processBytes, managedBytes))} height="10" />
      <rect class="values" width={scale(managedBytes)} height="10" />
      <rect class="disk" y="8" width={scale(spilledBytes)} height="2" />
    </svg>
  );
}

function GoneWorkers({ data }) {
  const gone = [...data.workers.values()].filter(({ goneMs }) => goneMs !== undefined);
  return (
    <ul class="gone">
      {gone.slice(-5).map(({ id, name, goneReason }) => (
        <li key={id}>
          <strong>{name}</strong> is gone: {goneReason}
        </li>
      ))}
    </ul>
  );
}
