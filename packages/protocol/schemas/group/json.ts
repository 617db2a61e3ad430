// Records of `__consumer_offsets` as kafka-dump-log prints them. What consumers told each other in
// a classic group are bytes to the coordinator; here they are read as well.

import { type JsonObject, toJsonNumbers } from "../../schema/json.ts";
import { Malformed } from "../../wire/malformed.ts";
import { coordinatorPrinter, type CoordinatorRecordJson } from "../coordinator_json.ts";
import { type Decodes, decodeVersionedOrNewer } from "../versioned.ts";
import { ConsumerProtocolAssignment } from "./consumer_protocol_assignment.ts";
import { ConsumerProtocolSubscription } from "./consumer_protocol_subscription.ts";
import type { GroupMetadataValue } from "./group_metadata.ts";
import { type GroupRecord, groupRecords } from "./records.ts";

const print = coordinatorPrinter(groupRecords);

/** For `toJsonText`. */
export function groupRecordToJson(record: GroupRecord): CoordinatorRecordJson {
  const { key, value } = print(record);
  if (value === null || record.type !== "GroupMetadata") return { key, value };
  if (record.value?.protocolType !== "consumer") return { key, value };
  const data = value["data"] as JsonObject;
  const members = (data["members"] as readonly JsonObject[]).map((member, i) => ({
    ...member,
    ...readByConsumers(record.value?.members[i]),
  }));
  return { key, value: { ...value, data: { ...data, members } } };
}

function readByConsumers(member: GroupMetadataValue["members"][number] | undefined): JsonObject {
  if (member === undefined) return {};
  const subscription = versionedToJson(ConsumerProtocolSubscription, member.subscription);
  const assignment = versionedToJson(ConsumerProtocolAssignment, member.assignment);
  return {
    ...(subscription === undefined ? {} : { subscription }),
    ...(assignment === undefined ? {} : { assignment }),
  };
}

/** Undefined: they are not what consumers write; the bytes are shown then. */
function versionedToJson(schema: Decodes<object>, bytes: Uint8Array): JsonObject | undefined {
  try {
    const { version, message } = decodeVersionedOrNewer(schema, bytes);
    return toJsonNumbers(schema, message, Math.min(version, schema.versions[1]));
  } catch (thrown) {
    if (thrown instanceof Malformed) return undefined;
    throw thrown;
  }
}
