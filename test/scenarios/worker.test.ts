// Stories about a worker: test/scenarios/worker/*.txt. UPDATE=1 writes them again.
import { expect, test } from "vitest";
import { playStory, storiesIn } from "./transcript.js";
import { WorkerPlayer } from "./worker-player.js";

const folder = new URL("worker", import.meta.url).pathname;

test.each(storiesIn(folder))("$name", ({ path }) => {
  const player = new WorkerPlayer();
  const { written, played } = playStory(path, (command) => player.play(command));
  expect(played).toBe(written);
});
