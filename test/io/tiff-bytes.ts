// Tiled GeoTIFF files with overviews, made byte by byte: the package that reads them writes none.

/** An image of a file: pixels by band, row and column. */
export interface TiffImage {
  readonly bands: readonly (readonly Uint16Array[])[];
  readonly isOverview?: boolean;
}

/** Pixels along both edges of a tile. */
export const TILE = 16;

type Entry = readonly [tag: number, type: number, values: readonly number[]];

const [SHORT, LONG, DOUBLE] = [3, 4, 12];
const BYTES: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, [DOUBLE]: 8 };

/** A file of images of 16 bits; the first one begins at (500000, 4600000) of UTM zone 32. */
export function tiffOf(images: readonly TiffImage[]): Buffer {
  const pieces: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])];
  let length = 8;
  const add = (bytes: Buffer): number => {
    const at = length;
    pieces.push(bytes, Buffer.alloc(bytes.length % 2));
    length += bytes.length + (bytes.length % 2);
    return at;
  };
  const links: number[] = [];
  for (const image of images) {
    const offsets = tilesOf(image).map(add);
    const entries = entriesOf(image, offsets);
    const lists = entries.map(([, type, values]) => {
      const bytes = encoded(type, values);
      return bytes.length > 4 ? add(bytes) : bytes;
    });
    const directory = Buffer.alloc(2 + 12 * entries.length + 4);
    directory.writeUInt16LE(entries.length, 0);
    entries.forEach(([tag, type, values], i) => {
      const at = 2 + 12 * i;
      directory.writeUInt16LE(tag, at);
      directory.writeUInt16LE(type, at + 2);
      directory.writeUInt32LE(values.length, at + 4);
      const list = lists[i] as number | Buffer;
      if (typeof list === "number") directory.writeUInt32LE(list, at + 8);
      else list.copy(directory, at + 8);
    });
    links.push(add(directory), directory.length);
  }
  const whole = Buffer.concat(pieces);
  let link = 4;
  for (let i = 0; i < links.length; i += 2) {
    const [at = 0, bytes = 0] = links.slice(i, i + 2);
    whole.writeUInt32LE(at, link);
    link = at + bytes - 4;
  }
  return whole;
}

function entriesOf({ bands, isOverview }: TiffImage, offsets: readonly number[]): Entry[] {
  const [height, width] = [bands[0]?.length ?? 0, bands[0]?.[0]?.length ?? 0];
  const each = bands.map(() => 16);
  const bytes = offsets.map(() => TILE * TILE * 2 * bands.length);
  const place: Entry[] = [
    [33550, DOUBLE, [10, 10, 0]],
    [33922, DOUBLE, [0, 0, 0, 500_000, 4_600_000, 0]],
    [34735, SHORT, [1, 1, 0, 1, 3072, 0, 1, 32_632]],
  ];
  return [
    [254, LONG, [isOverview ? 1 : 0]],
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, each],
    [259, SHORT, [1]],
    [262, SHORT, [1]],
    [277, SHORT, [bands.length]],
    [284, SHORT, [1]],
    [322, LONG, [TILE]],
    [323, LONG, [TILE]],
    [324, LONG, offsets],
    [325, LONG, bytes],
    [339, SHORT, bands.map(() => 1)],
    ...(isOverview ? [] : place),
  ];
}

function tilesOf({ bands }: TiffImage): Buffer[] {
  const [height, width] = [bands[0]?.length ?? 0, bands[0]?.[0]?.length ?? 0];
  const tiles: Buffer[] = [];
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const tile = Buffer.alloc(TILE * TILE * 2 * bands.length);
      for (let i = 0; i < TILE * TILE * bands.length; i++) {
        const [pixel, band] = [Math.floor(i / bands.length), i % bands.length];
        const row = bands[band]?.[top + Math.floor(pixel / TILE)];
        tile.writeUInt16LE(row?.[left + (pixel % TILE)] ?? 0, 2 * i);
      }
      tiles.push(tile);
    }
  }
  return tiles;
}

function encoded(type: number, values: readonly number[]): Buffer {
  const each = BYTES[type] as number;
  const bytes = Buffer.alloc(each * values.length);
  values.forEach((value, i) => {
    if (type === DOUBLE) bytes.writeDoubleLE(value, each * i);
    else bytes.writeUIntLE(value, each * i, each);
  });
  return bytes;
}
