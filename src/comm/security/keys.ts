// Keys of one cluster: a pair for each role, on Curve25519, as ZeroMQ writes them (Z85). The
// owner of a role's secret key may do what the role may.
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
} from "node:crypto";
import { ROLES, type Role } from "../../protocol/values/roles.js";
import { decodeZ85, encodeZ85 } from "./z85.js";

/** The public half of keys that have a name: one person's, or one machine's. */
export interface NamedKey {
  readonly role: Role;
  readonly publicKey: string;
}

/** The keys that a process of one role has. */
export interface Security {
  readonly role: Role;
  /** Whose keys they are, where they are not those that all of its role share. */
  readonly name?: string;
  readonly publicKey: string;
  readonly secretKey: string;
  /** The public keys of all roles of the cluster. */
  readonly cluster: Readonly<Record<Role, string>>;
  /** Those that have a name, which count as much as their role's. */
  readonly named?: Readonly<Record<string, NamedKey>>;
  /** The file that they are from: its public keys may be renewed while this process runs. */
  readonly file?: string;
}

/** New keys for a new cluster, by role. */
export function newKeys(): Readonly<Record<Role, Security>> {
  const pairs = ROLES.map((role) => [role, newPair()] as const);
  const publicKeys = pairs.map(([role, { publicKey }]) => [role, publicKey] as const);
  const cluster = Object.fromEntries(publicKeys) as Record<Role, string>;
  const all = pairs.map(([role, pair]) => [role, { role, ...pair, cluster }] as const);
  return Object.fromEntries(all) as Record<Role, Security>;
}

/** The same keys of a cluster with another pair for one role. */
export function renewed(
  keys: Readonly<Record<Role, Security>>,
  role: Role,
): Readonly<Record<Role, Security>> {
  const pair = newPair();
  const all = ROLES.map((each) => {
    const cluster = { ...keys[each].cluster, [role]: pair.publicKey };
    return [each, { ...keys[each], ...(each === role ? pair : {}), cluster }] as const;
  });
  return Object.fromEntries(all) as Record<Role, Security>;
}

/** New keys of their own for one that has a role of the cluster. */
export function namedKeys(of: Security, role: Role, name: string): Security {
  const { cluster, named } = of;
  const pair = newPair();
  const own = { role, publicKey: pair.publicKey };
  return { role, name, ...pair, cluster, named: { ...named, [name]: own } };
}

/**
 * A secret of the owners of two key pairs: proof of the role `role` between them. It is only ever
 * sent over a connection that CURVE has encrypted for one of them.
 *
 * @param peerKey the other's public key
 */
export function roleProof(
  own: Pick<Security, "publicKey" | "secretKey">,
  peerKey: string,
  role: Role,
): Buffer {
  const secret = diffieHellman({
    privateKey: createPrivateKey({
      key: { ...jwk(own.publicKey), d: base64(own.secretKey) },
      format: "jwk",
    }),
    publicKey: createPublicKey({ key: jwk(peerKey), format: "jwk" }),
  });
  return createHmac("sha256", secret).update(`tilework role ${role}`).digest();
}

function newPair(): { readonly publicKey: string; readonly secretKey: string } {
  const { privateKey } = generateKeyPairSync("x25519");
  const { x = "", d = "" } = privateKey.export({ format: "jwk" });
  return { publicKey: z85(x), secretKey: z85(d) };
}

function jwk(publicKey: string) {
  return { kty: "OKP", crv: "X25519", x: base64(publicKey) };
}

function base64(key: string): string {
  return Buffer.from(decodeZ85(key)).toString("base64url");
}

function z85(base64Key: string): string {
  return encodeZ85(Buffer.from(base64Key, "base64url"));
}
