import { describe, expect, it } from "vitest";
import { Rng } from "../../src/base/rng.js";
import { Network } from "../../src/sim/network.js";
import { World } from "../../src/sim/world.js";

describe("World", () => {
  it("lets things happen by time, then in the order they were announced", () => {
    const world = new World();
    const seen: string[] = [];
    world.at(5, () => seen.push(`c at ${world.nowMs}`));
    world.at(2, () => seen.push(`a at ${world.nowMs}`));
    world.at(2, () => {
      seen.push(`b at ${world.nowMs}`);
      world.after(1, () => seen.push(`new at ${world.nowMs}`));
    });
    expect(world.run(() => false, 100)).toBe(false);
    expect(seen).toEqual(["a at 2", "b at 2", "new at 3", "c at 5"]);
  });

  it("stops when it is done or out of time, and repeats what should repeat", () => {
    const world = new World();
    let beats = 0;
    world.every(10, () => ++beats < 5);
    expect(world.run(() => beats === 2, 100)).toBe(true);
    expect(world.nowMs).toBe(20);
    expect(world.run(() => beats === 4, 35)).toBe(false);
    expect(world.nowMs).toBe(30);
    expect(world.run(() => false, 1000)).toBe(false);
    expect(beats).toBe(5);
  });
});

describe("Network", () => {
  it("keeps the order of a link and takes its time", () => {
    const world = new World();
    const network = new Network(world, new Rng(1), { latencyMs: [1, 5], bytesPerMs: 100 });
    const seen: number[] = [];
    for (let i = 0; i < 50; i++) network.send("a", "b", 10, () => seen.push(i));
    world.run(() => false, 1000);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(world.nowMs).toBeGreaterThanOrEqual(6);
    expect(world.nowMs).toBeLessThan(11);
  });

  it("loses what is on a link that is cut, until it is mended", () => {
    const world = new World();
    const network = new Network(world, new Rng(1));
    const seen: string[] = [];
    network.send("a", "b", 0, () => seen.push("on the way"));
    network.cut("b", "a");
    network.send("a", "b", 0, () => seen.push("sent"));
    network.send("a", "c", 0, () => seen.push("elsewhere"));
    world.run(() => false, 10);
    network.mend("b", "a");
    network.send("a", "b", 0, () => seen.push("mended"));
    world.run(() => false, 20);
    expect(seen).toEqual(["elsewhere", "mended"]);
  });

  it("loses, repeats and reorders what is sent loosely, each about as often as said", () => {
    const world = new World();
    const chances = { loseChance: 0.2, repeatChance: 0.3 };
    const network = new Network(world, new Rng(1), { latencyMs: [1, 50], ...chances });
    const seen: number[] = [];
    for (let i = 0; i < 1_000; i++) network.sendLoosely("a", "b", 10, () => seen.push(i));
    network.cut("a", "c");
    network.sendLoosely("a", "c", 10, () => seen.push(-1));
    world.run(() => false, 1_000);
    const arrived = new Set(seen);
    expect(arrived.has(-1)).toBe(false);
    expect(arrived.size).toBeGreaterThan(750);
    expect(arrived.size).toBeLessThan(850);
    expect(seen.length - arrived.size).toBeGreaterThan(180);
    expect(seen).not.toEqual([...seen].sort((a, b) => a - b));
  });
});
