// Stories about the scheduler: test/scenarios/scheduler/*.txt. UPDATE=1 writes them again.
import { expect, test } from "vitest";
import { SchedulerPlayer } from "./scheduler-player.js";
import { playStory, storiesIn } from "./transcript.js";

const folder = new URL("scheduler", import.meta.url).pathname;

test.each(storiesIn(folder))("$name", ({ path }) => {
  const player = new SchedulerPlayer();
  const { written, played } = playStory(path, (command) => player.play(command));
  expect(played).toBe(written);
});
