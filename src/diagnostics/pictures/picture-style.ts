// Styles of drawn pictures: arrows, highlights on hover, and dark mode.

/**
 * The style sheet of a picture; its names count inside a picture alone, since pages hold pictures.
 */
export const PICTURE_STYLE = `
.tilework { background-color: #f8fafc }
.tilework .arrow { fill: none; stroke: #94a3b8; stroke-width: 1.3 }
.tilework .tip { fill: #94a3b8 }
.tilework .all-reads { fill: none; stroke: #64748b; stroke-width: 0.6; opacity: 0.45; pointer-events: none }
.tilework .reads { fill: none; stroke: #0f172a; stroke-width: 1.1; visibility: hidden; pointer-events: none }
.tilework .cells .node:hover .reads { visibility: visible }
.tilework .cells .node:hover rect { stroke: #0f172a; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  .tilework { background-color: #0f172a }
  .tilework .ground { fill: #0f172a }
  .tilework .heading { fill: #f1f5f9 }
  .tilework .plain.card { fill: #1e293b; stroke: #475569 }
  .tilework .panel text { fill: #e2e8f0 }
  .tilework .legend text { fill: #cbd5e1 }
  .tilework .ghost { stroke: #475569 }
  .tilework .arrow { stroke: #64748b }
  .tilework .tip { fill: #64748b }
  .tilework .all-reads { stroke: #cbd5e1 }
  .tilework .reads { stroke: #f8fafc }
  .tilework .cells .node:hover rect { stroke: #f8fafc }
}
`;
