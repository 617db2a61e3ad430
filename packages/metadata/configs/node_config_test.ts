// A node's whole configuration from its sources: what it makes of them, and the ways to get it
// wrong.

import { addressText, Fault } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Listener } from "./node/listeners.ts";
import { type NodeConfig, type NodeConfigSources, readNodeConfig } from "./node_config.ts";

const test = suite("configs/node_config");

type Given = Partial<NodeConfigSources>;

function read(given: Given): NodeConfig {
  return readNodeConfig({ environment: {}, overrides: [], ...given }).node;
}

function warnings(given: Given): readonly string[] {
  return readNodeConfig({ environment: {}, overrides: [], ...given }).warnings;
}

function refusal(given: Given): string {
  try {
    read(given);
  } catch (thrown) {
    assert.instance(thrown, Fault);
    return (thrown as Fault).message;
  }
  return "it was taken";
}

function shown(listeners: readonly Listener[]): string {
  return listeners.map((one) => `${one.name}://${addressText(one)}`).join(",");
}

const COMBINED = `
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:9093
listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
`;

const BROKER = `
process.roles=broker
node.id=4
controller.quorum.voters=1@c1:9093,2@c2:9093
listeners=INSIDE://:19092,OUTSIDE://0.0.0.0:9092
advertised.listeners=INSIDE://b4:19092,OUTSIDE://example.com:9092
listener.security.protocol.map=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=INSIDE
controller.listener.names=CONTROLLER
`;

const CONTROLLER = `
process.roles=controller
node.id=1
controller.quorum.voters=1@c1:9093,2@c2:9093
listeners=CONTROLLER://:9093
controller.listener.names=CONTROLLER
`;

// Without a configuration.

test("readNodeConfig of nothing is one node on this machine", () => {
  const { config, ...node } = read({});
  assert.ok(config);
  const client = {
    name: "PLAINTEXT",
    host: "127.0.0.1",
    port: 9092,
    protocol: "PLAINTEXT",
    isController: false,
  };
  const listeners = [client, { ...client, name: "CONTROLLER", port: 9102, isController: true }];
  assert.equal(node, {
    nodeId: 1,
    roles: { broker: true, controller: true },
    rack: null,
    listeners,
    advertised: listeners,
    controllerListenerNames: ["CONTROLLER"],
    controllerProtocol: "PLAINTEXT",
    interBrokerListener: "PLAINTEXT",
    quorum: { kind: "alone" },
    logDirs: ["./data"],
    metadataLogDir: "./data",
    clusterId: undefined,
    reactors: undefined,
    metricsListener: { host: "127.0.0.1", port: 9404, isAskedFor: false },
    fsync: { kind: "kafka" },
    logging: { format: null, rootLevel: undefined, loggers: new Map() },
    isConfigured: false,
  });
  assert.equal(warnings({}), []);
});

const OVERRIDDEN: readonly (readonly [string[], string])[] = [
  [
    ["listeners=PLAINTEXT://127.0.0.1:19192"],
    "PLAINTEXT://127.0.0.1:19192,CONTROLLER://127.0.0.1:19202",
  ],
  [["listeners=PLAINTEXT://[::1]:7000"], "PLAINTEXT://[::1]:7000,CONTROLLER://[::1]:7010"],
  [["listeners=PLAINTEXT://127.0.0.1:0"], "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0"],
  [
    ["listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2"],
    "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2",
  ],
  [["controller.listener.names=CTRL"], "PLAINTEXT://127.0.0.1:9092,CTRL://127.0.0.1:9102"],
  [["process.roles=controller"], "CONTROLLER://127.0.0.1:9102"],
];

for (const [overrides, expected] of OVERRIDDEN) {
  test(`readNodeConfig of ${overrides.join(" ")} alone listens on ${expected}`, () => {
    assert.is(shown(read({ overrides }).listeners), expected);
  });
}

test("readNodeConfig lets overrides count without a configuration", () => {
  const node = read({ overrides: ["node.id=5", "log.dir=/var/a", "num.partitions=3"] });
  assert.equal([node.nodeId, node.logDirs], [5, ["/var/a"]]);
  assert.is(node.config.value("num.partitions"), 3);
  assert.is(read({ overrides: ["broker.id=6"] }).nodeId, 6);
});

test("readNodeConfig finds no configuration in variables that are no keys", () => {
  const environment = {
    CLUSTER_ID: "5L6g3nShT-eMCtK--X86sw",
    KAFKA_HEAP_OPTS: "-Xmx1g",
    KAFKA_PORT: "tcp://10.0.0.1:9092",
    KAFKA_SERVICE_HOST: "10.0.0.1",
  };
  const node = read({ environment });
  assert.not.ok(node.isConfigured);
  assert.is(node.clusterId, "5L6g3nShT-eMCtK--X86sw");
  assert.equal(warnings({ environment }), [
    "Unknown key service.host (environment KAFKA_SERVICE_HOST) has no effect",
  ]);
});

test("readNodeConfig refuses a port of clients that leaves no port for controllers", () => {
  assert.match(refusal({ overrides: ["listeners=PLAINTEXT://127.0.0.1:65530"] }), /port 65540/);
});

// With a configuration.

test("readNodeConfig reads a combined node", () => {
  const node = read({ properties: COMBINED });
  assert.ok(node.isConfigured);
  assert.equal(node.roles, { broker: true, controller: true });
  assert.equal(node.quorum, {
    kind: "dynamic",
    bootstrapServers: [{ host: "localhost", port: 9093 }],
  });
  assert.equal(node.logDirs, ["/tmp/kafka-logs"]);
  assert.equal(node.metricsListener, { host: "", port: 9404, isAskedFor: false });
  assert.is(node.interBrokerListener, "PLAINTEXT");
});

test("readNodeConfig reads a broker", () => {
  const node = read({ properties: BROKER });
  assert.is(shown(node.listeners), "INSIDE://:19092,OUTSIDE://0.0.0.0:9092");
  assert.is(shown(node.advertised), "INSIDE://b4:19092,OUTSIDE://example.com:9092");
  assert.is(node.interBrokerListener, "INSIDE");
  assert.equal(node.controllerListenerNames, ["CONTROLLER"]);
  assert.equal(node.quorum, {
    kind: "static",
    voters: [{ id: 1, host: "c1", port: 9093 }, { id: 2, host: "c2", port: 9093 }],
  });
});

test("readNodeConfig reads a controller", () => {
  const node = read({ properties: CONTROLLER });
  assert.equal(node.roles, { broker: false, controller: true });
  assert.is(node.interBrokerListener, undefined);
  assert.is(shown(node.advertised), "CONTROLLER://:9093");
});

test("readNodeConfig merges file, environment and overrides, the last counting", () => {
  const { config } = read({
    properties: `${COMBINED}num.partitions=2\nnum.io.threads=2\nbackground.threads=2\n`,
    environment: { KAFKA_NUM_PARTITIONS: "3", KAFKA_NUM_IO_THREADS: "3" },
    overrides: ["num.partitions=4"],
  });
  const values = ["num.partitions", "num.io.threads", "background.threads"] as const;
  assert.equal(values.map((name) => config.value(name)), [4, 3, 2]);
});

test("readNodeConfig takes both roles if nothing says otherwise", () => {
  const properties = COMBINED.replace("process.roles=broker,controller", "");
  assert.equal(read({ properties }).roles, { broker: true, controller: true });
});

test("readNodeConfig makes listeners of what the environment advertises", () => {
  const environment = {
    KAFKA_NODE_ID: "1",
    KAFKA_PROCESS_ROLES: "broker,controller",
    KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://kafka:9092",
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka:9093",
  };
  const node = read({ environment });
  assert.is(shown(node.listeners), "PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093");
  assert.is(shown(node.advertised), "PLAINTEXT://kafka:9092,CONTROLLER://:9093");
  const given = { ...environment, KAFKA_LISTENERS: "PLAINTEXT://a:1,CONTROLLER://a:2" };
  const own = read({ environment: given });
  assert.is(shown(own.listeners), "PLAINTEXT://a:1,CONTROLLER://a:2");
});

test("readNodeConfig takes the listener of the inter-broker protocol if it is the only one", () => {
  const properties = COMBINED.replaceAll("PLAINTEXT:", "INSIDE:") +
    "listener.security.protocol.map=INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT\n";
  assert.is(read({ properties }).interBrokerListener, "INSIDE");
});

test("readNodeConfig takes one port for an address of IPv4 and one of IPv6", () => {
  const listeners = "A://127.0.0.1:9092,B://[::1]:9092,CONTROLLER://:9093";
  const map = "A:PLAINTEXT,B:PLAINTEXT,CONTROLLER:PLAINTEXT";
  const overrides = [
    `listeners=${listeners}`,
    `listener.security.protocol.map=${map}`,
    "inter.broker.listener.name=a",
  ];
  assert.is(shown(read({ properties: COMBINED, overrides }).listeners), listeners);
});

test("readNodeConfig reads our own keys", () => {
  const node = read({
    properties: COMBINED,
    environment: {
      KAFKA_LOG4J_ROOT_LOGLEVEL: "WARN",
      KAFKA_LOG4J_LOGGERS: "kafka.server=DEBUG, kafka.controller=TRACE",
    },
    overrides: [
      "odradek.fsync=group:5",
      "odradek.reactors=3",
      "odradek.metrics.listener=0.0.0.0:9999",
      "odradek.log.format=json",
      "cluster.id=my cluster",
      "log.dirs=/a, /b",
      "metadata.log.dir=/m",
    ],
  });
  assert.equal(node.fsync, { kind: "group", ms: 5 });
  assert.is(node.reactors, 3);
  assert.equal(node.metricsListener, { host: "0.0.0.0", port: 9999, isAskedFor: true });
  assert.equal(node.logging, {
    format: "json",
    rootLevel: "warn",
    loggers: new Map([["kafka.server", "debug"], ["kafka.controller", "trace"]]),
  });
  assert.is(node.clusterId, "my cluster");
  assert.equal([node.logDirs, node.metadataLogDir], [["/a", "/b"], "/m"]);
  const off = read({ properties: COMBINED, overrides: ["odradek.metrics.listener="] });
  assert.is(off.metricsListener, undefined);
});

test("readNodeConfig warns where clients may be told what they cannot use", () => {
  const properties = COMBINED.replace("PLAINTEXT://localhost", "PLAINTEXT://");
  const open = warnings({ properties }).join("\n");
  assert.match(open, /PLAINTEXT:\/\/:9092 is bound to all interfaces/);
  assert.equal(warnings({ properties: COMBINED }), []);
  const inside = warnings({ properties: COMBINED, insideContainer: true });
  assert.match(inside.join("\n"), /localhost:9092 is advertised from inside a container/);
  const overrides = ["advertised.listeners=INSIDE://b4:19092,OUTSIDE://localhost:9092"];
  assert.equal(warnings({ properties: BROKER, overrides, insideContainer: true }), []);
});

test("readNodeConfig warns of a quorum that is named twice", () => {
  const properties = `${CONTROLLER}controller.quorum.bootstrap.servers=c1:9093\n`;
  assert.match(warnings({ properties }).join("\n"), /voters counts, .*bootstrap\.servers has no/);
});

// Refusals: the file, the overrides, and what the one line says.
const REFUSED: readonly (readonly [string, string[], string])[] = [
  [
    "num.partitions=x",
    [],
    'Cannot use num.partitions="x" (server.properties line 1): allowed is a whole number, at ' +
      "least 1",
  ],
  [
    "process.roles=broker",
    [],
    "Cannot start with node.id unset: it is required; give each node a number of its own",
  ],
  [
    COMBINED.replace("controller.listener.names=CONTROLLER", ""),
    [],
    "Cannot start with controller.listener.names unset: it is required; name the one of " +
      "`listeners` that controllers use, say CONTROLLER",
  ],
  [
    COMBINED.replace(",CONTROLLER://localhost:9093", ""),
    [],
    'Cannot start with listeners="PLAINTEXT://localhost:9092" (server.properties line 5), ' +
      'controller.listener.names="CONTROLLER" (server.properties line 6): no listener is called ' +
      "CONTROLLER; add CONTROLLER://:9093 to listeners",
  ],
  [
    COMBINED.replace("controller.quorum.bootstrap.servers=localhost:9093", ""),
    [],
    'Cannot start with controller.quorum.voters="" (default), ' +
      'controller.quorum.bootstrap.servers="" (default): nothing tells who controls; set ' +
      "controller.quorum.bootstrap.servers to the controllers' addresses, also if there is only " +
      "this one",
  ],
  [COMBINED, ["listeners=PLAINTEXT//:1"], '"PLAINTEXT//:1" is not of the form NAME://host:port'],
  [COMBINED, ["listeners=PLAINTEXT://a:70000"], "is not of the form NAME://host:port"],
  [COMBINED, ["listeners="], "it is empty; give NAME://host:port"],
  [
    COMBINED,
    ["listeners=PLAINTEXT://a:1,CONTROLLER://a:1"],
    "PLAINTEXT and CONTROLLER share port 1; give each its own",
  ],
  [
    COMBINED,
    ["listeners=PLAINTEXT://a:1,plaintext://a:2,CONTROLLER://a:3"],
    "the name PLAINTEXT is there twice",
  ],
  [
    COMBINED,
    ["listeners=CONTROLLER://a:3"],
    "a broker needs one for clients; add PLAINTEXT://:9092",
  ],
  [
    COMBINED,
    ["listeners=INSIDE://a:1,CONTROLLER://a:3"],
    "listener INSIDE is missing in it; add INSIDE:PLAINTEXT",
  ],
  [
    COMBINED,
    ["listener.security.protocol.map=PLAINTEXT:PLAINTEXT"],
    "listener CONTROLLER is missing in it; add CONTROLLER:PLAINTEXT",
  ],
  [
    COMBINED,
    ["listener.security.protocol.map=PLAINTEXT:PLAIN"],
    '"PLAINTEXT:PLAIN" is not NAME:PROTOCOL; protocols are PLAINTEXT, SSL, SASL_PLAINTEXT',
  ],
  [
    COMBINED,
    ["listeners=SSL://a:1,CONTROLLER://a:3"],
    "listener SSL is SSL, and TLS is not built yet; use PLAINTEXT listeners",
  ],
  [
    COMBINED,
    ["listener.security.protocol.map=PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT"],
    "listener PLAINTEXT is SASL_SSL, and SASL is not built yet; use PLAINTEXT listeners",
  ],
  [
    COMBINED,
    ["advertised.listeners=OTHER://a:1"],
    "OTHER is no listener; those are PLAINTEXT, CONTROLLER",
  ],
  [
    COMBINED,
    ["advertised.listeners=PLAINTEXT://0.0.0.0:1"],
    "nobody can connect to an address that stands for all",
  ],
  [COMBINED, ["advertised.listeners=PLAINTEXT://[::]:1"], "nobody can connect to an address"],
  [
    COMBINED,
    ["inter.broker.listener.name=CONTROLLER"],
    "those are PLAINTEXT",
  ],
  [
    COMBINED,
    ["inter.broker.listener.name=PLAINTEXT", "security.inter.broker.protocol=PLAINTEXT"],
    "one of the two counts; remove security.inter.broker.protocol",
  ],
  [
    BROKER,
    ["inter.broker.listener.name=OUTSIDE", "advertised.listeners=INSIDE://b4:1"],
    "brokers can only use a listener that is advertised",
  ],
  [
    BROKER.replace("inter.broker.listener.name=INSIDE", ""),
    [],
    "set inter.broker.listener.name to one of INSIDE, OUTSIDE",
  ],
  [BROKER, ["node.id=2"], "a broker alone must not be among the voters"],
  [CONTROLLER, ["node.id=7"], "a controller must be among the voters; add 7@host:port to"],
  [
    BROKER,
    ["listeners=INSIDE://:1,CONTROLLER://:2", "advertised.listeners=INSIDE://a:1"],
    "a broker alone opens no listener of controllers; remove CONTROLLER",
  ],
  [
    CONTROLLER,
    ["listeners=PLAINTEXT://:1,CONTROLLER://:2"],
    "a controller alone opens no listener of clients; remove PLAINTEXT",
  ],
  [CONTROLLER, ["controller.quorum.voters=1@a:1,1@b:1"], "1 is there twice"],
  [CONTROLLER, ["controller.quorum.voters=1@0.0.0.0:1"], "nobody can connect to 0.0.0.0"],
  [CONTROLLER, ["controller.quorum.voters=a:1"], '"a:1" is not of the form id@host:port'],
  [
    COMBINED,
    ["controller.quorum.bootstrap.servers=localhost"],
    '"localhost" is not of the form host:port',
  ],
  [COMBINED, ["process.roles="], "it is empty; give broker, controller or both"],
  [COMBINED, ["log.dirs=/a,/b,/a"], "/a is there twice"],
  [COMBINED, ["log.dirs="], "a directory without a name"],
  [COMBINED, ["broker.id=2"], "they must be equal; remove broker.id"],
  [
    COMBINED,
    ["broker.heartbeat.interval.ms=5000"],
    'Cannot start with broker.heartbeat.interval.ms="5000" (--override), ' +
      'broker.session.timeout.ms="9000" (default): the interval must be at most half of the ' +
      "session",
  ],
  [COMBINED, ["log.retention.ms=0"], "retention must be at least 1 ms"],
  [COMBINED, ["replica.selector.class=a.B"], "Java classes cannot be loaded"],
  [
    COMBINED,
    ["group.consumer.session.timeout.ms=70000"],
    'group.consumer.max.session.timeout.ms="60000" (default): the first must not be larger',
  ],
  [COMBINED, ["odradek.fsync=sometimes"], "allowed is kafka, always or group:<ms>"],
  [COMBINED, ["odradek.metrics.listener=:99999"], "it is not of the form host:port"],
  [COMBINED, ["num.partitions"], 'Cannot use --override "num.partitions": give key=value'],
];

for (const [properties, overrides, message] of REFUSED) {
  test(`readNodeConfig refuses ${overrides.join(" ") || "a file"}: ${message}`, () => {
    const said = refusal({ properties, overrides });
    assert.ok(said.includes(message), said);
    assert.not.match(said, /\n/);
  });
}

test("readNodeConfig refuses a level of logging that there is not", () => {
  const environment = { KAFKA_LOG4J_LOGGERS: "kafka=LOUD" };
  assert.match(refusal({ properties: COMBINED, environment }), /"LOUD" is no level/);
});

test.run();
