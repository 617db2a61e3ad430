// In which way the texts of a file are looked at, where lines or figures of a run are its own.

import type { Text } from "./recording.ts";

type View = (text: Text) => Text;

const figures: View = ({ out, err, code }) => {
  const line = (text: string) => text.replaceAll(/-?\b\d+(?:\.\d+)?/g, "N").replaceAll(/ +/g, " ");
  return { out: out.map(line), err: err.map(line), code };
};
const unordered: View = ({ out, err, code }) => ({ out: [...out].sort(), err, code });
/** Which forms of lines there are. */
const forms: View = (text) => {
  const { out, err, code } = figures(text);
  return { out: [...new Set(out)].sort(), err: [...new Set(err)].sort(), code };
};
const head = (count: number): View => ({ out, err, code }) => ({
  out: out.slice(0, count),
  err: err.map((line) => line.replace(/^(Processed a total of )\d+/, "$1N")),
  code,
});
const countOnly: View = ({ out, err, code }) => ({ out: out.map(() => "a record"), err, code });
/** As wide as the longest name of a group. */
const narrow: View = ({ out, err, code }) => ({
  out: out.map((line) => line.replace(/^(\S+) +/, "$1 ")).sort(),
  err,
  code,
});
/** Records of classic groups, without the names of members. */
const classicRecords: View = ({ out, err, code }) =>
  forms({
    out: out.filter((line) => /key: \{"type":"[12]",/.test(line)).map((line) =>
      line.replaceAll(/"(?:group|topic|leader|memberId|clientId|clientHost)":"[^"]*"/g, '"":""')
        .replaceAll(/Size: \d+/g, "Size: N").replaceAll(/"members":\[\{.*\}\]/g, '"members":[…]')
    ),
    err,
    code,
  });

export const VIEWS: Readonly<Record<string, View>> = {
  "kafka-topics-describe-all": unordered,
  "kafka-topics-at-min-isr": unordered,
  "kafka-topics-describe-overrides": unordered,
  "kafka-console-consumer-keys": unordered,
  "kafka-console-consumer-old-property": unordered,
  "kafka-console-consumer-group": unordered,
  "kafka-console-consumer-max-messages": countOnly,
  // Behind them come records without a key, which go to any partition.
  "kafka-console-consumer-partition-offset": head(2),
  "kafka-console-consumer-offsets-formatter": (text) => ({
    ...head(Infinity)(text),
    out: [...new Set(text.out)].sort(),
  }),
  "kafka-get-offsets-max-timestamp": figures,
  "kafka-get-offsets-all": figures,
  "kafka-log-dirs": figures,
  "kafka-consumer-groups-list": unordered,
  "kafka-consumer-groups-list-state": narrow,
  "kafka-consumer-groups-list-type": narrow,
  "kafka-consumer-groups-describe-all": (text) => {
    const { out, err, code } = unordered(text);
    return { out, err: [...err].sort(), code };
  },
  "kafka-metadata-quorum-replication": figures,
  "kafka-metadata-quorum-replication-human": figures,
  "kafka-producer-perf-test": figures,
  "kafka-producer-perf-test-old-flag": forms,
  "kafka-consumer-perf-test": figures,
  // A row comes for each interval, and there may be none.
  "kafka-consumer-perf-test-detailed": head(1),
  "kafka-e2e-latency": figures,
  "kafka-dump-log": forms,
  "kafka-dump-log-print-data": forms,
  "kafka-dump-log-index": forms,
  "kafka-dump-log-offsets-0": classicRecords,
  // What the records say differs, but not the first ones.
  "kafka-dump-log-metadata": (text) => figures(head(3)(text)),
};
