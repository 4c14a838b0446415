// The law of imports over the tables of rooms.ts: which room a file is in, what that room may
// import, and which files import each other in circles.
import { MAY_CLOSE_CIRCLES, MAY_IMPORT, NARROWED } from "./rooms.js";
import type { Import, SourceFile } from "./source-tree.js";

/** The first folder of a path or room; a file's own name without ending at the top. */
export function houseRoomOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");
}

/**
 * The room with a line in the table, or sub-room, that a file is in: the longest that its path
 * begins with.
 */
export function roomOf(path: string): string {
  const folders = path.split("/").slice(0, -1);
  for (let depth = folders.length; depth > 0; depth -= 1) {
    const folder = folders.slice(0, depth).join("/");
    if (folder in MAY_IMPORT) return folder;
  }
  return houseRoomOf(path);
}

/** Whether a file in the room `from` may import a file in the room `to`. */
export function mayImport(from: string, to: string): boolean {
  if (from === to || from === "index") return true;
  if (houseRoomOf(`${from}/`) !== houseRoomOf(`${to}/`)) {
    const allowed = NARROWED[from] ?? MAY_IMPORT[houseRoomOf(`${from}/`)] ?? [];
    return allowed.some((room) => room === to || to.startsWith(`${room}/`));
  }
  if (from.includes("/")) return MAY_IMPORT[from]?.includes(to) ?? false;
  return !MAY_IMPORT[to]?.includes(from);
}

/**
 * Whether a file may import another: by their rooms. Besides, an index.ts directly in a room is its
 * entry and stands above all of it, and types of a class that may close circles are for all who
 * give it its methods.
 */
export function mayImportFile(path: string, { target, typeOnly }: Import): boolean {
  const isInside = houseRoomOf(path) === houseRoomOf(target);
  if (isInside && path === `${houseRoomOf(path)}/index.ts`) return true;
  if (isInside && typeOnly && MAY_CLOSE_CIRCLES.includes(target)) return true;
  return mayImport(roomOf(path), roomOf(target));
}

/** Folders directly in a room with sub-rooms that have no line of their own. */
export function foldersWithoutLine(files: readonly SourceFile[]): string[] {
  const furnished = new Set(
    Object.keys(MAY_IMPORT)
      .filter((room) => room.includes("/"))
      .map((room) => houseRoomOf(room)),
  );
  const folders = files
    .filter(({ path }) => furnished.has(houseRoomOf(path)) && path.split("/").length > 2)
    .map(({ path }) => path.split("/").slice(0, 2).join("/"));
  return [...new Set(folders)].filter((folder) => !(folder in MAY_IMPORT));
}

/** Lines of the table that no file is in, or that name a room without a line. */
export function idleLines(files: readonly SourceFile[]): string[] {
  const lived = new Set(files.map(({ path }) => roomOf(path)));
  const unknown = Object.values({ ...MAY_IMPORT, ...NARROWED })
    .flat()
    .filter((room) => room !== "index" && !(room in MAY_IMPORT));
  const empty = Object.keys(MAY_IMPORT).filter(
    (room) =>
      !lived.has(room) && !Object.keys(MAY_IMPORT).some((other) => other.startsWith(`${room}/`)),
  );
  return [...empty, ...unknown];
}

/** Rooms that may import each other in a circle, by the table: none should. */
export function circlesOfRooms(): string[][] {
  return circlesIn(
    new Map(Object.entries(MAY_IMPORT).map(([room, others]) => [room, [...others]])),
  );
}

/** Files that import each other in circles by values, which fails when they are loaded. */
export function valueCircles(files: readonly SourceFile[]): string[][] {
  return circlesIn(arrowsOf(files, (_target, typeOnly) => !typeOnly));
}

/**
 * Files that import each other in circles by values or types, but for the types of the files that
 * may.
 */
export function typeCircles(files: readonly SourceFile[]): string[][] {
  return circlesIn(
    arrowsOf(files, (target, typeOnly) => !typeOnly || !MAY_CLOSE_CIRCLES.includes(target)),
  );
}

function arrowsOf(
  files: readonly SourceFile[],
  counts: (target: string, typeOnly: boolean) => boolean,
): Map<string, string[]> {
  return new Map(
    files.map(({ path, imports }) => [
      path,
      imports
        .filter(({ target, typeOnly }) => counts(target, typeOnly))
        .map(({ target }) => target),
    ]),
  );
}

/**
 * Strongly connected components of more than one node, or of one that points at itself (Tarjan,
 * 1972).
 */
function circlesIn(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const numbers = new Map<string, number>();
  const stack: string[] = [];
  const visit = (node: string): number => {
    const own = numbers.size;
    let lowest = own;
    numbers.set(node, own);
    const depth = stack.push(node) - 1;
    for (const target of arrows.get(node) ?? []) {
      if (!arrows.has(target)) continue;
      if (!numbers.has(target)) lowest = Math.min(lowest, visit(target));
      else if (stack.includes(target)) lowest = Math.min(lowest, numbers.get(target) ?? own);
    }
    if (lowest < own) return lowest;
    const component = stack.splice(depth);
    if (component.length > 1 || arrows.get(node)?.includes(node)) found.push(component.sort());
    return lowest;
  };
  for (const node of arrows.keys()) if (!numbers.has(node)) visit(node);
  return found;
}
