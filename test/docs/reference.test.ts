// The generated pages of docs/reference, and the picture of the guide, say what the source says.
// `UPDATE=1 npx vitest run --config test/vitest.config.ts test/docs/reference.test.ts` writes them
// again.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { apiSchema, observeSchema } from "./json-schemas.js";
import { commandsPage, configurationPage, meanPicture, optionsPage } from "./reference-pages.js";

const asText = (schema: object) => `${JSON.stringify(schema, undefined, 2)}\n`;
const folder = fileURLToPath(new URL("../../docs/reference/", import.meta.url));

test.each([
  ["commands.md", commandsPage],
  ["options.md", optionsPage],
  ["configuration.md", configurationPage],
  ["observe.schema.json", () => asText(observeSchema())],
  ["api.schema.json", () => asText(apiSchema())],
  ["../guide/mean.svg", meanPicture],
])("%s is what the source says", async (name, page) => {
  const expected = await page();
  if (process.env.UPDATE === "1") writeFileSync(`${folder}${name}`, expected);
  expect(readFileSync(`${folder}${name}`, "utf8")).toBe(expected);
});

test.each(["reference/error-codes.md", "guide/troubleshooting.md"])("%s has all codes", (name) => {
  const page = readFileSync(`${folder}../${name}`, "utf8");
  const source = readFileSync(new URL("../../src/base/errors.ts", import.meta.url), "utf8");
  const codes = [...source.matchAll(/super\(`(\w+)\.\$\{code\}`/g)].flatMap(([, family]) =>
    codesOf(source, family as string).map((code) => `${family}.${code}`),
  );
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

/** The codes of a family, as the types in base/errors.ts list them. */
function codesOf(source: string, family: string): string[] {
  const name = `${family.slice(0, 1).toUpperCase()}${family.slice(1)}`;
  const inClass = source.match(new RegExp(`class ${name}Error[^]*?super\\(`))?.[0] ?? "";
  const alias = source.match(new RegExp(`type ${name}(?:Error)?Code =([^;]*);`))?.[1];
  const union = alias ?? inClass.match(/code:([^,]*),/)?.[1] ?? "";
  return [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code as string);
}
