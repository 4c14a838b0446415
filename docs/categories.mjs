// The categories of the API documentation: which files' exports belong to which. A plugin of typedoc, so
// that docstrings need not repeat what their file says.
import { CommentTag, Converter, DeclarationReflection, ReflectionKind } from "typedoc";

/** By category, what the paths of its files match. */
export const CATEGORIES = new Map([
  ["Making arrays", [/^src\/array\/(create|from-array|patterns|ranges|windows|triangle-indices)\.ts/]],
  ["Random numbers", [/^src\/array\/(random\.ts|random\/)/]],
  ["Arrays and computing them", [/^src\/array\/(chunked-array|compute|iterate|store|svg)\.ts/]],
  ["Shapes, chunks and dtypes", [/^src\/array\/(broadcast|indexing|namespace-info|normalize-chunks)\.ts/, /^src\/array\/ops\/(data-types|astype|rechunk|grids)\.ts/]],
  ["Elementwise", [/^src\/array\/(ops\/elementwise\/|polynomials\.ts|ops\/interpolating\.ts)/, /^src\/array\/ops\/choosing\.ts/]],
  ["Reductions and statistics", [/^src\/array\/ops\/(reductions|nan-reductions|moments|statistics|quantiles|norms|integrals)\.ts/, /^src\/array\/ops\/(bin-edges|counting|histograms|searching|convolving)\.ts/, /^src\/array\/stats\.ts/]],
  ["Running sums and differences", [/^src\/array\/ops\/(cumulative|differences)\.ts/]],
  ["Sorting and sets", [/^src\/array\/ops\/(sorting|partitioning|largest|sets|unique|shuffle)\.ts/]],
  ["Indexing", [/^src\/array\/ops\/(slicing|take|set|selecting|placing|flat-indices|triangles)\.ts/]],
  ["Shaping and joining", [/^src\/array\/ops\/(arranging|repeating|joining|stacking|splitting|reshape|transpose|padding)\.ts/]],
  ["Linear algebra", [/^src\/array\/(linalg\/|ops\/(linalg|products|einsum)\.ts)/]],
  ["Fourier transforms", [/^src\/array\/(fft\.ts|ops\/fourier)/]],
  ["Masked arrays", [/^src\/array\/(ma\.ts|masked\/)/]],
  ["Functions of yours on arrays", [/^src\/array\/ops\/(map-blocks|block-functions|element-functions|gufuncs|gufunc-axes|overlap|map-overlap|sliding-windows|along-axes)\.ts/]],
  ["Bags", [/^src\/(bag)\//]],
  ["Delayed calls and functions", [/^src\/(delayed|functions)\//]],
  ["Files", [/^src\/io\//]],
  ["Clusters, futures and actors", [/^src\/(client|cluster)\//]],
  ["Errors", [/^src\/base\/errors\.ts/]],
]);

/** The category of the file at `path`, from the root of the repository. */
export function categoryOf(path) {
  return [...CATEGORIES].find(([, files]) => files.some((file) => file.test(path)))?.[0];
}

const KINDS = ReflectionKind.Function | ReflectionKind.Class;

/** What typedoc calls: gives functions and classes the category of their file, and pages their heading as name. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      if (!(reflection instanceof DeclarationReflection) || !reflection.kindOf(KINDS)) continue;
      const path = reflection.sources?.[0]?.fullFileName.replace(/^.*?\/(?=src\/)/, "");
      const category = path && categoryOf(path);
      if (category === undefined) continue;
      for (const { comment } of reflection.signatures ?? [reflection]) {
        comment?.blockTags.push(new CommentTag("@category", [{ kind: "text", text: category }]));
      }
    }
  });
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    const heading = page.content.map(({ text }) => text).join("").match(/^# (.+)$/m)?.[1];
    if (heading !== undefined) page.name = heading;
  });
}
