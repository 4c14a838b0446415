// Rows for TPC-H's tables, after its specification's words, few and the same for a seed: `|`
// between fields and at the end of each line, as its own generator writes them.
import { Rng } from "../../src/base/rng.js";

const NATIONS =
  "ALGERIA 0,BRAZIL 1,CANADA 1,FRANCE 3,GERMANY 3,INDIA 2,SAUDI ARABIA 4,CHINA 2,UNITED STATES 1,RUSSIA 3";
const REGIONS = ["AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"];
const TYPES = [
  "PROMO BURNISHED BRASS",
  "ECONOMY ANODIZED STEEL",
  "MEDIUM POLISHED TIN",
  "SMALL PLATED BRASS",
];
const CONTAINERS = ["SM CASE", "SM BOX", "MED BOX", "MED BAG", "LG CASE", "LG BOX"];
const SEGMENTS = ["BUILDING", "AUTOMOBILE", "MACHINERY"];
const PRIORITIES = ["1-URGENT", "2-HIGH", "3-MEDIUM", "5-LOW"];
const MODES = ["AIR", "AIR REG", "MAIL", "SHIP", "TRUCK"];

/** How many rows the tables have that others refer to. */
const SIZES = { supplier: 20, customer: 90, part: 60, orders: 500 };

/** The lines of each table. */
export function tpchLines(seed: number): Readonly<Record<string, string[]>> {
  const rng = new Rng(seed);
  const below = (count: number) => Math.floor(rng.uniform() * count);
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const money = (most: number) => (below(most * 100) / 100).toFixed(2);
  const day = (from: string, days: number) =>
    new Date(Date.parse(from) + below(days) * 86_400_000).toISOString().slice(0, 10);
  const phone = (nation: number) =>
    `${nation + 10}-${100 + below(900)}-${100 + below(900)}-${1_000 + below(9_000)}`;
  const line = (...fields: readonly unknown[]) => `${fields.join("|")}|`;
  const numbered = (count: number, row: (key: number) => string) =>
    Array.from({ length: count }, (_, k) => row(k + 1));

  const nations = NATIONS.split(",").map(
    (text) => text.match(/^(.*) (\d)$/)?.slice(1) as [string, string],
  );
  const partsupp: string[] = [];
  const part = numbered(SIZES.part, (key) => {
    for (let k = 0; k < 4; k++) {
      partsupp.push(
        line(key, 1 + ((key + k * 5) % SIZES.supplier), 1 + below(9_000), money(1_000), "even"),
      );
    }
    const name = `${one(["green", "forest", "almond"])} ${one(["mint", "green", "blush"])}`;
    const brand = `Brand#${one([12, 23, 34, 45])}`;
    return line(
      key,
      name,
      "Manufacturer#1",
      brand,
      one(TYPES),
      one([1, 3, 9, 14, 15, 23]),
      one(CONTAINERS),
      money(2_000),
      "x",
    );
  });
  const lineitem: string[] = [];
  const orders = numbered(SIZES.orders, (key) => {
    const ordered = day("1992-06-01", 2_200);
    const lines = key % 40 === 0 ? 7 : 1 + below(6);
    for (let k = 1; k <= lines; k++) {
      const supplied = 1 + below(SIZES.part);
      const supplier = 1 + ((supplied + below(4) * 5) % SIZES.supplier);
      const quantity = key % 40 === 0 ? 50 : 1 + below(50);
      const [shipped, committed, received] = [1, 30, 20].map((from) => day(ordered, from + 60));
      lineitem.push(
        line(
          key,
          supplied,
          supplier,
          k,
          quantity,
          money(50_000),
          `0.0${below(10)}`,
          `0.0${below(9)}`,
          one(["R", "A", "N"]),
          one(["O", "F"]),
          shipped,
          committed,
          received,
          one(["DELIVER IN PERSON", "NONE"]),
          one(MODES),
          "quick",
        ),
      );
    }
    const comment = one(["special packages requests", "final deposits", "idle"]);
    return line(
      key,
      1 + below(SIZES.customer - 30),
      one(["F", "O"]),
      money(400_000),
      ordered,
      one(PRIORITIES),
      "Clerk#1",
      0,
      comment,
    );
  });
  return {
    region: REGIONS.map((name, key) => line(key, name, "x")),
    nation: nations.map(([name, region], key) => line(key, name, region, "x")),
    supplier: numbered(SIZES.supplier, (key) => {
      const nation = key % nations.length;
      const comment = key % 7 === 0 ? "slow Customer said Complaints" : "fine";
      return line(
        key,
        `Supplier#${key}`,
        `road ${key}`,
        nation,
        phone(nation),
        money(9_000),
        comment,
      );
    }),
    customer: numbered(SIZES.customer, (key) => {
      const nation = key % nations.length;
      const prefixed = key % 2 === 0 ? `${one([13, 31, 23, 29])}-100-200-3000` : phone(nation);
      return line(
        key,
        `Customer#${key}`,
        `way ${key}`,
        nation,
        prefixed,
        money(9_000),
        one(SEGMENTS),
        "x",
      );
    }),
    part,
    partsupp,
    orders,
    lineitem,
  };
}
