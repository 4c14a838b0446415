// Stories as text: lines that begin with ">" happen, the lines below say what came of it, all
// others are prose. A test plays the story and compares; UPDATE=1 writes down what comes of it now.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Makes one thing happen and returns what came of it, a line each. */
export type Player = (command: string) => readonly string[];

/** The stories in a folder: file names without their ending, and paths. */
export function storiesIn(folder: string): { name: string; path: string }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .map((file) => ({ name: file.slice(0, -4), path: `${folder}/${file}` }));
}

/**
 * Plays the story; returns the text as it stands and as it should, equal unless something changed.
 */
export function playStory(path: string, play: Player): { written: string; played: string } {
  const written = readFileSync(path, "utf8");
  const lines: string[] = [];
  for (const line of written.split("\n")) {
    if (line.startsWith("  ")) continue;
    lines.push(line);
    if (line.startsWith("> ")) lines.push(...play(line.slice(2)).map((answer) => `  ${answer}`));
  }
  const played = lines.join("\n");
  if (process.env.UPDATE !== undefined) writeFileSync(path, played);
  return { written: process.env.UPDATE === undefined ? written : played, played };
}
