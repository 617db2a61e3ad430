// The numbers and names that everything else speaks of. Brands keep an offset from being passed
// as an epoch; at run time they are plain numbers and strings.

import { assert } from "./assert.ts";

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Position of a record in a partition's log, from 0. A safe integer. */
export type Offset = Branded<number, "Offset">;
/** Generation of a partition's or a quorum's leader. -1: none. */
export type Epoch = Branded<number, "Epoch">;
/** Id of a broker or controller. -1: none. */
export type NodeId = Branded<number, "NodeId">;
/** 16 bytes as 22 characters of URL-safe base64 without padding, as Kafka prints them. */
export type Uuid = Branded<string, "Uuid">;

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export function offset(value: number): Offset {
  assert(Number.isSafeInteger(value), "An offset is a safe integer", { value });
  return value as Offset;
}

/**
 * An int64 of the wire as a number. Values beyond the safe integers are brought to the nearest
 * safe one: as an offset or a timestamp they lie outside of every log either way.
 */
export function safeInteger(value: bigint): number {
  if (value > MAX_SAFE) return Number.MAX_SAFE_INTEGER;
  if (value < MIN_SAFE) return Number.MIN_SAFE_INTEGER;
  return Number(value);
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const MIN_SAFE = BigInt(Number.MIN_SAFE_INTEGER);

export function epoch(value: number): Epoch {
  return value as Epoch;
}

export function nodeId(value: number): NodeId {
  return value as NodeId;
}

export const NO_EPOCH = -1 as Epoch;
export const NO_NODE = -1 as NodeId;

/** "None" wherever a uuid may be absent. */
export const ZERO_UUID = "AAAAAAAAAAAAAAAAAAAAAA" as Uuid;
/** The topic id of `__cluster_metadata`. */
export const METADATA_TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAQ" as Uuid;
export const METADATA_TOPIC = "__cluster_metadata";

export function uuidFromBytes(bytes: Uint8Array): Uuid {
  assert(bytes.length === 16, "A uuid has 16 bytes", { length: bytes.length });
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true }) as Uuid;
}

export function uuidToBytes(uuid: Uuid): Uint8Array {
  return Uint8Array.fromBase64(uuid, { alphabet: "base64url" });
}

/** Writes a uuid's 16 bytes at `at`, without an array of their own. */
export function writeUuid(uuid: Uuid, bytes: Uint8Array, at: number): void {
  const isWhole = uuid.length === UUID_CHARACTERS;
  if (!isWhole) assert(isWhole, "A uuid has 22 characters", { uuid });
  let bits = 0;
  let count = 0;
  let to = at;
  for (let i = 0; i < UUID_CHARACTERS; i++) {
    // What lies above the last byte falls off at 32 bits.
    bits = (bits << 6) | (SIX_BITS[uuid.charCodeAt(i)] as number);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[to++] = bits >>> count;
  }
}

const UUID_CHARACTERS = 22;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** By the code of a character. */
const SIX_BITS = new Uint8Array(128);
for (let i = 0; i < ALPHABET.length; i++) SIX_BITS[ALPHABET.charCodeAt(i)] = i;

/** Whether a text is the 22 characters of a uuid. */
export function isUuid(text: string): text is Uuid {
  // The last character carries 2 bits only.
  return /^[A-Za-z0-9_-]{21}[AQgw]$/.test(text);
}
