// Keys that Kafka does not have. They begin with "odradek.", so that no key of Kafka's can ever
// collide; the cluster's id is the one exception, since users know it by that name.

import { boolean, int, long, string, table } from "../definition.ts";
import { form } from "../validity.ts";

export const OWN = table({
  "cluster.id": string(null, { internal: true },
    "The cluster to format empty directories for: a uuid, or a name that is hashed into one."),

  "odradek.reactors": int(null, { min: 1, max: 256, importance: "high" },
    "Threads that own partitions and connections; unset, one less than processors, 1 below four."),
  "odradek.metrics.listener": string(null,
    { validity: form("host:port, :port, or nothing", /^$|^(\[.+\]|[^:]*):\d{1,5}$/) },
    "Where metrics and health are served; unset, port 9404 if it is free; empty, nowhere."),
  "odradek.fsync": string("kafka",
    { validity: form("kafka, always or group:<ms>", /^(kafka|always|group:\d{1,9})$/) },
    "When records are forced to disk: by log.flush.*, at every write, or every so many ms."),
  "odradek.early.fencing": boolean(true, {},
    "Whether a broker that broke off and refuses connections is fenced before its session ends."),
  "odradek.group.lag.metrics": boolean(true, {},
    "Whether metrics tell how far each group is behind."),
  "odradek.connection.queued.max.request.bytes": int(16_777_216, { min: 1 },
    "Bytes of one connection's requests that are not answered before reading from it pauses."),
  "odradek.connection.queued.max.response.bytes": int(65_536, { min: 1024 },
    "Bytes of answers that a client has not read before none of its requests begins any more."),
  "odradek.connection.stalled.max.ms": long(600_000, { min: 1 },
    "A connection whose client reads nothing of its answers for this long, in ms, is closed."),
  "odradek.log.format": string(null, { oneOf: ["json", "text"] },
    "How this program's own log lines look; unset, text on a terminal and json elsewhere."),
});
