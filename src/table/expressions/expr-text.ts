// Expressions as people read them: in prints of expressions and of plans.
import { userType } from "../types/column-types.js";
import type { ExprNode } from "./nodes.js";

/** An expression as people write it. */
export function exprText(node: ExprNode): string {
  switch (node.kind) {
    case "column":
      return node.name;
    case "literal":
      return typeof node.value === "string" ? JSON.stringify(node.value) : String(node.value);
    case "call": {
      const [first, ...rest] = node.args.map(exprText);
      return `${first ?? ""}.${node.name}(${rest.join(", ")})`;
    }
    case "cast":
      return `${exprText(node.value)}.cast(${userType(node.type)})`;
    case "aggregate":
      return `${node.name}(${node.args.map(exprText).join(", ")})`;
    case "sql":
      return node.parts.map((part) => (typeof part === "string" ? part : exprText(part))).join("");
    case "over":
      return `${exprText(node.call)}.over(${node.window.partitionBy.join(", ")})`;
  }
}
