// Tables as bags: whatever stands in their fields and wherever files are cut, rows are those of the
// file read as a whole.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readCsvRows } from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-csv-"));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A field as it is written: quoted where it has to be, and now and then where not. */
const written = (field: string, isQuoted: boolean) =>
  isQuoted || /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

const field = fc.tuple(
  fc.array(fc.constantFrom("a", "é", '"', ",", "\n", "\r\n", '""', " "), { maxLength: 5 }),
  fc.boolean(),
);

describe("readCsvRows", () => {
  it("reads rows of any fields, wherever files are cut", async () => {
    const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(rows, { minLength: 1, maxLength: 2 }),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 2, max: 40 }),
        async (files, lineEnd, blockBytes) => {
          const paths = files.map((table, k) => {
            const lines = table.map((row) =>
              row
                .map(([parts, isQuoted], i) => written(`${i}${parts.join("")}`, isQuoted))
                .join(","),
            );
            writeFileSync(at(`${k}.csv`), ['left,"ri""ght"', ...lines].join(lineEnd));
            return at(`${k}.csv`);
          });
          const expected = files.flat().map(([[left], [right]]) => ({
            left: `0${left.join("")}`,
            'ri"ght': `1${right.join("")}`,
          }));
          const cut = await readCsvRows(paths, { blockBytes });
          expect(await cut.compute()).toEqual(expected);
          const whole = await readCsvRows(paths);
          expect(whole.npartitions).toBe(files.length);
          expect(await whole.compute()).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("gives rows as lists, under given names, with numbers", async () => {
    writeFileSync(at("t.csv"), "\ufeffa;1\nb;2.5\n\nc;x\n");
    for (const blockBytes of [undefined, 4]) {
      const options = { delimiter: ";", ...(blockBytes === undefined ? {} : { blockBytes }) };
      const lists = await readCsvRows<string[]>(at("t.csv"), { ...options, columns: false });
      expect(await lists.compute()).toEqual([
        ["a", "1"],
        ["b", "2.5"],
        ["c", "x"],
      ]);
      const named = await readCsvRows(at("t.csv"), {
        ...options,
        columns: ["k", "n"],
        numbers: true,
      });
      expect(await named.pluck("n").compute()).toEqual([1, 2.5, "x"]);
    }
    writeFileSync(at("latin1.csv"), Buffer.from("name\nGr\xfcn\n", "latin1"));
    const green = await readCsvRows(at("latin1.csv"), { encoding: "latin1" });
    expect(await green.compute()).toEqual([{ name: "Grün" }]);
    await expect((await readCsvRows(at("latin1.csv"))).compute()).rejects.toThrow(
      /latin1\.csv: it is no utf8/,
    );
  });

  it("says by file and line what is no row, and which files cannot be cut", async () => {
    const rows = ["a,b", "1,2", '"3\n3",4', "5,6,7", "8,9"];
    writeFileSync(at("long.csv"), rows.join("\n"));
    writeFileSync(at("quote.csv"), 'a,b\n1,2\n3,x"y\n');
    writeFileSync(at("open.csv"), 'a,b\n1,2\n3,"y\n');
    for (const options of [{}, { blockBytes: 4 }, { blockBytes: 9 }]) {
      const compute = async (name: string) => (await readCsvRows(at(name), options)).compute();
      const what = JSON.stringify(options);
      await expect(compute("long.csv"), what).rejects.toThrow(
        `cannot read ${at("long.csv")}: line 5 is no row: Invalid Record Length`,
      );
      await expect(compute("quote.csv"), what).rejects.toThrow(/quote\.csv: line 3 is no row/);
      await expect(compute("open.csv"), what).rejects.toThrow(
        /open\.csv: line \d is no row: Quote/,
      );
    }
    writeFileSync(at("t.csv.gz"), gzipSync("a\n1\n"));
    expect(await (await readCsvRows(at("t.csv.gz"))).compute()).toEqual([{ a: "1" }]);
    await expect(readCsvRows(at("t.csv.gz"), { blockBytes: 10 })).rejects.toThrow(/is compressed/);
    writeFileSync(at("broken.csv.gz"), gzipSync("a\n1\n".repeat(500)).subarray(0, 20));
    await expect((await readCsvRows(at("broken.csv.gz"))).compute()).rejects.toThrow(
      /broken\.csv\.gz/,
    );
  });
});
