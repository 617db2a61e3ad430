// Recordings of what a single node of today does not do yet, by the part of the project that will
// compare them.

import { namesOf } from "./differences.ts";

export const LATER: Readonly<Record<string, string>> = {
  "ACLs": `
    kafka-acls-add-bad-operation kafka-acls-add-consumer kafka-acls-add-deny-prefixed
    kafka-acls-add kafka-acls-list-principal kafka-acls-list-topic kafka-acls-list
    kafka-acls-remove-all kafka-acls-remove`,
  "SCRAM credentials": `
    kafka-configs-alter-user-scram-one kafka-configs-alter-user-scram kafka-configs-delete-scram
    kafka-configs-describe-users`,
  "client metrics": "kafka-client-metrics-alter kafka-client-metrics-describe",
  "groups of the newer protocol (KIP-848)": `
    kafka-console-consumer-group-848 kafka-consumer-groups-describe-848-verbose
    kafka-consumer-groups-describe-848 kafka-consumer-groups-members-verbose-848
    kafka-consumer-groups-state-verbose-848 kafka-dump-log-offsets-1 kafka-groups-list`,
  "share groups": `
    kafka-console-share-consumer kafka-dump-log-offsets-2 kafka-share-groups-describe
    kafka-share-groups-list kafka-share-groups-members kafka-share-groups-reset
    kafka-share-groups-state`,
  "transactions": `
    kafka-transactions-describe-producers kafka-transactions-describe-unknown
    kafka-transactions-describe kafka-transactions-find-hanging kafka-transactions-list
    kafka-dump-log-transactions-0 kafka-dump-log-transactions-1 kafka-dump-log-transactions-2`,
  "reassignment": `
    kafka-reassign-partitions-bad kafka-reassign-partitions-execute
    kafka-reassign-partitions-generate kafka-reassign-partitions-list
    kafka-reassign-partitions-verify kafka-topics-describe-after-reassign`,
  "clusters of several nodes": `
    kafka-topics-describe-one-down kafka-topics-under-replicated
    kafka-metadata-quorum-replication-one-down`,
  "verify produce, verify consume": "kafka-verifiable-consumer kafka-verifiable-producer",
};

export function laterFiles(): string[] {
  return Object.values(LATER).flatMap(namesOf);
}
