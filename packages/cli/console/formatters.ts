// The formatters of `consume`, by name: lines, or the records of an internal topic as JSON.

import type { JsonObject } from "@odradek/protocol/schema/json";
import { encodeText } from "@odradek/protocol/wire/writer";
import type { CoordinatorLog } from "../dump/decoders/coordinator_decoder.ts";
import { groupLog, transactionLog } from "../dump/decoders/coordinator_logs.ts";
import { javaJsonText } from "../dump/java_json.ts";
import { Failure } from "../failure.ts";
import { type Formatter, formatterOptions, lineFormatter } from "./formatter.ts";

export type { Formatter } from "./formatter.ts";

const NAMES = "line, offsets, group-metadata, transaction-log";

/** By a short name or that of Kafka's class. Failure if there is none. */
export function formatterNamed(name: string, properties: ReadonlyMap<string, string>): Formatter {
  const short = name.replace(/^.*[.$]/, "").replace(/MessageFormatter$/, "").toLowerCase();
  switch (short.replaceAll("-", "")) {
    case "line":
    case "default":
      return lineFormatter(formatterOptions(properties));
    case "offsets":
      return coordinatorFormatter(groupLog, ["OffsetCommit", "LegacyOffsetCommit"]);
    case "groupmetadata":
      return coordinatorFormatter(groupLog, ["GroupMetadata"]);
    case "transactionlog":
      return coordinatorFormatter(transactionLog, ["TransactionLog"]);
    case "noop":
      return () => new Uint8Array(0);
    default:
      throw new Failure(`There is no formatter ${name}: use one of ${NAMES}`);
  }
}

/** Records of other types than these are left out. */
function coordinatorFormatter<R extends { readonly type: string }>(
  { decode, toJson }: CoordinatorLog<R>,
  types: readonly string[],
): Formatter {
  return ({ key, value }) => {
    const record = key === null ? undefined : decode({ key, value });
    if (record === undefined || !types.includes(record.type)) return new Uint8Array(0);
    const json = toJson(record);
    const shown = { key: withNumber(json.key), value: json.value && withNumber(json.value) };
    return encodeText(`${javaJsonText(shown)}\n`);
  };
}

/** Types and versions are numbers here. */
function withNumber(json: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, name === "data" ? value : Number(value)]),
  );
}
