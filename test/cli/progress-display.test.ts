import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { type DisplayStream, progressDisplay } from "../../src/cli/progress-display.js";

function stream(isTTY: boolean) {
  const through = Object.assign(new PassThrough(), {
    isTTY,
    columns: 120,
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => true,
  });
  return { through: through as unknown as DisplayStream, text: () => String(through.read() ?? "") };
}

describe("progressDisplay", () => {
  it("writes a line for each tenth where there is no terminal", () => {
    const { through, text } = stream(false);
    const display = progressDisplay(through);
    for (let done = 0; done <= 40; done++) {
      display.show({ done, total: 40, waitingForWorkersMs: 0 });
    }
    display.stop();
    const lines = text().trimEnd().split("\n");
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe("  0 %  0 of 40 tasks");
    expect(lines.at(-1)).toBe("  100 %  40 of 40 tasks");
  });

  it("says each time that it waits for workers", () => {
    const { through, text } = stream(false);
    const display = progressDisplay(through);
    display.show({ done: 0, total: 4, waitingForWorkersMs: 3000 });
    display.show({ done: 0, total: 4, waitingForWorkersMs: 6000 });
    expect(text().match(/no worker yet, waiting for [36] s/g)).toHaveLength(2);
  });

  it("draws a bar in a terminal and leaves it there", () => {
    const { through, text } = stream(true);
    const display = progressDisplay(through);
    display.show({ done: 0, total: 4, waitingForWorkersMs: 0 });
    display.show({ done: 4, total: 4, waitingForWorkersMs: 0 });
    display.stop();
    expect(text()).toMatch(/█+\] 100% {2}4 of 4 tasks/);
  });

  it("leaves nothing behind when there was nothing to show", () => {
    const { through, text } = stream(true);
    progressDisplay(through).stop();
    expect(text()).toBe("");
  });
});
