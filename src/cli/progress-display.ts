// Progress of a job on the console: a live bar in a terminal, otherwise a line at intervals.
import { SingleBar } from "cli-progress";
import { formatDuration } from "../base/units.js";
import type { ProgressReport } from "../graph/ports/executor.js";

/** Where a display writes. */
export interface DisplayStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

/** Shows reports until it is stopped. */
export interface ProgressDisplay {
  show(report: ProgressReport): void;
  /** Leaves the display unchanged and stops updating it. */
  stop(): void;
}

/** A bar when `stream` is a terminal, lines when it is not. */
export function progressDisplay(stream: DisplayStream): ProgressDisplay {
  return stream.isTTY === true ? bar(stream) : lines(stream);
}

function bar(stream: DisplayStream): ProgressDisplay {
  const single = new SingleBar({
    stream,
    format: "  [{bar}] {percentage}%  {value} of {total} tasks{note}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 40,
    fps: 20,
    hideCursor: true,
    // Ctrl-C is the command's affair: the library's own handler would end the process.
    gracefulExit: false,
  });
  let isStarted = false;
  return {
    show: (report) => {
      if (!isStarted) single.start(report.total, 0, { note: "" });
      isStarted = true;
      single.setTotal(report.total);
      single.update(report.done, { note: waitingNote(report) });
    },
    stop: () => {
      if (isStarted) single.stop();
    },
  };
}

/** Writes a line for each tenth of the job, and while no worker is there. */
function lines(stream: DisplayStream): ProgressDisplay {
  let written = -1;
  return {
    show: (report) => {
      const { done, total, waitingForWorkersMs } = report;
      const tenth = total === 0 ? 0 : Math.floor((10 * done) / total);
      if (tenth === written && waitingForWorkersMs === 0) return;
      written = tenth;
      stream.write(`  ${tenth * 10} %  ${done} of ${total} tasks${waitingNote(report)}\n`);
    },
    stop: () => {},
  };
}

function waitingNote({ waitingForWorkersMs, waitingFor = "worker" }: ProgressReport): string {
  return waitingForWorkersMs === 0
    ? ""
    : `  (no ${waitingFor.replace(/^a /, "")} yet, waiting for ${formatDuration(waitingForWorkersMs)})`;
}
