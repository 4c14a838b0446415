// Pictures as PNG, converted from their SVG.
import { createRequire } from "node:module";
import { ArgumentError } from "../../base/errors.js";
import { svgOf } from "./draw-svg.js";
import type { Picture } from "./picture.js";

/** Pixels of a PNG along its longer side, at most; a larger picture is shrunk. */
const PIXELS_MAX = 8_000;

/**
 * A PNG file's bytes, at twice the SVG's size where that is not too large.
 *
 * @throws ArgumentError `argument.value` when what draws it is not installed
 */
export async function pngOf(pictures: readonly Picture[]): Promise<Uint8Array> {
  const svg = await svgOf(pictures);
  const { Resvg, fontFiles } = await loadRenderer();
  // The package brings its own font: a bare server has none, and boxes without text are useless.
  // Its letters are as wide as Helvetica's, which text-width.ts measures.
  const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: "Arimo" };
  const { width, height } = new Resvg(svg, { font });
  const zoom = Math.min(2, PIXELS_MAX / Math.max(width, height));
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: zoom } }).render().asPng();
}

/** Optional packages that only PNG files need; users install them. */
const PNG_PACKAGES = ["@resvg/resvg-js", "@expo-google-fonts/arimo"] as const;

async function loadRenderer() {
  const require = createRequire(import.meta.url);
  const [, font] = PNG_PACKAGES;
  try {
    const { Resvg } = await import("@resvg/resvg-js");
    const files = ["400Regular/Arimo_400Regular.ttf", "700Bold/Arimo_700Bold.ttf"];
    return { Resvg, fontFiles: files.map((file) => require.resolve(`${font}/${file}`)) };
  } catch (error) {
    if (!/MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
    const command = `npm install ${PNG_PACKAGES.join(" ")}`;
    throw new ArgumentError(
      "value",
      `a .png file is drawn by packages that are not installed: run \`${command}\`, or write an .svg file`,
      { packages: PNG_PACKAGES },
    );
  }
}
