// `SCRAM-SHA-256=[iterations=8192,password=secret]`: what of a password goes to the brokers.

import { pbkdf2Sync, randomBytes } from "node:crypto";
import type { ScramCredential, ScramMechanism } from "@odradek/client";
import { Failure } from "../failure.ts";
import { withoutBrackets } from "./changes.ts";

const MECHANISMS: Readonly<Record<ScramMechanism, { hash: string; bytes: number }>> = {
  "SCRAM-SHA-256": { hash: "sha256", bytes: 32 },
  "SCRAM-SHA-512": { hash: "sha512", bytes: 64 },
};
const ITERATIONS = { default: 4096, min: 4096, max: 16_384 } as const;
const SALT_BYTES = 24;

export function isMechanism(name: string): name is ScramMechanism {
  return Object.hasOwn(MECHANISMS, name);
}

/** Failure if the text is not what the flag takes. */
export function scramCredential(name: string, text: string): ScramCredential {
  if (!isMechanism(name)) throw new Failure(`${name} is no SCRAM mechanism`);
  const given = new Map(withoutBrackets(text).split(",").map((part) => {
    const at = part.indexOf("=");
    return [part.slice(0, at).trim(), part.slice(at + 1)];
  }));
  const password = given.get("password");
  if (password === undefined || password === "") {
    throw new Failure(`${name} needs a password: ${name}=[iterations=8192,password=…]`);
  }
  const iterations = Number(given.get("iterations") ?? ITERATIONS.default);
  if (!(iterations >= ITERATIONS.min && iterations <= ITERATIONS.max)) {
    const range = `from ${ITERATIONS.min} to ${ITERATIONS.max}`;
    throw new Failure(`Iterations of ${name} must be a number ${range}`);
  }
  const { hash, bytes } = MECHANISMS[name];
  const salt = new Uint8Array(randomBytes(SALT_BYTES));
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, bytes, hash);
  return { mechanism: name, iterations, salt, saltedPassword: new Uint8Array(salted) };
}
