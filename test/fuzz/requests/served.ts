// A whole node in simulated time, and requests that reach its handlers. Each is answered, or its
// connection ends; a handler that throws something else is a bug, which the node counts and logs.

import { assert, type Random, type Socket } from "@odradek/base";
import { SimulatedDisk } from "@odradek/log/testing/simulated_disk";
import type { Logger } from "@odradek/network";
import { RequestHeader } from "@odradek/protocol/header";
import { apis } from "@odradek/protocol/messages/mod";
import { CreateTopics } from "@odradek/protocol/messages/create_topics";
import type { AnyApi } from "@odradek/protocol/schema/mod";
import { Unsupported } from "@odradek/protocol/schema/codec";
import { Writer } from "@odradek/protocol/wire/writer";
import { type SimulatedNode, startNode } from "../../simulation/node/composition.ts";
import { Process } from "../../simulation/world/process.ts";
import { World } from "../../simulation/world/world.ts";
import type { Sample } from "../frames/messages.ts";
import { mutated } from "../mutation.ts";
import { pick, type Target } from "../target.ts";
import { type Known, reshaped } from "./reshape.ts";

export function servedTargets(samples: readonly Sample[]): Target[] {
  const requests = samples.filter(({ vector: { type } }) => type === "request");
  return [{ name: "served requests", weight: 1, run: (random) => serve(random, requests) }];
}

const HOST = "node-1";
const PORT = 9092;
const PROPERTIES = `process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://${HOST}:${PORT},CONTROLLER://${HOST}:9093
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=${HOST}:9093
log.dirs=/data
offsets.topic.num.partitions=2
offsets.topic.replication.factor=1
num.partitions=1
group.initial.rebalance.delay.ms=0
`;
/** One node serves so many: the later ones find what the earlier ones have left. */
const REQUESTS = 60;
/** For an answer. Long polls have longer: those are given up. */
const ANSWER_MS = 200;

async function serve(random: Random, samples: readonly Sample[]): Promise<void> {
  const world = new World(random.below(2 ** 30));
  const bugs: unknown[] = [];
  const node = await started(world, bugs);
  await send(world, newTopics());
  assert(node.controller.image.topics.size > 0, "The node has topics");
  for (let i = 0; i < REQUESTS; i++) {
    const ids = [...node.controller.image.topics].map(([id]) => id);
    const known = { texts: TEXTS, ids: [...IDS, ...ids] };
    await send(world, frame(random, pick(random, samples), known));
    if (bugs.length > 0) throw bugs[0];
    assert(node.bugs() === 0, "A bug is logged");
  }
}

const TEXTS = ["t", "t", "u", "g", "", "__consumer_offsets", "1", "cleanup.policy", "range", "\0"];
const IDS = ["AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAQ"];

function newTopics(): Uint8Array {
  const topic = { numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] };
  const topics = ["t", "u"].map((name) => ({ ...topic, name }));
  const version = CreateTopics.versions[1];
  const body = CreateTopics.request.encode({ topics, timeoutMs: 1000 }, version);
  return requestFrame(CreateTopics, version, body);
}

async function started(world: World, bugs: unknown[]): Promise<SimulatedNode> {
  const disk = new SimulatedDisk({ clock: world.clock, random: world.chance() });
  disk.latencyMsMax = 0;
  const random = world.chance();
  const files = disk.mount();
  const process = new Process({ world, name: HOST, files, random, wallOffsetMs: () => 0 });
  const node = await world.runFor(
    startNode(process, {
      properties: PROPERTIES,
      logger: bugLogger(bugs),
      fatal: (error) => void bugs.push(error),
    }),
    START_MS,
  );
  if (bugs.length > 0) throw bugs[0];
  assert(node !== undefined, "The node has started");
  return node;
}

const START_MS = 60_000;

/** Of what it is told, it keeps the mistakes. */
function bugLogger(bugs: unknown[]): Logger {
  const logger = {
    level: "info",
    error: (context: { readonly err?: unknown }, message = "") => {
      if (/^Bug in |could not be applied/.test(message)) bugs.push(context.err);
    },
    warn: () => undefined,
    info: () => undefined,
    debug: () => undefined,
    trace: () => undefined,
    child: () => logger,
  };
  return logger as unknown as Logger;
}

/** Most are well-formed: it is the handlers that are asked. */
function frame(random: Random, sample: Sample, known: Known): Uint8Array {
  const { vector: { apiKey = -1, version }, bytes } = sample;
  const api = apis.get(apiKey);
  assert(api !== undefined, "A request is one of an API", { apiKey });
  const body = encoded(random, sample, known) ?? bytes;
  return requestFrame(api, version, random.below(5) === 0 ? mutated(body, random) : body);
}

/** Without its size. */
function requestFrame(api: AnyApi, version: number, body: Uint8Array): Uint8Array {
  const writer = new Writer();
  RequestHeader.codec(api.requestHeaderVersion(version)).write(writer, {
    requestApiKey: api.key,
    requestApiVersion: version,
    correlationId: 1,
    clientId: "fuzz",
  });
  writer.copy(body);
  return writer.finishWhole();
}

/** Undefined: the version cannot carry it. */
function encoded(random: Random, sample: Sample, known: Known): Uint8Array | undefined {
  const { schema, vector: { version }, bytes } = sample;
  const message = reshaped(schema.decode(bytes, version), random, known);
  try {
    return schema.encode(message as never, version);
  } catch (error) {
    if (error instanceof Unsupported || error instanceof RangeError) return undefined;
    throw error;
  }
}

async function send(world: World, request: Uint8Array): Promise<void> {
  const transport = world.network.transport("client");
  const socket = await world.runFor(transport.connect({ host: HOST, port: PORT }), ANSWER_MS);
  assert(socket !== undefined, "The node takes connections");
  const size = new Uint8Array(4);
  new DataView(size.buffer).setInt32(0, request.length);
  const answered = answer(socket);
  socket.write([size, request]);
  await world.runFor(answered, ANSWER_MS);
  socket.destroy();
}

function answer(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.receive({
      received: () => resolve(),
      drained: () => undefined,
      ended: () => resolve(),
    });
  });
}
