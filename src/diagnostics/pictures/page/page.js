// What the page of a graph does in the browser: zoom, search, details. `svgPanZoom` and the boxes'
// data (the element `data`) are in the page, too.
const boxes = JSON.parse(document.getElementById("data").textContent);
const picture = document.getElementById("picture");
const details = document.getElementById("details");
const found = document.getElementById("found");
const panZoom = svgPanZoom(picture.querySelector("svg"), {
  controlIconsEnabled: true,
  maxZoom: 200,
  minZoom: 0.2,
});
addEventListener("resize", () => panZoom.resize());

/** More inputs of a box are counted. */
const LISTED_MAX = 30;

const elementOf = (node) => document.getElementById(node);

function show(node) {
  for (const element of picture.querySelectorAll(".chosen")) element.classList.remove("chosen");
  details.hidden = node === undefined;
  panZoom.resize();
  if (node === undefined) return;
  elementOf(node).classList.add("chosen");
  const { rows, inputs } = boxes[node];
  const list = document.createElement("dl");
  for (const [title, text] of rows) list.append(...entry(title, [text]));
  if (inputs.length > 0) list.append(...entry("inputs", inputs.slice(0, LISTED_MAX).map(linkTo)));
  if (inputs.length > LISTED_MAX) {
    list.append(...entry("", [`and ${(inputs.length - LISTED_MAX).toLocaleString("en-US")} more`]));
  }
  details.replaceChildren(list);
}

function entry(title, contents) {
  const term = document.createElement("dt");
  term.textContent = title;
  const description = document.createElement("dd");
  description.append(...contents);
  return [term, description];
}

/** The name of a box that is read, which shows that one when it is clicked. */
function linkTo(node) {
  const button = document.createElement("button");
  button.textContent = boxes[node].name;
  button.addEventListener("click", () => show(node));
  return button;
}

picture.addEventListener("click", (event) => show(event.target.closest(".node")?.id));

document.getElementById("search").addEventListener("input", ({ target }) => {
  const wanted = target.value.trim().toLowerCase();
  let count = 0;
  for (const [node, { words }] of Object.entries(boxes)) {
    const isFound = wanted !== "" && words.includes(wanted);
    if (isFound) count++;
    elementOf(node).classList.toggle("found", isFound);
  }
  picture.classList.toggle("searching", wanted !== "");
  found.textContent = wanted === "" ? "" : `${count} found`;
});
