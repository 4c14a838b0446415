// Reads a drawn picture back: its panels with their words, and their cells in rows and columns.

/** A panel: its words, and its cells as text, `#` for a task and `.` for a block without one. */
export interface Panel {
  readonly lines: readonly string[];
  readonly grid: readonly string[];
}

/** Everything that a picture shows, without sizes. */
export interface Shown {
  readonly headings: readonly string[];
  readonly panels: readonly Panel[];
  readonly legend: readonly string[];
}

const numbers = (text: string) => text.match(/-?[\d.]+/g)?.map(Number) ?? [];
const words = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);

/** What is in the text of an SVG picture. */
export function readPicture(svg: string): Shown {
  const stages = svg.split('<g class="stage"').slice(1);
  const legend = svg.slice(svg.indexOf('<g class="legend"'));
  return {
    headings: stages.map((stage) => words(stage)[0] as string),
    panels: stages.flatMap(panelsOf),
    legend: words(legend),
  };
}

function panelsOf(stage: string): Panel[] {
  const panels = stage.split('<g class="panel"').slice(1);
  const cells = stage.split('<g class="cells"').slice(1);
  return panels.map((panel, i) => {
    const [left = 0, top = 0] = numbers(/translate\(([^)]*)\)/.exec(panel)?.[1] ?? "");
    const ghosts = /class="ghost" d="([^"]*)"/.exec(panel)?.[1] ?? "";
    const free = [...ghosts.matchAll(/M([^h]*)h/g)].map(([, place = ""]) => {
      const [x = 0, y = 0] = numbers(place);
      return { x: left + x, y: top + y, mark: "." };
    });
    const taken = [...(cells[i] ?? "").matchAll(/<rect x="([^"]*)" y="([^"]*)"/g)].map(
      ([, x, y]) => ({ x: Number(x), y: Number(y), mark: "#" }),
    );
    return { lines: words(panel.split("</g>")[0] as string), grid: gridOf([...free, ...taken]) };
  });
}

/** Rows of marks, from the left and from the top; spaces where there are none. */
function gridOf(marks: readonly { x: number; y: number; mark: string }[]): string[] {
  const place = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const steps = sorted.slice(1).map((value, i) => value - (sorted[i] as number));
    // A tenth of a unit is lost where numbers are rounded.
    const step = Math.min(...steps.filter((distance) => distance > 1));
    const first = sorted[0] as number;
    return (value: number) => (Number.isFinite(step) ? Math.round((value - first) / step) : 0);
  };
  const column = place(marks.map(({ x }) => x));
  const row = place(marks.map(({ y }) => y));
  const rows: string[][] = [];
  for (const { x, y, mark } of marks) {
    const cells = (rows[row(y)] ??= []);
    cells[column(x)] = mark;
  }
  return Array.from(rows, (cells = []) => Array.from(cells, (mark) => mark ?? " ").join(""));
}

/** All of it as text, for people. */
export function pictureText({ headings, panels, legend }: Shown): string {
  const shown = panels.map(({ lines, grid }) => [lines.join(" · "), ...grid].join("\n"));
  return `${headings.join("\n")}\n\n${shown.join("\n\n")}\n\n${legend.join(" · ")}`;
}
