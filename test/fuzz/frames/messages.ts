// Every message that Kafka has, in all versions: requests, responses, headers and stored records,
// from the golden vectors.

import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import type { Random } from "@odradek/base";
import type { AnySchema } from "@odradek/protocol/schema/mod";
import { toJson } from "@odradek/protocol/schema/json";
import { schemaOf, type Vector } from "../../../scripts/checks/vectors.ts";
import { mutated } from "../mutation.ts";
import { checkWeight, pick, type Target } from "../target.ts";

const ARCHIVE = new URL(
  "../../../packages/protocol/testdata/vectors/kafka_4.4.0.jsonl.br",
  import.meta.url,
);

/** A message as Kafka encodes it. */
export interface Sample {
  readonly vector: Vector;
  readonly schema: AnySchema;
  readonly bytes: Uint8Array;
}

export async function readSamples(): Promise<Sample[]> {
  const text = await promisify(brotliDecompress)(await readFile(ARCHIVE));
  const lines = text.toString("utf8").split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Vector).flatMap((vector) => {
    const schema = schemaOf(vector)?.schema;
    return schema === undefined ? [] : [{ vector, schema, bytes: Uint8Array.fromHex(vector.hex) }];
  });
}

export function messageTargets(samples: readonly Sample[]): Target[] {
  return [
    { name: "message", weight: 40, run: (random) => decode(random, samples) },
    { name: "message as JSON", weight: 5, run: (random) => decodeToJson(random, samples) },
  ];
}

function decode(random: Random, samples: readonly Sample[]): void {
  const { schema, vector: { version }, bytes } = pick(random, samples);
  const damaged = mutated(bytes, random);
  checkWeight(schema.decode(damaged, version), damaged.length);
}

/** What was decoded can be shown, whatever it is. */
function decodeToJson(random: Random, samples: readonly Sample[]): void {
  const { schema, vector: { version }, bytes } = pick(random, samples);
  const message = schema.decode(mutated(bytes, random), version);
  toJson(schema, message as object, version);
}
