// Clients that mean harm, or behave as if they did: each part in a process of its own, so that what
// it costs is told apart from what it costs the node. `enemies.ts PART HOST PORT COUNT SEED`.

import { connect, type Socket } from "node:net";
import { setPriority } from "node:os";
import { seededRandom, type Uuid } from "@odradek/base";
import { RequestHeader } from "@odradek/protocol/header";
import { apis } from "@odradek/protocol/messages/mod";
import { ApiVersions } from "@odradek/protocol/messages/api_versions";
import type { AnyApi } from "@odradek/protocol/schema/mod";
import { Writer } from "@odradek/protocol/wire/writer";
import { readSamples } from "../../fuzz/frames/messages.ts";
import { mutated } from "../../fuzz/mutation.ts";
import { fetchRequest } from "../../../scripts/bench/requests.ts";

interface Place {
  readonly host: string;
  readonly port: number;
}

interface Task {
  readonly place: Place;
  readonly count: number;
  readonly seed: number;
  /** Of a topic with much in it. */
  readonly topicId: string;
}

/** How long what is held is held. */
const HOLD_MS = 8000;
const TOGETHER = 40;
const CHUNK = new Uint8Array(256 * 1024);
const FRAME_BYTES = 100_000_000;

type Part = (task: Task) => Promise<string>;

const PARTS: Readonly<Record<string, Part>> = { frames, halves, readers, churn, pipeline };

/** Undefined: it was refused, or turned away at once. */
function open({ host, port }: Place): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once("connect", () => resolve(socket));
    // What becomes of a connection later is the node's to decide.
    socket.on("error", () => resolve(undefined));
  });
}

function frameOf(api: AnyApi, version: number, body: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.int32(0);
  const header = {
    requestApiKey: api.key,
    requestApiVersion: version,
    correlationId: 1,
    clientId: "x",
  };
  RequestHeader.codec(api.requestHeaderVersion(version)).write(writer, header);
  writer.copy(body);
  writer.patchInt32(0, writer.length - 4);
  return writer.finishWhole();
}

/** Frames of every API, damaged: some ask for what makes sense, most close their connection. */
async function frames({ place, count, seed }: Task): Promise<string> {
  const random = seededRandom(seed);
  const requests = (await readSamples()).filter(({ vector }) => vector.type === "request");
  const sound = requests.flatMap(({ vector: { apiKey, version }, bytes }) => {
    const api = apis.get(apiKey ?? -1);
    return api === undefined ? [] : [frameOf(api, version, bytes)];
  });
  let [sent, connections] = [0, 0];
  const one = async (): Promise<void> => {
    while (sent < count) {
      const socket = await open(place);
      if (socket === undefined) continue;
      connections++;
      socket.resume();
      const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      for (let i = 0; i < 20 && sent < count && socket.writable; i++) {
        sent++;
        socket.write(mutated(sound[random.below(sound.length)] as Uint8Array, random));
        await new Promise(setImmediate);
      }
      socket.end();
      const late = setTimeout(() => socket.destroy(), 500);
      await ended;
      clearTimeout(late);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, one));
  return `${sent} frames on ${connections} connections`;
}

/** Each begins a frame of 100 MB, sends half of it, as far as it is taken, and holds on. */
async function halves({ place, count }: Task): Promise<string> {
  let [open_, taken] = [0, 0];
  const sockets: Socket[] = [];
  const head = new Uint8Array(14);
  const view = new DataView(head.buffer);
  view.setInt32(0, FRAME_BYTES);
  // Produce, in a version that there is.
  view.setInt16(4, 0);
  view.setInt16(6, 9);
  const stuff = (socket: Socket): void => {
    let left = FRAME_BYTES / 2;
    const more = (): void => {
      while (left > 0 && socket.writable) {
        left -= CHUNK.length;
        if (!socket.write(CHUNK)) return;
      }
    };
    socket.on("drain", more);
    socket.write(head);
    more();
  };
  for (let i = 0; i < count; i += TOGETHER) {
    const some = await Promise.all(Array.from({ length: TOGETHER }, () => open(place)));
    for (const socket of some) {
      if (socket === undefined) continue;
      open_++;
      sockets.push(socket);
      socket.resume();
      stuff(socket);
    }
  }
  await hold();
  for (const socket of sockets) {
    taken += socket.bytesWritten;
    socket.destroy();
  }
  return `${open_} connections, ${(taken / 1e6).toFixed(0)} MB handed over`;
}

/** Each asks for a megabyte a hundred times, and reads nothing. */
async function readers({ place, count, topicId }: Task): Promise<string> {
  const request = fetchRequest(topicId as Uuid, { bytesMax: 1_000_000, maxWaitMs: 0 });
  request.setPartition(0);
  request.setFetchOffset(0);
  const sockets = (await Promise.all(Array.from({ length: count }, () => open(place))))
    .filter((socket) => socket !== undefined);
  for (const socket of sockets) {
    socket.pause();
    for (let i = 0; i < 100; i++) socket.write(request.frame.slice());
  }
  await hold();
  for (const socket of sockets) socket.destroy();
  return `${sockets.length} connections, ${sockets.length * 100} MB asked for`;
}

async function churn({ place, count }: Task): Promise<string> {
  let [done, refused] = [0, 0];
  const one = async (): Promise<void> => {
    while (done < count) {
      done++;
      const socket = await open(place);
      if (socket === undefined) refused++;
      else socket.resetAndDestroy();
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, one));
  return `${done} connections, ${refused} refused`;
}

/** A gigabyte of small requests at once, of whose answers nothing is read. */
async function pipeline({ place, count }: Task): Promise<string> {
  const body = ApiVersions.request.encode({
    clientSoftwareName: "x".repeat(4000),
    clientSoftwareVersion: "1",
  }, 3);
  const frame = frameOf(ApiVersions, 3, body);
  const chunk = Buffer.concat(Array.from({ length: 64 }, () => frame));
  const socket = await open(place);
  if (socket === undefined) return "refused";
  socket.pause();
  const endMs = Date.now() + HOLD_MS * 2;
  let sent = 0;
  while (sent < count && Date.now() < endMs && socket.writable) {
    sent += chunk.length;
    if (socket.write(chunk)) continue;
    await Promise.race([
      new Promise((resolve) => socket.once("drain", resolve)),
      new Promise((resolve) => setTimeout(resolve, Math.max(endMs - Date.now(), 0))),
    ]);
  }
  const taken = socket.bytesWritten;
  socket.destroy();
  return `${(taken / 1e6).toFixed(0)} of ${(count / 1e6).toFixed(0)} MB taken`;
}

function hold(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, HOLD_MS));
}

const [part = "", host = "", ...numbers] = process.argv.slice(2);
const [port = "", count = "", seed = "", topicId = ""] = numbers;
const run = PARTS[part];
if (run === undefined) throw new Error(`No part ${part}: ${Object.keys(PARTS).join(", ")}`);
setPriority(10);
console.log(
  await run({
    place: { host, port: Number(port) },
    count: Number(count),
    seed: Number(seed),
    topicId,
  }),
);
process.exit(0);
