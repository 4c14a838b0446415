// Roles of peers that prove who they are by keys. permissions.ts in messages/ says who may say what.

/** What a key lets its owner do; administrators do what clients do, and more. */
export const ROLES = ["scheduler", "worker", "client", "admin"] as const;
export type Role = (typeof ROLES)[number];
