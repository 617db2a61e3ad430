// A text without what differs from run to run: ids, times, ports, folders and measured figures. The
// widths of columns stay. And a recording as it would have been on a cluster of one node.

import type { Text } from "./recording.ts";
import type { Place } from "./session.ts";

type Change = readonly [RegExp, string];

const CHANGES: readonly Change[] = [
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "00000000-uuid"],
  [/\bconsole-consumer-\d+\b/g, "console-consumer-N"],
  [/(?<![\w-])(?=[\w-]*[A-Z\d])[\w-]{22}(?![\w(-])/g, "AAAAAAAAAAAAAAAAAAAAAA"],
  [/\b1[789]\d{11}\b/g, "1700000000000"],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[:,]\d{3}\b/g, "2026-01-01 00:00:00:000"],
  [/\bcrc: \d+/g, "crc: N"],
  [/\bproducerId: \d+/g, "producerId: N"],
  [/\bEpoch: \d{2,}$/g, "Epoch: N"],
  [/^(HighWatermark: +)\d+/g, "$1N"],
  [/\b[A-Z]{32,50}\b/g, "RANDOM"],
  [/^(Nothing has come for )\d+/g, "$1N"],
];

/** Topics, replicas and rows of brokers 2 and 3, which one node has not. */
const ONE_NODE: readonly Change[] = [
  [/ReplicationFactor: \d/g, "ReplicationFactor: 1"],
  [/Leader: \d\tReplicas: [\d,]+\tIsr: [\d,]+/g, "Leader: 1\tReplicas: 1\tIsr: 1"],
  [/^(CurrentObservers: +)\[.*\]$/g, "$1[]"],
  [/\b(Status|Leader)  \t$/g, "$1\t"],
  [/\bonly 3 broker/g, "only 1 broker"],
  [/\bfrom brokers [123,]+$/g, "from brokers 1"],
  [/^(\S+ +localhost:)909[45]  \(\d\)/g, "$19092  (1)"],
];
const NOT_NODE_1 = /^[23]\b.*(?:localhost|Observer)/;

export function asOnOneNode(text: Text): Text {
  const apis = text.out.findIndex((line) => /^localhost:\d+ \(id: 1 /.test(line));
  const lines = apis === -1 ? text.out : text.out.slice(apis, text.out.indexOf(")", apis) + 1);
  const out = lines.filter((line) => !NOT_NODE_1.test(line)).map((line) => changed(line, ONE_NODE));
  return { ...text, out: out.map(logDirsOfOneNode), err: text.err };
}

function logDirsOfOneNode(line: string): string {
  if (!line.startsWith('{"brokers":')) return line;
  const { brokers, version } = JSON.parse(line) as LogDirsText;
  const sizes = brokers.flatMap(({ logDirs }) => logDirs.flatMap((dir) => dir.partitions));
  const byName = new Map(sizes.map((one) => [one.partition, one]));
  const names = [...byName.keys()].sort();
  const partitions = names.map((name) => byName.get(name));
  const logDirs = [{ partitions, error: null, logDir: "/tmp/kraft-logs" }];
  return JSON.stringify({ brokers: [{ broker: 1, logDirs }], version });
}

interface LogDirsText {
  readonly brokers: readonly {
    readonly logDirs: readonly { readonly partitions: readonly { readonly partition: string }[] }[];
  }[];
  readonly version: number;
}

/** Both texts of a comparison are brought into this form. */
export function normal({ out, err, code }: Text, place: Place): Text {
  const line = (text: string) =>
    changed(
      text
        .replaceAll(`:${place.port}`, ":9092")
        .replaceAll(`localhost ${place.port}`, "localhost 9092")
        .replaceAll(`:${place.port + 1}`, ":9093")
        .replaceAll(place.dataDir, "/tmp/kraft-logs")
        .replaceAll(place.storageDir, "/tmp/kraft-logs")
        .replaceAll("/tmp/kraft-logs-3", "/tmp/kraft-logs"),
      CHANGES,
    );
  return { out: out.map(line).map(logDirsOfOneNode), err: err.map(line), code };
}

function changed(line: string, changes: readonly Change[]): string {
  return changes.reduce((text, [from, to]) => text.replaceAll(from, to), line);
}
