// A picture as a self-contained page: the SVG, details of each box, and the script that zooms,
// searches and shows them (pictures/page/page.js, with svg-pan-zoom).
import { readFileSync } from "node:fs";
import { ownFile } from "../../system/own-files.js";
import { boxDetails } from "./box-details.js";
import { prefixOf } from "./draw-svg.js";
import { escapeXml } from "./escape.js";
import type { Picture } from "./picture.js";

/** The page of pictures whose SVG is drawn already. */
export function pageOf(pictures: readonly Picture[], svg: string): string {
  const title = pictures.map((picture) => picture.title).join("; ");
  const byName = Object.assign(
    {},
    ...pictures.map((picture, at) => boxDetails(picture, prefixOf(at))),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeXml(title)}</title>
<style>${readFileSync(ownFile("diagnostics/pictures/page/page.css"), "utf8")}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>
<input id="search" type="search" placeholder="search a key or a layer" aria-label="search">
<output id="found"></output>
</header>
<div id="picture">${svg.slice(svg.indexOf("<svg"))}</div>
<aside id="details" hidden></aside>
<script type="application/json" id="data">${asScript(JSON.stringify(byName))}</script>
<script>${asScript(readFileSync(ownFile("diagnostics/pictures/page/svg-pan-zoom.min.js"), "utf8"))}</script>
<script>${asScript(readFileSync(ownFile("diagnostics/pictures/page/page.js"), "utf8"))}</script>
</body>
</html>
`;
}

/** Text inside a script element must not end it. */
function asScript(text: string): string {
  return text.replaceAll("</", "<\\/");
}
