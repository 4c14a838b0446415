// Functions and classes in the manner of Ray, on a cluster of processes.
import { afterAll, beforeAll, expect, it } from "vitest";
import { get, LocalCluster, put, remote } from "../../src/index.js";

class Account {
  balance: number;

  constructor(balance = 0) {
    this.balance = balance;
  }

  deposit(by: number): number {
    if (by < 0) throw new RangeError("less than nothing");
    this.balance += by;
    return this.balance;
  }
}

let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
});

afterAll(() => cluster.close());

it("functions return futures, which others read", async () => {
  const add = remote((a: number, b: number) => a + b);
  const three = add.remote(1, 2);
  const list = [three, add.remote(three, put(10))];
  expect(await get(list)).toEqual([3, 13]);
  expect(await get(add.options({ priority: 3 }).remote(1, 1))).toBe(2);
  expect(() => add.options({ priority: 0.5 })).toThrow("priority");
});

it("classes make actors at once, whose calls wait and keep their order", async () => {
  const account = remote(Account).remote(5);
  const calls = [account.deposit.remote(1), account.deposit.remote(put(10))];
  expect(await get(calls)).toEqual([6, 16]);
  await expect(get(account.deposit.remote(-1))).rejects.toThrow(RangeError);
  const named = remote(Account).options({ name: "mine" }).remote();
  expect(await named.deposit.remote(2)).toBe(2);
  expect(await (await cluster.client.getActor<Account>("mine")).balance).toBe(2);
});

it("nothing else can be remote", () => {
  expect(() => remote(7 as never)).toThrow("expected a function or a class");
});
