// Pictures as pictures: SVG by Graphviz (WebAssembly from npm), PNG from that.
import { createRequire } from "node:module";
import { dotOf } from "./dot.js";
import type { Picture } from "./picture.js";

const require = createRequire(import.meta.url);

/** Pixels of a PNG along its longer side, at most; a larger picture is shrunk. */
const PIXELS_MAX = 8_000;

/** SVG text. */
export async function svgOf(picture: Picture): Promise<string> {
  // Loaded when something is drawn: the WebAssembly takes longer to start than all the rest.
  const { instance } = await import("@viz-js/viz");
  return (await instance()).renderString([...dotOf(picture)].join(""), { format: "svg" });
}

/** A PNG file's bytes, at twice the SVG's size where that is not too large. */
export async function pngOf(picture: Picture): Promise<Uint8Array> {
  const svg = await svgOf(picture);
  const { Resvg } = await import("@resvg/resvg-js");
  // A font of its own: a bare server has none, and boxes without words say nothing. Its letters are as wide as
  // Helvetica's, which Graphviz has measured.
  const options = {
    font: {
      loadSystemFonts: false,
      fontFiles: ["400Regular/Arimo_400Regular.ttf", "700Bold/Arimo_700Bold.ttf"].map((file) =>
        require.resolve(`@expo-google-fonts/arimo/${file}`),
      ),
      defaultFontFamily: "Arimo",
    },
  };
  const { width, height } = new Resvg(svg, options);
  const zoom = Math.min(2, PIXELS_MAX / Math.max(width, height));
  const sized = new Resvg(svg, { ...options, fitTo: { mode: "zoom", value: zoom } });
  return sized.render().asPng();
}
