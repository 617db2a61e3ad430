// Holds the schemas against golden vectors: lines of JSON with a message, its bytes, and its bytes
// as they are stored. Messages without a schema are counted as skipped.

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { apis } from "@odradek/protocol/messages/mod";
import type { AnySchema } from "@odradek/protocol/schema/api";
import { fromJson, type JsonObject, toJson } from "@odradek/protocol/schema/json";
import { type Stored, storedSchemas } from "@odradek/protocol/schemas/mod";
import { Reader } from "@odradek/protocol/wire/reader";

/** One line of a file of vectors. */
export interface Vector {
  readonly type: "request" | "response" | "header" | "record";
  readonly apiKey?: number;
  readonly name: string;
  readonly version: number;
  readonly json: JsonObject;
  readonly hex: string;
  readonly framedHex?: string;
  readonly unknownTaggedFields?: readonly unknown[];
}

export interface VectorResults {
  passed: number;
  failed: number;
  /** Lines by the name of a message that has no schema. */
  readonly skipped: Map<string, number>;
  /** One text per failed line. */
  readonly failures: string[];
}

/** Checks every line of every `.jsonl` file of a folder. */
export async function checkVectors(folder: string): Promise<VectorResults> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".jsonl")).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
  return checkVectorLines(texts.flatMap((text) => text.split("\n")));
}

/** Empty lines are passed over. */
export function checkVectorLines(lines: Iterable<string>): VectorResults {
  const results: VectorResults = { passed: 0, failed: 0, skipped: new Map(), failures: [] };
  for (const line of lines) {
    if (line.trim() !== "") checkLine(line, results);
  }
  return results;
}

function checkLine(line: string, results: VectorResults): void {
  const vector = JSON.parse(line) as Vector;
  const stored = schemaOf(vector);
  if (stored === undefined) {
    results.skipped.set(vector.name, (results.skipped.get(vector.name) ?? 0) + 1);
    return;
  }
  const failure = checkVector(vector, stored);
  if (failure === undefined) {
    results.passed++;
    return;
  }
  results.failed++;
  results.failures.push(`${vector.name} version ${vector.version}: ${failure}`);
}

/** Undefined: there is none yet. */
export function schemaOf({ type, apiKey, name }: Vector): Stored | undefined {
  if (type === "header" || type === "record") return storedSchemas.get(name);
  const api = apis.get(apiKey as number);
  return api === undefined ? undefined : { schema: api[type] };
}

/** What is wrong; undefined: nothing. */
function checkVector(vector: Vector, { schema, encodeStored }: Stored): string | undefined {
  try {
    return checkDecoding(vector, schema) ?? checkEncoding(vector, schema) ??
      (encodeStored === undefined ? undefined : checkStored(vector, schema, encodeStored));
  } catch (thrown) {
    return String(thrown);
  }
}

function checkDecoding({ json, hex, version }: Vector, schema: AnySchema): string | undefined {
  const reader = new Reader(Uint8Array.fromHex(hex));
  const decoded = toJson(schema, schema.read(reader, version) as object, version);
  if (reader.remaining > 0) return `${reader.remaining} bytes left after decoding`;
  const isEqual = isDeepStrictEqual(decoded, json) &&
    JSON.stringify(decoded) === JSON.stringify(json);
  return isEqual ? undefined : `decoded to ${show(decoded)}, not ${show(json)}`;
}

function checkEncoding(vector: Vector, schema: AnySchema): string | undefined {
  if (vector.unknownTaggedFields !== undefined) return undefined;
  const draft = fromJson(schema, vector.json, vector.version);
  const encoded = schema.encode(draft, vector.version).toHex();
  return encoded === vector.hex ? undefined : `encoded to ${encoded}, not ${vector.hex}`;
}

function checkStored(
  vector: Vector,
  schema: AnySchema,
  encodeStored: NonNullable<Stored["encodeStored"]>,
): string | undefined {
  if (vector.framedHex === undefined) return "no stored form in the vector";
  if (vector.unknownTaggedFields !== undefined) return undefined;
  const draft: object = fromJson(schema, vector.json, vector.version);
  const encoded = encodeStored(draft, vector.version).toHex();
  return encoded === vector.framedHex ? undefined : `stored as ${encoded}, not ${vector.framedHex}`;
}

function show(json: JsonObject): string {
  return JSON.stringify(json).slice(0, 2000);
}

/**
 * Arguments: the folder. Ends with the line `N passed, N failed`; the exit code is 1 if a line
 * failed or if nothing was checked.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const [folder] = argv;
  if (folder === undefined) {
    console.error("Usage: check_vectors FOLDER");
    process.exitCode = 1;
    return;
  }
  const { passed, failed, skipped, failures } = await checkVectors(folder);
  for (const [name, lines] of skipped) console.log(`skipped: ${name} (${lines} lines)`);
  for (const failure of failures.slice(0, FAILURES_SHOWN_MAX)) console.log(failure);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

const FAILURES_SHOWN_MAX = 20;

if (import.meta.main) await main(process.argv.slice(2));
