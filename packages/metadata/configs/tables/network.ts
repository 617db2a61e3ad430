// Listeners, connections, requests on their way, and the threads that Kafka would use for them.

import { INT_MAX, int, list, long, string, table } from "../definition.ts";

export const NETWORK = table({
  // Listeners.
  "listeners": list(["PLAINTEXT://:9092"], { importance: "high", scope: "per-broker" },
    "The addresses to listen on, as NAME://host:port; an empty host is every interface."),
  "advertised.listeners": list(null, { importance: "high" },
    "The addresses that clients and nodes are told to connect to; unset, those of listeners."),
  "listener.security.protocol.map": string(
    "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
    { importance: "low", scope: "per-broker" },
    "The security protocol of each listener, as NAME:PROTOCOL."),
  "inter.broker.listener.name": string(null, {},
    "The listener that brokers speak to each other on."),
  "security.inter.broker.protocol": string("PLAINTEXT",
    { oneOf: ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] },
    "The protocol of the listener that brokers use among themselves; excludes " +
      "inter.broker.listener.name."),
  "early.start.listeners": list(null, { importance: "high" },
    "Listeners that open before access control lists are loaded."),

  // Sockets and connections.
  "socket.request.max.bytes": int(104_857_600, { min: 1, importance: "high" },
    "The largest request that is accepted, in bytes."),
  "socket.send.buffer.bytes": int(102_400, { importance: "high" },
    "Send buffer of each socket, in bytes; -1 leaves it to the system."),
  "socket.receive.buffer.bytes": int(102_400, { importance: "high" },
    "Receive buffer of each socket, in bytes; -1 leaves it to the system."),
  "socket.listen.backlog.size": int(50, { min: 1 },
    "How many new connections may wait to be accepted."),
  "socket.connection.setup.timeout.ms": long(10_000, {},
    "How long, in ms, a first attempt to connect to another node may take."),
  "socket.connection.setup.timeout.max.ms": long(30_000, {},
    "The longest wait, in ms, that repeated attempts to connect grow to."),
  "connections.max.idle.ms": long(600_000, {},
    "A connection that is silent for this long, in ms, is closed."),
  "connection.failed.authentication.delay.ms": int(100, { min: 0, importance: "low" },
    "How long, in ms, a connection stays open after a failed login, against guessing."),
  "max.connections": int(INT_MAX, { min: 0, scope: "both" },
    "The most connections this broker accepts; also per listener, with its prefix."),
  "max.connections.per.ip": int(INT_MAX, { min: 0, scope: "both" },
    "The most connections from one address."),
  "max.connections.per.ip.overrides": string("", { scope: "both" },
    "Other limits for single addresses or hosts, as host:count separated by commas."),
  "max.connection.creation.rate": int(INT_MAX, { min: 0, scope: "both" },
    "The most new connections per second; also per listener, with its prefix."),

  // Requests.
  "request.timeout.ms": int(30_000, { importance: "high" },
    "How long, in ms, a request to another node may take."),
  "queued.max.requests": int(500, { min: 1, importance: "high" },
    "Requests that may wait to be handled before reading from sockets pauses."),
  "queued.max.request.bytes": long(-1, {},
    "Bytes of unanswered requests of all connections, and of answers that their clients have not " +
      "read, before reading from sockets pauses; -1: a " +
      "quarter of the memory, at most 1 GiB, but at least two of the largest requests."),
  "fetch.max.bytes": int(57_671_680, { min: 1024 },
    "The most bytes that one fetch is answered with."),
  "max.incremental.fetch.session.cache.slots": int(1000, { min: 0 },
    "How many incremental fetch sessions are kept."),
  "max.request.partition.size.limit": int(2000, { min: 1 },
    "The most partitions that one answer to DescribeTopicPartitions holds."),
  "controller.socket.timeout.ms": int(30_000, {}, "No effect: a wait of the times before KRaft."),

  // Threads.
  "num.network.threads": int(3, { min: 1, importance: "high", scope: "both" },
    "Threads for sockets; accepted for Kafka's sake, odradek.reactors counts."),
  "num.io.threads": int(8, { min: 1, importance: "high", scope: "both" },
    "Threads for requests; accepted for Kafka's sake, odradek.reactors counts."),
  "background.threads": int(10, { min: 1, importance: "high", scope: "both" },
    "Threads for background work; accepted for Kafka's sake."),

  // Caches of waiting requests.
  "fetch.purgatory.purge.interval.requests": int(1000, {},
    "No effect: finished waiters are dropped at once."),
  "producer.purgatory.purge.interval.requests": int(1000, {},
    "No effect: finished waiters are dropped at once."),
  "delete.records.purgatory.purge.interval.requests": int(1, {},
    "No effect: finished waiters are dropped at once."),
  "share.fetch.purgatory.purge.interval.requests": int(1000, {},
    "No effect: finished waiters are dropped at once."),
});
