// The task stream: a row for each thread, and one for the transfers and the disk of each worker;
// from the whole run down to microseconds. Drawn on a canvas, since there may be very many spans.
import { useEffect, useRef, useState } from "preact/hooks";
import { OF_SCHEDULER, SPAN_KINDS } from "../../protocol/values/observation.ts";
import { Figures } from "./figures.jsx";
import { Table } from "./tables.jsx";
import {
  bytes,
  clipped,
  count,
  duration,
  isDark,
  keyOf,
  layerColour,
  nameColour,
} from "./words.js";

const ROW = 18;
const AXIS = 22;
const NAMES = 120;
/** The width of a letter. */
const LETTER = 6.5;
const [TASK, TRANSFER, SPAN, STEAL, STEP, QUEUE, HELD] = [
  "task",
  "transfer",
  "span",
  "steal",
  "step",
  "queue",
  "held",
].map((kind) => SPAN_KINDS.indexOf(kind));
const FIXED_COLOURS = {
  error: "#d33",
  transfer: "#e9a23b",
  spill: "#8a6fd1",
  restore: "#5f9fd8",
  steal: "#c2528b",
  step: "#7d8ba0",
  queue: "#b3a37a",
  held: "#8f9b6a",
};
/** No zoom shows less than this. */
const SPAN_MS_MIN = 0.001;
const REFRESH_MS = 1000;
/** Layers in the legend. */
const LAYERS_NAMED = 10;

export function TaskStream({ source, onStory }) {
  const canvas = useRef(null);
  const view = useRef(undefined);
  const [picked, setPicked] = useState(undefined);
  const [, setTick] = useState(0);
  const { data } = source;
  useEffect(() => {
    let timer;
    const refresh = async () => {
      await source.loadSpans();
      setTick((tick) => tick + 1);
      if (source.isLive) timer = setTimeout(refresh, REFRESH_MS);
    };
    void refresh();
    return () => clearTimeout(timer);
  }, [source]);
  const lanes = lanesOf(data);
  const range = view.current ?? rangeOf(data.spans);
  const height = AXIS + Math.max(1, lanes.rows.length) * ROW;
  useEffect(() => draw(canvas.current, data, lanes, range, picked));
  const show = (next) => {
    view.current = next;
    setTick((tick) => tick + 1);
  };
  const zoom = (by, at = 0.5) => {
    const width = range.to - range.from;
    const next = Math.max(SPAN_MS_MIN, width * by);
    const middle = range.from + at * width;
    show({ from: middle - at * next, to: middle + (1 - at) * next });
  };
  const pan = (part) => {
    const by = part * (range.to - range.from);
    show({ from: range.from + by, to: range.to + by });
  };
  const onKey = (event) => {
    const acts = {
      ArrowLeft: () => pan(-0.2),
      ArrowRight: () => pan(0.2),
      "+": () => zoom(0.5),
      "=": () => zoom(0.5),
      "-": () => zoom(2),
      0: () => show(undefined),
    };
    if (acts[event.key] === undefined) return;
    event.preventDefault();
    acts[event.key]();
  };
  const placeOf = (event) => {
    const box = canvas.current.getBoundingClientRect();
    const part = (event.clientX - box.left - NAMES) / Math.max(1, box.width - NAMES);
    return { part, row: Math.floor((event.clientY - box.top - AXIS) / ROW) };
  };
  const dragged = useRef(undefined);
  const onMove = (event) => {
    if (dragged.current === undefined) return;
    const { part } = placeOf(event);
    const { from, to } = dragged.current.range;
    const by = (dragged.current.part - part) * (to - from);
    if (Math.abs(dragged.current.part - part) > 0.003) dragged.current.hasMoved = true;
    show({ from: from + by, to: to + by });
  };
  const onUp = (event) => {
    const drag = dragged.current;
    dragged.current = undefined;
    if (drag?.hasMoved === true) return;
    const { part, row } = placeOf(event);
    if (drag !== undefined && !drag.wasSet) view.current = undefined;
    setPicked(spanAt(data.spans, lanes, row, range.from + part * (range.to - range.from), range));
  };
  return (
    <section>
      <div class="tools" role="toolbar" aria-label="zoom">
        <button type="button" onClick={() => zoom(0.5)}>
          zoom in
        </button>
        <button type="button" onClick={() => zoom(2)}>
          zoom out
        </button>
        <button type="button" onClick={() => pan(-0.5)}>
          earlier
        </button>
        <button type="button" onClick={() => pan(0.5)}>
          later
        </button>
        <button type="button" onClick={() => show(undefined)}>
          whole run
        </button>
        <span class="quiet">
          {duration(range.to - range.from)} shown; drag, scroll, or use arrow keys, + and −
        </span>
      </div>
      <canvas
        ref={canvas}
        class="stream"
        height={height}
        tabIndex={0}
        role="img"
        aria-label={`${count(data.spans.startMs.length)} spans on ${lanes.rows.length} rows over ${duration(range.to - range.from)}`}
        onKeyDown={onKey}
        onWheel={(event) => {
          event.preventDefault();
          zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, placeOf(event).part)));
        }}
        onPointerDown={(event) => {
          const wasSet = view.current !== undefined;
          dragged.current = { part: placeOf(event).part, range, hasMoved: false, wasSet };
        }}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerLeave={() => {
          dragged.current = undefined;
        }}
      />
      {picked !== undefined && <SpanDetails data={data} at={picked} onStory={onStory} />}
      <ul class="legend">
        {Object.entries(FIXED_COLOURS).map(([kind, colour]) => (
          <li key={kind}>
            <svg class="swatch" aria-hidden="true" viewBox="0 0 1 1">
              <rect width="1" height="1" fill={colour} />
            </svg>{" "}
            {kind}
          </li>
        ))}
        {busiestLayers(data).map((title) => (
          <li key={title}>
            <svg class="swatch" aria-hidden="true" viewBox="0 0 1 1">
              <rect width="1" height="1" fill={layerColour(title, isDark())} />
            </svg>{" "}
            {title}
          </li>
        ))}
      </ul>
      <p class="quiet">
        Tasks have the colour of their layer; spans of your code stand in them, lower. A click shows
        what a box is.
      </p>
      <NamedSpans totals={data.spanTotals} />
    </section>
  );
}

const SPAN_COLUMNS = [
  { name: "span", value: ({ name }) => name },
  { name: "of", value: ({ kind }) => (kind === "client" ? "the client" : "your code") },
  { name: "times", value: ({ count: times }) => times, show: (row) => count(row.count) },
  { name: "time", value: ({ totalMs }) => totalMs, show: (row) => duration(row.totalMs) },
  { name: "mean", value: meanMs, show: (row) => duration(meanMs(row)) },
  { name: "longest", value: ({ longestMs }) => longestMs, show: (row) => duration(row.longestMs) },
];

/** Titles of the layers that took most time on threads. */
function busiestLayers({ layers }) {
  const byTitle = new Map();
  for (const { title, busyMs } of layers.values()) {
    if (busyMs > 0) byTitle.set(title, (byTitle.get(title) ?? 0) + busyMs);
  }
  const titles = [...byTitle].sort((a, b) => b[1] - a[1]);
  return titles.slice(0, LAYERS_NAMED).map(([title]) => title);
}

function meanMs(row) {
  return row.totalMs / Math.max(1, row.count);
}

function NamedSpans({ totals }) {
  if (totals.length === 0) return null;
  const rows = totals.map((row) => ({ ...row, id: `${row.kind} ${row.name}` }));
  return <Table label="named spans" columns={SPAN_COLUMNS} rows={rows} sortedBy={3} isDescending />;
}

function SpanDetails({ data, at, onStory }) {
  const { spans } = data;
  const layer = data.layers.get(spans.layers[at]);
  const kind = SPAN_KINDS[spans.kinds[at]];
  const key = layer === undefined ? undefined : keyOf(layer, spans.blocks[at]);
  const label = spans.kinds[at] === STEP ? `${spans.blocks[at]} of them` : spans.labels[at];
  const what = label === "" ? (key ?? "") : label;
  const facts = [
    ["what", `${kind} ${spans.kinds[at] === TRANSFER && what !== "" ? "for " : ""}${what}`],
    ["on", nameOf(data, spans.workers[at])],
    ["thread", spans.threads[at] < 0 ? "–" : spans.threads[at]],
    ["began", duration(spans.startMs[at] - (data.overview?.startedMs ?? 0))],
    ["took", duration(spans.durationMs[at])],
    ["bytes", bytes(spans.bytes[at])],
    ...(spans.peers[at] < 0 ? [] : [["from", nameOf(data, spans.peers[at])]]),
    ...(layer === undefined
      ? []
      : [
          [
            "inputs",
            layer.inputs.map((id) => data.layers.get(id)?.title ?? "").join(", ") || "none",
          ],
        ]),
    ...(kind === "error" ? [["error", errorOf(data, key, nameOf(data, spans.workers[at]))]] : []),
    ...(spans.weights[at] > 1 ? [["stands for", `${spans.weights[at]} spans like it`]] : []),
  ];
  return (
    <aside class="details" aria-live="polite">
      <Figures figures={facts} />
      {key !== undefined && (
        <button type="button" onClick={() => onStory(key)}>
          its story
        </button>
      )}
    </aside>
  );
}

/** The message of the latest failure of a task on a worker. */
function errorOf({ errors }, key, worker) {
  const found = errors.findLast((error) => error.key === key && error.worker === worker);
  return found?.message ?? "see Errors";
}

/**
 * A row for each thread that has spans, then one for transfers and one for the disk of the worker.
 */
function lanesOf(data) {
  const { spans } = data;
  const threads = new Map();
  for (let k = 0; k < spans.kinds.length; k++) {
    const worker = spans.workers[k];
    const lane = laneOf(spans, k);
    if (!threads.has(worker)) threads.set(worker, new Set());
    threads.get(worker).add(lane);
  }
  const rows = [];
  const byLane = new Map();
  for (const worker of [...threads.keys()].sort((a, b) => a - b)) {
    for (const lane of [...threads.get(worker)].sort((a, b) => a - b)) {
      byLane.set(`${worker} ${lane}`, rows.length);
      rows.push({
        worker,
        lane,
        name: `${nameOf(data, worker)} ${laneName(lane, data.workers.get(worker))}`,
      });
    }
  }
  return { rows, byLane };
}

function nameOf({ workers, clients }, id) {
  if (id === OF_SCHEDULER) return "scheduler";
  if (id < 0) return `client ${clients.get(id)?.name ?? ""}`;
  return workers.get(id)?.name ?? `worker ${id}`;
}

const TRANSFERS = 1e6;
const DISK = 1e6 + 1;
const OWN = 1e6 + 2;
const QUEUED = 1e6 + 3;

function laneOf(spans, k) {
  const kind = spans.kinds[k];
  if (kind === TRANSFER || kind === STEAL) return TRANSFERS;
  if (kind === QUEUE || kind === HELD) return QUEUED;
  if (kind < TRANSFER || (kind === SPAN && spans.threads[k] >= 0)) return spans.threads[k];
  return kind < SPAN ? DISK : OWN;
}

/** Threads are numbered; a worker's own thread comes after those that run tasks. */
function laneName(lane, worker) {
  if (lane === TRANSFERS) return "in";
  if (lane === QUEUED) return "queue";
  if (lane === OWN) return "";
  if (lane === DISK) return "disk";
  if (lane < 0) return "other";
  return lane === worker?.threads ? "own" : `#${lane}`;
}

function rangeOf({ startMs, durationMs }) {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < startMs.length; k++) {
    if (startMs[k] < from) from = startMs[k];
    if (startMs[k] + durationMs[k] > to) to = startMs[k] + durationMs[k];
  }
  if (!(to > from)) return { from: 0, to: 1000 };
  const margin = 0.01 * (to - from);
  return { from: from - margin, to: to + margin };
}

function spanAt(spans, { byLane }, row, ms, range) {
  const slackMs = (range.to - range.from) / 400;
  let best;
  for (let k = 0; k < spans.kinds.length; k++) {
    if (byLane.get(`${spans.workers[k]} ${laneOf(spans, k)}`) !== row) continue;
    const [start, end] = [spans.startMs[k], spans.startMs[k] + spans.durationMs[k]];
    if (ms < start - slackMs || ms > end + slackMs) continue;
    if (best === undefined || spans.durationMs[k] < spans.durationMs[best]) best = k;
  }
  return best;
}

function draw(canvas, data, { rows, byLane }, range, picked) {
  if (canvas === null) return;
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = AXIS + Math.max(1, rows.length) * ROW;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const dark = isDark();
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const ink = dark ? "#d8dee6" : "#2b333d";
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  const scale = (width - NAMES) / (range.to - range.from);
  drawAxis(context, data, range, width, height, ink, dark);
  context.fillStyle = ink;
  rows.forEach(({ name }, row) => {
    context.fillText(
      name.length > 18 ? `${name.slice(0, 6)}…${name.slice(-11)}` : name,
      4,
      AXIS + row * ROW + ROW / 2,
    );
  });
  context.save();
  context.beginPath();
  context.rect(NAMES, 0, width - NAMES, height);
  context.clip();
  const { spans, layers } = data;
  const colours = new Map();
  const colourOf = (k) => {
    const kind = SPAN_KINDS[spans.kinds[k]];
    if (spans.labels[k] !== "") return nameColour(spans.labels[k], dark);
    if (kind !== "task") return FIXED_COLOURS[kind];
    const id = spans.layers[k];
    if (!colours.has(id)) colours.set(id, layerColour(layers.get(id)?.title ?? "", dark));
    return colours.get(id);
  };
  for (let k = 0; k < spans.kinds.length; k++) {
    const x = NAMES + (spans.startMs[k] - range.from) * scale;
    const w = Math.max(0.75, spans.durationMs[k] * scale);
    if (x + w < NAMES || x > width) continue;
    const row = byLane.get(`${spans.workers[k]} ${laneOf(spans, k)}`);
    const isInner = spans.kinds[k] === SPAN;
    const y = AXIS + row * ROW + (isInner ? ROW / 2 : 2);
    const h = isInner ? ROW / 2 - 2 : ROW - 4;
    context.fillStyle = colourOf(k);
    context.fillRect(x, y, w, h);
    if (w > 3) {
      context.fillStyle = dark ? "#0006" : "#fff9";
      context.fillRect(x + w - 1, y, 1, h);
    }
    if (w > 60 && !isInner) {
      context.fillStyle = "#fff";
      context.fillText(
        clipped(titleAt(spans, layers, k), Math.floor(w / LETTER)),
        x + 4,
        y + ROW / 2 - 2,
      );
    }
    if (k === picked) {
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.strokeRect(x - 1, y - 1, w + 2, ROW - 2);
    }
  }
  if (picked !== undefined) {
    const places = arrowOf(spans, byLane, picked);
    drawArrow(context, places, (ms) => NAMES + (ms - range.from) * scale, ink);
  }
  context.restore();
}

function titleAt(spans, layers, k) {
  if (spans.labels[k] !== "") return spans.labels[k];
  const title = layers.get(spans.layers[k])?.title;
  const kind = SPAN_KINDS[spans.kinds[k]];
  if (title === undefined) return kind;
  return spans.kinds[k] > 1 ? `${kind} ${title}` : title;
}

/** From the worker that had a value or task, to where it came, to the run that waited for it. */
function arrowOf(spans, byLane, picked) {
  const { kinds, workers, peers, layers, blocks, startMs, durationMs } = spans;
  if ((kinds[picked] !== TRANSFER && kinds[picked] !== STEAL) || peers[picked] < 0) return [];
  const lanes = [...byLane].filter(([lane]) => lane.startsWith(`${peers[picked]} `));
  const end = startMs[picked] + durationMs[picked];
  const here = byLane.get(`${workers[picked]} ${laneOf(spans, picked)}`);
  const places = [{ row: here, ms: end }];
  if (lanes.length > 0) places.unshift({ row: lanes[0][1], ms: startMs[picked] });
  const run = kinds.findIndex(
    (kind, k) =>
      kind === TASK &&
      workers[k] === workers[picked] &&
      layers[k] === layers[picked] &&
      blocks[k] === blocks[picked] &&
      startMs[k] >= startMs[picked],
  );
  if (run >= 0 && layers[picked] >= 0) {
    places.push({ row: byLane.get(`${workers[run]} ${laneOf(spans, run)}`), ms: startMs[run] });
  }
  return places;
}

function drawArrow(context, places, xOf, ink) {
  if (places.length < 2) return;
  const points = places.map(({ row, ms }) => [xOf(ms), AXIS + row * ROW + ROW / 2]);
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
  const [x, y] = points.at(-1);
  const [fromX, fromY] = points.at(-2);
  const angle = Math.atan2(y - fromY, x - fromX);
  context.beginPath();
  for (const turn of [-0.4, 0.4]) {
    context.moveTo(x, y);
    context.lineTo(x - 9 * Math.cos(angle + turn), y - 9 * Math.sin(angle + turn));
  }
  context.stroke();
}

function drawAxis(context, { overview }, range, width, height, ink, dark) {
  const zero = overview?.startedMs ?? 0;
  const step = niceStep((range.to - range.from) / Math.max(2, (width - NAMES) / 110));
  context.fillStyle = ink;
  context.strokeStyle = dark ? "#ffffff22" : "#00000018";
  for (let at = Math.ceil((range.from - zero) / step) * step; at + zero < range.to; at += step) {
    const x = NAMES + ((at + zero - range.from) / (range.to - range.from)) * (width - NAMES);
    context.beginPath();
    context.moveTo(x, AXIS - 4);
    context.lineTo(x, height);
    context.stroke();
    context.fillText(at < 0 ? `−${duration(-at)}` : duration(at), x + 3, 8);
  }
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10;
  return factor * power;
}
