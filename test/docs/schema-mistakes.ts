// Checks answers against the JSON Schemas of docs/reference.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

const schemas = new Map<string, Ajv2020>();

function schemaOf(name: "observe" | "api"): Ajv2020 {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const file = new URL(`../../docs/reference/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ allErrors: true });
  ajv.addSchema(JSON.parse(readFileSync(file, "utf8")), name);
  schemas.set(name, ajv);
  return ajv;
}

/** What is wrong with an answer: `definition` is a command, or a path of the API. */
export function mistakesIn(
  name: "observe" | "api",
  definition: string,
  answer: unknown,
): readonly string[] {
  const ajv = schemaOf(name);
  if (ajv.validate(`${name}#/$defs/${definition}`, answer)) return [];
  return (ajv.errors ?? []).slice(0, 5).map(({ instancePath, message = "", params }) => {
    return `${instancePath} ${message} ${JSON.stringify(params)}`;
  });
}
