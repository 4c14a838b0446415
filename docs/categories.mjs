// What docstrings need not repeat, as a plugin of typedoc: the category of their file, and the tags of a function's type,
// which hold for all its functions, such as `UnaryVerb`.
import { Comment, CommentTag, Converter, DeclarationReflection, ReflectionKind } from "typedoc";

/** By category, what the paths of its files match. */
export const CATEGORIES = new Map([
  ["Making arrays", [/^src\/array\/creation\//, /^src\/array\/signal\/hanning\.ts/]],
  ["Random numbers", [/^src\/array\/random\//]],
  ["Arrays and computing them", [/^src\/runtime\/nodes\/serial-executor\.ts/, /^src\/array\/(chunked-array\.ts|results\/|describe\/)/]],
  ["Indexing", [/^src\/array\/indexing\//]],
  ["Functions of yours on arrays", [/^src\/array\/functions\//, /^src\/array\/manipulation\/sliding-window-view\.ts/]],
  ["Shapes, chunks and dtypes", [/^src\/array\/(chunks|layers|data-types|inspection)\//, /^src\/array\/manipulation\/(rechunk|reshape-blockwise|shape)\.ts/]],
  ["Shaping and joining", [/^src\/array\/manipulation\//]],
  ["Elementwise", [/^src\/array\/elementwise\//, /^src\/array\/searching\/interp\.ts/]],
  ["Running sums and differences", [/^src\/array\/(reductions\/(cumsum|push)|statistics\/diff)\.ts/]],
  ["Reductions and statistics", [/^src\/array\/(reductions|statistics)\//, /^src\/array\/signal\/convolve\.ts/]],
  ["Groups, windows and calendars", [/^src\/array\/groups\//]],
  ["Sorting, searching and sets", [/^src\/array\/(sorting|searching|sets)\//]],
  ["Linear algebra", [/^src\/array\/linear-algebra\//]],
  ["Fourier transforms", [/^src\/array\/fft\//]],
  ["Masked arrays", [/^src\/array\/masked\//]],
  ["Bags", [/^src\/(bag)\//]],
  ["Tables", [/^src\/table\//, /^src\/io\/(csv-|read-csv\.ts)/]],
  ["Delayed calls and functions", [/^src\/(delayed|functions)\//]],
  ["Graphs", [/^src\/graph\//]],
  ["Files", [/^src\/io\//]],
  ["Clusters, futures and actors", [/^src\/(client|cluster|config)\//]],
  ["Embedding and diagnostics", [/^src\/(diagnostics|sim|scheduler|protocol)\//, /^src\/runtime\/nodes\/replay-recording\.ts/]],
  ["Errors", [/^src\/base\/errors\.ts/]],
]);

/** The category of the file at `path`, from the root of the repository. */
export function categoryOf(path) {
  return [...CATEGORIES].find(([, files]) => files.some((file) => file.test(path)))?.[0];
}

const KINDS = ReflectionKind.Function | ReflectionKind.Class | ReflectionKind.Variable;

/** The tags that hold for a function: its own, and those of its type. Both may say what it throws, if anything. */
export function allTags(own, ofType) {
  const names = new Set(own.map(({ tag }) => tag));
  const isNothing = ({ text }) => text === "nothing";
  const further = ofType.filter((each) => !names.has(each.tag) || (each.tag === "@throws" && !isNothing(each)));
  const at = own.findIndex(({ tag }) => tag === "@see" || tag === "@example");
  return own.toSpliced(at < 0 ? own.length : at, 0, ...further);
}

function tagsOf(comment) {
  const blocks = comment?.blockTags ?? [];
  return blocks.map((block) => ({ tag: block.tag, text: Comment.combineDisplayParts(block.content), block }));
}

/** What typedoc calls: categories by files, tags of types, headings of pages as their names. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const types = project.getReflectionsByKind(ReflectionKind.TypeAlias);
    for (const reflection of Object.values(project.reflections)) {
      if (!(reflection instanceof DeclarationReflection) || !reflection.kindOf(KINDS)) continue;
      const { comment, type } = reflection;
      if (comment !== undefined && type?.type === "reference") {
        const ofType = types.find(({ name }) => name === type.name)?.comment;
        comment.blockTags = allTags(tagsOf(comment), tagsOf(ofType)).map(({ block }) => block);
      }
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
