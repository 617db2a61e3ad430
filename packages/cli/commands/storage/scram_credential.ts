// `--add-scram 'SCRAM-SHA-256=[name=alice,password=secret]'`: what the metadata log keeps of a
// password, so that the first users can log in (KIP-900, RFC 5802).

import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { Failure } from "../../failure.ts";

/** By name, as the metadata log numbers them. */
const MECHANISMS = new Map([
  ["SCRAM-SHA-256", { number: 1, hash: "sha256", bytes: 32 }],
  ["SCRAM-SHA-512", { number: 2, hash: "sha512", bytes: 64 }],
]);
const ITERATIONS = { min: 4096, max: 16384 };
const SALT_BYTES = 24;

/** Failure if the text is not what the flag takes. */
export function scramCredential(text: string): MetadataRecordDraft {
  const [, name = "", list] = /^([^=]+)=\[(.*)\]$/.exec(text) ?? [];
  if (list === undefined) {
    throw new Failure(`Cannot read --add-scram: it must be MECHANISM=[name=…,password=…]`);
  }
  const mechanism = MECHANISMS.get(name);
  if (mechanism === undefined) {
    throw new Failure(`The add-scram mechanism ${name} is not supported.`);
  }
  const given = new Map(list.split(",").map(keyAndValue));
  const user = given.get("name");
  if (user === undefined) throw new Failure("You must supply 'name' to add-scram");
  const iterations = iterationsOf(given.get("iterations"));
  const salt = given.has("salt")
    ? fromBase64("salt", given.get("salt") as string)
    : new Uint8Array(randomBytes(SALT_BYTES));
  const salted = saltedPassword(given, { ...mechanism, salt, iterations });
  const key = (what: string) => createHmac(mechanism.hash, salted).update(what).digest();
  const storedKey = createHash(mechanism.hash).update(key("Client Key")).digest();
  return {
    type: "UserScramCredentialRecord",
    name: user,
    mechanism: mechanism.number,
    salt,
    storedKey: new Uint8Array(storedKey),
    serverKey: new Uint8Array(key("Server Key")),
    iterations,
  };
}

function keyAndValue(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) throw new Failure("Cannot read --add-scram: between [ and ] stands key=value,…");
  const value = text.slice(at + 1).trim();
  return [text.slice(0, at).trim(), /^"(.*)"$/.exec(value)?.[1] ?? value];
}

function iterationsOf(text: string | undefined): number {
  if (text === undefined) return ITERATIONS.min;
  const { min, max } = ITERATIONS;
  const iterations = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (iterations >= min && iterations <= max) return iterations;
  throw new Failure(`The 'iterations' value must be from ${min} to ${max} for add-scram`);
}

interface Salting {
  readonly hash: string;
  readonly bytes: number;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

function saltedPassword(
  given: ReadonlyMap<string, string>,
  { hash, bytes, salt, iterations }: Salting,
): Uint8Array {
  const password = given.get("password");
  const salted = given.get("saltedpassword");
  if ((password === undefined) === (salted === undefined)) {
    throw new Failure("You must supply one of 'password' or 'saltedpassword' to add-scram");
  }
  if (password !== undefined) return pbkdf2Sync(password, salt, iterations, bytes, hash);
  if (!given.has("salt")) {
    throw new Failure("You must supply 'salt' with 'saltedpassword' to add-scram");
  }
  return fromBase64("saltedpassword", salted as string);
}

function fromBase64(key: string, text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text);
  } catch (error) {
    throw new Failure(`The '${key}' of add-scram is not base64`, { cause: error });
  }
}
