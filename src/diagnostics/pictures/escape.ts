// Text that is put into XML, HTML and Graphviz' labels.

/** The text with the characters that mean something there written as entities. */
export function escapeXml(text: string): string {
  // Most text has none of them, and there is a lot of it.
  if (!/[&<>"]/.test(text)) return text;
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
