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

const elementOf = (node) => document.getElementById(node);

function show(node) {
  for (const element of picture.querySelectorAll(".chosen")) element.classList.remove("chosen");
  details.hidden = node === undefined;
  panZoom.resize();
  if (node === undefined) return;
  elementOf(node).classList.add("chosen");
  const list = document.createElement("dl");
  for (const [field, value] of Object.entries(boxes[node])) {
    const term = document.createElement("dt");
    term.textContent = field;
    const description = document.createElement("dd");
    description.textContent =
      typeof value === "number" ? value.toLocaleString("en-US") : `${value}`;
    list.append(term, description);
  }
  details.replaceChildren(list);
}

picture.addEventListener("click", (event) => show(event.target.closest(".node")?.id));

document.getElementById("search").addEventListener("input", ({ target }) => {
  const wanted = target.value.trim().toLowerCase();
  let count = 0;
  for (const [node, { key, layer, label }] of Object.entries(boxes)) {
    const isFound =
      wanted !== "" && [key, layer, label].some((text) => text?.toLowerCase().includes(wanted));
    if (isFound) count++;
    elementOf(node).classList.toggle("found", isFound);
  }
  picture.classList.toggle("searching", wanted !== "");
  found.textContent = wanted === "" ? "" : `${count} found`;
});
