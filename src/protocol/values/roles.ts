// Roles of peers that prove who they are by keys. permissions.ts in messages/ says who may say
// what.

/** The permissions of a key's owner; administrators have those of clients, and more. */
export const ROLES = ["scheduler", "worker", "client", "admin"] as const;
export type Role = (typeof ROLES)[number];
