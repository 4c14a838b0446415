// The largest width of a line of text: boxes get their width before anything draws them. Letters
// have the widths of Helvetica, which Arial, Arimo and Liberation Sans share. If none of these is
// installed, text may be wider (DejaVu Sans on a bare Linux).

/**
 * Widths of the characters from the space to the tilde, in thousandths of the font's size (Adobe's
 * AFM).
 */
const WIDTHS: readonly number[] = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** The assumed width of other characters. */
const OTHER_WIDTH = 600;

/** Bold letters are about as much wider. */
const BOLD = 1.12;

/** How much wider than Helvetica DejaVu Sans is. */
const WIDEST = 1.15;

/** The width of `text` at a font size, in the units of that size. */
export function textWidth(text: string, fontSize: number, isBold = false): number {
  let thousandths = 0;
  for (const character of text) {
    thousandths += WIDTHS[(character.codePointAt(0) as number) - 32] ?? OTHER_WIDTH;
  }
  return (thousandths / 1_000) * fontSize * WIDEST * (isBold ? BOLD : 1);
}
