// The page itself: one HTML file, one script and one style sheet, as src/bundle.mjs makes them. The
// same script shows a saved run, which the HTML then contains.
import { readFileSync } from "node:fs";
import type { Observation } from "../../protocol/values/observation.js";
import { ownFile } from "../../system/own-files.js";

/** Files by their path. */
export const PAGE_FILES = {
  "/page.js": "text/javascript; charset=utf-8",
  "/page.css": "text/css; charset=utf-8",
} as const;

/** Nothing from elsewhere, no inline scripts, in no frame of another page. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The text of one of {@link PAGE_FILES}. */
export function pageFile(path: keyof typeof PAGE_FILES): string {
  return readFileSync(ownFile(`dashboard/page${path}`), "utf8");
}

/** What a live page is of. */
export type PageSubject = "scheduler" | "worker";

/** The page of a live scheduler or worker. */
export function livePage(subject: PageSubject): string {
  const style = '<link rel="stylesheet" href="page.css">';
  return html(subject, style, '<script src="page.js" defer></script>');
}

/** A page that shows a saved run and needs nothing else. */
export function savedPage(observation: Observation): string {
  const style = `<style>${pageFile("/page.css")}</style>`;
  const json = JSON.stringify(observation).replaceAll("<", "\\u003c");
  const data = `<script type="application/json" id="run">${json}</script>`;
  return html("scheduler", style, `${data}<script>${asScript(pageFile("/page.js"))}</script>`);
}

function html(subject: PageSubject, head: string, scripts: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tilework</title>
<link rel="icon" href="data:,">
${head}
</head>
<body>
<div id="app" data-subject="${subject}"><p>The page needs JavaScript.</p></div>
${scripts}
</body>
</html>
`;
}

/** Text inside a script element must neither end it nor begin a comment. */
function asScript(text: string): string {
  return text.replaceAll("</", "<\\/").replaceAll("<!--", "<\\!--");
}
