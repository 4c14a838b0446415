// `tilework keys new`, `renew` and `revoke`: keys for a cluster, others in their place, and those
// of one name.
import { type RENEWABLE, renewKeys, writeKeys } from "../../comm/security/key-files.js";
import { addNamedKeys, revokeNamedKeys } from "../../comm/security/named-keys.js";
import { EXIT_CLEAN } from "../process/exit-codes.js";

type Role = keyof ReturnType<typeof writeKeys>;

const MEANING: Readonly<Record<Role, string>> = {
  scheduler: "for `tilework scheduler`",
  worker: "for `tilework worker`",
  client: "for programs that compute",
  admin: "for programs that may also end workers and the cluster, and see all of its state",
};

/** Writes keys into a folder and says what each file is for. */
export function runNewKeys(folder: string): number {
  const lines = Object.entries(writeKeys(folder)).map(
    ([role, path]) => `${path}: ${MEANING[role as Role]}`,
  );
  lines.push("Give each machine a folder with the files of its roles only, and keep them secret.");
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT_CLEAN;
}

/** Takes the keys of one role back, and says where the new ones have to go. */
export function runRenewKeys(folder: string, role: (typeof RENEWABLE)[number]): number {
  const paths = renewKeys(folder, role);
  const lines = [
    `${paths[role]}: new keys ${MEANING[role]}; replace it on each machine that has one`,
    "Replace the files of all other roles on their machines, too: their processes read them within a second, and cut off those that have the old keys.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT_CLEAN;
}

const COPY =
  "Replace the files of the scheduler and the workers on their machines: their processes read them within a second, and go on.";

/** Adds keys of one name, and says where the files have to go. */
export function runNewNamedKeys(
  folder: string,
  role: (typeof RENEWABLE)[number],
  name: string,
): number {
  const path = addNamedKeys(folder, role, name);
  const lines = [`${path}: ${MEANING[role]}; give it to ${name} alone`, COPY];
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT_CLEAN;
}

/** Takes the keys of one name back, and says where the files have to go. */
export function runRevokeKeys(folder: string, name: string): number {
  const role = revokeNamedKeys(folder, name);
  const lines = [`the keys of ${name}, ${role}, are taken back; all others stay`, COPY];
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT_CLEAN;
}
