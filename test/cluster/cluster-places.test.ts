// Where the processes of a cluster meet, and the directories made for it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makePlaces, type PlaceOptions } from "../../src/cluster/cluster-places.js";

const temporary = tmpdir();
const made: string[] = [];
let parent = "";

beforeEach(() => {
  parent = mkdtempSync(join(temporary, "tw-"));
  process.env.TMPDIR = parent;
});

afterEach(() => {
  process.env.TMPDIR = temporary;
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
  rmSync(parent, { recursive: true });
});

const make = (options: PlaceOptions = {}) => makePlaces(options, made);
const socketDirectory = (address: string) => dirname(address.slice("ipc://".length));

describe.skipIf(process.platform === "win32")("sockets in files", () => {
  test("are in a fresh directory that only the user may enter", () => {
    const [first, second] = [make(), make()];
    expect(first.address).toMatch(/^ipc:\/\//);
    expect(first.address).not.toBe(second.address);
    const directory = socketDirectory(first.address);
    expect(dirname(directory)).toBe(parent);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(first.localDirectory).toBe(directory);
    expect(made).toEqual([directory, socketDirectory(second.address)]);
  });

  test("stay where paths are short, wherever files are to go", () => {
    const localDirectory = join(parent, "x".repeat(120));
    mkdirSync(localDirectory);
    const places = make({ localDirectory });
    expect(dirname(socketDirectory(places.address))).toBe(parent);
    expect(dirname(places.localDirectory)).toBe(localDirectory);
    expect(made).toEqual([socketDirectory(places.address), places.localDirectory]);
  });

  test("go to the usual place when the directory for temporary files has a long path", () => {
    process.env.TMPDIR = join(parent, "x".repeat(120));
    expect(dirname(socketDirectory(make().address))).toBe("/tmp");
  });

  test("go there when the directory for temporary files is missing", () => {
    process.env.TMPDIR = join(parent, "missing");
    expect(dirname(socketDirectory(make({ transport: "ipc" }).address))).toBe("/tmp");
  });
});

test.each<[PlaceOptions, string]>([
  [{ transport: "tcp" }, "tcp://127.0.0.1:0"],
  [{ port: 8786 }, "tcp://127.0.0.1:8786"],
  [{ host: "0.0.0.0" }, "tcp://0.0.0.0:0"],
])("with %j, the address is %s", (options, address) => {
  const places = make(options);
  expect(places.address).toBe(address);
  expect(made).toEqual([places.localDirectory]);
  expect(existsSync(places.localDirectory)).toBe(true);
});
