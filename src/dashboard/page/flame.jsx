// A flame graph: a box for each function, as wide as its time, above those that it called. A click
// shows one function and what it called over the whole width.
import { useState } from "preact/hooks";
import { duration, isDark, nameColour, percent } from "./words.js";

const ROW = 20;
const WIDTH = 1_000;
/** Narrower boxes are left out. */
const WIDTH_MIN = 1.5;

/** @param profile of one thread */
export function FlameGraph({ profile }) {
  const [path, setPath] = useState([]);
  const top = nodeAt(profile.root, path);
  const boxes = boxesOf(top, path);
  const depth = Math.max(...boxes.map((box) => box.row)) + 1;
  const dark = isDark();
  return (
    <>
      <p class="quiet">
        {profile.samples} samples in {duration(profile.durationMs)}
        {path.length > 0 && (
          <button type="button" class="link" onClick={() => setPath([])}>
            the whole thread
          </button>
        )}
      </p>
      <div class="flame-frame">
        <svg
          class="flame"
          viewBox={`0 0 ${WIDTH} ${depth * ROW}`}
          height={depth * ROW}
          preserveAspectRatio="none"
          aria-label={`functions of ${profile.thread} by their time`}
        >
          {boxes.map(({ node, x, width, row, at }) => (
            // biome-ignore lint/a11y/useSemanticElements: SVG has no buttons
            <g
              key={at.join(" ")}
              role="button"
              tabIndex={0}
              aria-label={labelOf(node, profile)}
              onClick={() => setPath(at)}
              onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && setPath(at)}
            >
              <title>{labelOf(node, profile)}</title>
              <rect
                x={x}
                y={row * ROW}
                width={Math.max(0.5, width - 0.5)}
                height={ROW - 1}
                fill={nameColour(node.name, dark)}
              />
            </g>
          ))}
        </svg>
        <div class="flame-names" aria-hidden="true">
          {boxes
            .filter(({ width }) => width > 40)
            .map(({ node, x, width, row, at }) => (
              <span
                key={at.join(" ")}
                ref={(element) => place(element, { x, width, row })}
                class="flame-name"
              >
                {node.name}
              </span>
            ))}
        </div>
      </div>
      <ol class="hottest">
        {hottest(top).map(({ name, place: where, selfMs }) => (
          <li key={`${name} ${where}`}>
            {name} <span class="quiet">{where}</span> {duration(selfMs)} itself,{" "}
            {percent(selfMs, top.totalMs)}
          </li>
        ))}
      </ol>
    </>
  );
}

/** Set by script: the page's policy forbids styles in its text. */
function place(element, { x, width, row }) {
  if (element === null) return;
  element.style.left = `${(100 * x) / WIDTH}%`;
  element.style.width = `${(100 * width) / WIDTH}%`;
  element.style.top = `${row * ROW}px`;
}

function labelOf({ name, place: where, totalMs, selfMs }, { root }) {
  return `${name}${where && ` (${where})`}: ${duration(totalMs)}, ${percent(totalMs, root.totalMs)}; ${duration(selfMs)} itself`;
}

function nodeAt(root, path) {
  let node = root;
  for (const k of path) {
    if (node.children[k] === undefined) return root;
    node = node.children[k];
  }
  return node;
}

function boxesOf(top, path) {
  const boxes = [];
  const add = (node, x, row, at) => {
    const width = (WIDTH * node.totalMs) / top.totalMs;
    if (width < WIDTH_MIN) return;
    boxes.push({ node, x, width, row, at });
    let left = x;
    node.children.forEach((child, k) => {
      add(child, left, row + 1, [...at, k]);
      left += (WIDTH * child.totalMs) / top.totalMs;
    });
  };
  add(top, 0, 0, path);
  return boxes;
}

/** Functions that took most time themselves, wherever they were called. */
function hottest(top) {
  const byName = new Map();
  const visit = (node) => {
    const key = `${node.name} ${node.place}`;
    const sum = byName.get(key) ?? { name: node.name, place: node.place, selfMs: 0 };
    sum.selfMs += node.selfMs;
    byName.set(key, sum);
    node.children.forEach(visit);
  };
  visit(top);
  const all = [...byName.values()].filter(({ selfMs }) => selfMs > 0);
  return all.sort((a, b) => b.selfMs - a.selfMs).slice(0, 8);
}
