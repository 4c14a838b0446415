// The view of one worker: its figures, what each thread runs now, a flame graph of where the time
// of its threads goes, and the largest values that it holds.
import { useState } from "preact/hooks";
import { LargestValues, useAnswer } from "./asked.jsx";
import { Figures } from "./figures.jsx";
import { FlameGraph } from "./flame.jsx";
import { workerState } from "./tables.jsx";
import { bytes, clock, count, duration, percent } from "./words.js";

const PROFILES = [
  [1_000, "profile for 1 s"],
  [10_000, "for 10 s"],
];

export function Worker({ source, name, onStory }) {
  const { data } = source;
  const found = [...data.workers.values()].filter((worker) => worker.name === name);
  const worker = found.find(({ goneMs }) => goneMs === undefined) ?? found.at(-1);
  if (worker === undefined) return <p class="quiet">There is no worker {name}.</p>;
  const isHere = worker.goneMs === undefined && source.isLive;
  return (
    <>
      <h2>
        {name}{" "}
        <button type="button" onClick={() => onStory(name)}>
          its story
        </button>
      </h2>
      <Figures figures={figuresOf(worker, data)} />
      {isHere && <OwnLink source={source} name={name} />}
      {isHere && <Threads source={source} name={name} onStory={onStory} />}
      {isHere && <Profile key={name} source={source} name={name} />}
      {isHere && <Values source={source} name={name} onStory={onStory} />}
      {!isHere && <p class="quiet">Its threads and values can be asked for while it is there.</p>}
    </>
  );
}

function figuresOf(worker, { epochMs }) {
  return [
    ["state", workerState(worker)],
    ["address", worker.address],
    ["process", `${worker.pid} on ${worker.host}`],
    ["joined", clock(worker.joinedMs, epochMs)],
    ["tasks done", count(worker.done)],
    ["failed", count(worker.failed)],
    ["threads", `${worker.executing} of ${worker.threads} busy`],
    ["memory", `${bytes(worker.processBytes)} of ${bytes(worker.memoryLimitBytes)}`],
    ["values", bytes(worker.managedBytes)],
    ["on disk", bytes(worker.spilledBytes)],
    ["fetched", bytes(worker.fetchedBytes)],
    ["taken over", count(worker.stolen)],
  ];
}

/** Where its own page is, which it opens when it is asked. */
function OwnLink({ source, name }) {
  const page = useAnswer(source, `page?worker=${encodeURIComponent(name)}`, false);
  if (!page?.link) return null;
  return (
    <p class="quiet">
      Its own page, with its tasks, log and metrics: <a href={page.link}>{page.link}</a>
    </p>
  );
}

export function Threads({ source, name, onStory }) {
  const threads = useAnswer(source, `stacks?worker=${encodeURIComponent(name)}`);
  return (
    <section>
      <h2>Threads</h2>
      {threads === undefined && <p class="quiet">Asking …</p>}
      <ul class="threads">
        {threads?.map(({ thread, task, stack }) => (
          <li key={thread}>
            <strong>{thread}</strong> {task !== "" && onStory === undefined && <span>{task}</span>}
            {task !== "" && onStory !== undefined && (
              <button type="button" class="link" onClick={() => onStory(task)}>
                {task}
              </button>
            )}
            {stack.length === 0 ? (
              <span class="quiet">{task === "" ? "idle" : " waits"}</span>
            ) : (
              <pre>{stack.join("\n")}</pre>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Profile({ source, name }) {
  const [state, setState] = useState({ profiles: undefined, isRunning: false });
  const [thread, setThread] = useState(undefined);
  const run = async (durationMs) => {
    setState({ ...state, isRunning: true });
    const path = `profile?worker=${encodeURIComponent(name)}&durationMs=${durationMs}`;
    setState({ profiles: await source.ask(path), isRunning: false });
  };
  const { profiles = [], isRunning } = state;
  const busy = [...profiles].sort((a, b) => b.root.totalMs - a.root.totalMs);
  const shown = profiles.find((profile) => profile.thread === thread) ?? busy[0];
  return (
    <section>
      <h2>Where the time of its threads goes</h2>
      <div class="tools" role="toolbar" aria-label="profile">
        {PROFILES.map(([durationMs, text]) => (
          <button key={text} type="button" disabled={isRunning} onClick={() => run(durationMs)}>
            {text}
          </button>
        ))}
        <span class="quiet" role="status">
          {isRunning ? "sampling …" : "nothing is sampled at other times"}
        </span>
      </div>
      <div class="tools">
        {profiles.map((profile) => (
          <button
            key={profile.thread}
            type="button"
            aria-pressed={profile === shown}
            onClick={() => setThread(profile.thread)}
          >
            {profile.thread}: {percent(profile.root.totalMs, profile.durationMs)} busy
          </button>
        ))}
      </div>
      {shown !== undefined && shown.root.totalMs === 0 && (
        <p class="quiet">It ran nothing for {duration(shown.durationMs)}.</p>
      )}
      {shown !== undefined && shown.root.totalMs > 0 && <FlameGraph profile={shown} />}
    </section>
  );
}

export function Values({ source, name, onStory }) {
  const rows = useAnswer(source, `values?worker=${encodeURIComponent(name)}`);
  return (
    <section>
      <h2>Largest values</h2>
      {rows === undefined ? (
        <p class="quiet">Asking …</p>
      ) : (
        <LargestValues rows={rows} onStory={onStory} />
      )}
    </section>
  );
}
