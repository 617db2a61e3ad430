// Calls between two reactors over real message ports: what is asked over here is done over there,
// and what is lent over there comes back.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { Bug, Fault, type Lease, systemClock, type Uuid } from "@odradek/base";
import { diskFiles } from "@odradek/log/disk/files";
import { ForeignWindows } from "@odradek/log/disk/foreign_windows";
import { until } from "@odradek/log/testing/temporary";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FakeAnswers, fakePartitions, fetchedBytes } from "../testing/fake_partitions.ts";
import { testUuid } from "../testing/images.ts";
import { isRefused } from "../partitions/refused.ts";
import type { AppendCall, FetchAnswer, FetchCall, WaitTerms } from "../partitions/service.ts";
import type { FetchSessions, SessionRequest } from "../sessions/fetch_sessions.ts";
import { ReactorLink, type Served } from "./calls.ts";

const test = suite("reactors/calls");

const TOPIC: Uuid = testUuid(1);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

interface Bench {
  /** Asks. */
  readonly near: ReactorLink;
  /** Is asked. */
  readonly far: ReactorLink;
  /** Messages that `far` got, each with what it carried. */
  readonly messages: readonly unknown[][];
}

/** A reactor that has followed the metadata so far, and goes no further. */
function followedTo(endOffset: number): Served["metadata"] {
  return { endOffset, until: () => undefined };
}

async function between(
  served: Partial<Omit<Served, "partitions">> & { readonly partitions?: FakeAnswers },
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const messages: unknown[][] = [];
  port2.on("message", (message: unknown[]) => messages.push(message));
  const near = new ReactorLink(port1, new ForeignWindows());
  const far = new ReactorLink(port2, new ForeignWindows());
  far.serve({
    metadata: followedTo(0),
    sessions: {} as FetchSessions,
    coordinators: {} as Served["coordinators"],
    ...served,
    partitions: fakePartitions(served.partitions),
  });
  try {
    await use({ near, far, messages });
  } finally {
    near.close();
    far.close();
  }
}

const append = (bytes: Uint8Array, partition = 0): AppendCall => ({
  topicId: TOPIC,
  partition,
  batch: bytes,
  acks: -1,
});
const fetch = (partition = 0): FetchCall => ({
  topicId: TOPIC,
  partition,
  fetchOffset: 5,
  leaderEpoch: -1,
  lastFetchedEpoch: -1,
  bytesMax: 1000,
});
const LIMITS = { replicaId: -1, isReadCommitted: false, bytesMax: 5000 };

const appended = (baseOffset: number) => ({ baseOffset, logAppendTimeMs: -1, logStartOffset: 0 });

test("ReactorLink.partitions.append hands over a copy of the bytes", async () => {
  const got: { readonly call: AppendCall; readonly timeoutMs: number }[] = [];
  const serve: FakeAnswers = {
    append(call, { timeoutMs }) {
      got.push({ call, timeoutMs });
      return appended(7);
    },
  };
  await between({ partitions: serve }, async ({ near }) => {
    // As it lies in the buffer of a connection, which is used again.
    const shared = text("before batch after");
    const asking = near.partitions.append([append(shared.subarray(7, 12))], { timeoutMs: 300 });
    shared.fill(0);
    assert.equal(await asking, [appended(7)]);
  });
  assert.is(got.length, 1);
  assert.is(got[0]?.timeoutMs, 300);
  const { batch, ...rest } = got[0]?.call as AppendCall;
  assert.equal(rest, { topicId: TOPIC, partition: 0, acks: -1 });
  assert.is(new TextDecoder().decode(batch), "batch");
  assert.is(batch.buffer.byteLength, 5, "nothing else of the buffer went over");
});

test("ReactorLink carries all that is asked in one turn in one message", async () => {
  const serve: FakeAnswers = { append: ({ partition }) => appended(partition) };
  await between({ partitions: serve }, async ({ near, messages }) => {
    const asked = await Promise.all([
      near.partitions.append([append(text("a"), 1), append(text("b"), 2)], { timeoutMs: 1 }),
      near.partitions.append([append(text("c"), 3)], { timeoutMs: 1 }),
      near.partitions.producers([]),
    ]);
    assert.equal(asked, [[appended(1), appended(2)], [appended(3)], []]);
    assert.equal(messages.map((message) => message.length), [3]);
  });
});

test("ReactorLink answers each call for itself, whichever is done first", async () => {
  const done = Promise.withResolvers<void>();
  const serve: FakeAnswers = { waitForData: () => done.promise, append: () => appended(1) };
  await between({ partitions: serve }, async ({ near }) => {
    const { signal } = new AbortController();
    let isDone = false;
    const waiting = near.partitions.waitForData([fetch()], { ...TERMS, signal })
      .then(() => (isDone = true));
    assert.equal(await near.partitions.append([], { timeoutMs: 1 }), []);
    assert.not(isDone);
    done.resolve();
    assert.ok(await waiting);
  });
});

test("ReactorLink brings refusals over as refusals", async () => {
  const refusal = {
    refused: "INVALID_RECORD",
    detail: "1 record",
    records: [{ index: 3, message: "no key" }],
    logStartOffset: 4,
  } as const;
  const serve: FakeAnswers = {
    append: () => refusal,
    fetch: () => ({ refused: "OFFSET_OUT_OF_RANGE" }),
    offsets: () => ({ refused: "UNSUPPORTED_VERSION", detail: undefined }),
  };
  await between({ partitions: serve }, async ({ near: { partitions } }) => {
    assert.equal(await partitions.append([append(text("a"))], { timeoutMs: 1 }), [refusal]);
    const [fetched] = await partitions.fetch([fetch()], LIMITS);
    assert.ok(fetched !== undefined && isRefused(fetched));
    assert.equal(fetched, { refused: "OFFSET_OUT_OF_RANGE" });
    const [found] = await partitions.offsets([{} as never]);
    assert.ok(found !== undefined && isRefused(found));
  });
});

test("ReactorLink asks for everything that a partition does", async () => {
  const serve: FakeAnswers = {
    offsets: ({ timestamp }) => ({ timestamp, offset: 3, leaderEpoch: 2 }),
    epochEnds: ({ epoch }) => ({ epoch, endOffset: 9 }),
    deleteRecords: ({ offset }) => ({ lowWatermark: offset, isLate: false }),
    producers: () => ({ producers: [] }),
  };
  await between({ partitions: serve }, async ({ near: { partitions } }) => {
    const ref = { topicId: TOPIC, partition: 0 };
    const question = { timestamp: -1, leaderEpoch: -1, replicaId: -1, isReadCommitted: true };
    assert.equal(await partitions.offsets([{ ...ref, ...question, version: 4 }]), [
      { timestamp: -1, offset: 3, leaderEpoch: 2 },
    ]);
    assert.equal(await partitions.epochEnds([{ ...ref, leaderEpoch: 4, epoch: 3 }]), [
      { epoch: 3, endOffset: 9 },
    ]);
    const terms = { timeoutMs: 1 };
    assert.equal(await partitions.deleteRecords([{ ...ref, offset: 6 }], terms), [
      { lowWatermark: 6, isLate: false },
    ]);
    assert.equal(await partitions.producers([ref]), [{ producers: [] }]);
  });
});

// Leases.

test("ReactorLink.partitions.fetch lends bytes until they are released, once", async () => {
  let released = 0;
  const serve: FakeAnswers = { fetch: () => fetchedBytes(text("records"), () => released++) };
  await between({ partitions: serve }, async ({ near }) => {
    const [answer] = await near.partitions.fetch([fetch()], LIMITS);
    const { lease, ...rest } = answer as FetchAnswer & { readonly lease: Lease };
    const { lease: _, ...expected } = fetchedBytes(text("records"));
    assert.equal(rest, expected);
    assert.is(new TextDecoder().decode(lease.bytes), "records");
    // Whatever was asked before has arrived when this is answered.
    await near.partitions.producers([]);
    assert.is(released, 0);
    lease.release();
    lease.release();
    await near.partitions.producers([]);
    assert.is(released, 1);
  });
});

test("ReactorLink.partitions.fetch lends each of several, nothing where nothing is", async () => {
  const released: number[] = [];
  const serve: FakeAnswers = {
    fetch: ({ partition }) =>
      fetchedBytes(text("x".repeat(partition)), () => released.push(partition)),
  };
  await between({ partitions: serve }, async ({ near }) => {
    const answers = await near.partitions.fetch([fetch(1), fetch(0), fetch(3)], LIMITS);
    const leases = answers.map((answer) => (answer as FetchAnswer).lease);
    assert.equal(leases.map((lease) => lease?.bytes.length), [1, undefined, 3]);
    leases[2]?.release();
    await near.partitions.producers([]);
    assert.equal(released, [3]);
  });
});

test("ReactorLink.partitions.fetch shows mapped bytes where they lie", async () => {
  const root = await mkdtemp(join(tmpdir(), "odradek-calls-"));
  const file = await diskFiles({ clock: systemClock }).open(`${root}/data`, { create: true });
  file.write([text("some mapped bytes")], 0);
  const lent = file.view(5, 6);
  const { place } = lent;
  assert.ok(place);
  const serve: FakeAnswers = { fetch: () => ({ ...fetchedBytes(text("")), lease: lent }) };
  await between({ partitions: serve }, async ({ near, far }) => {
    const [answer] = await near.partitions.fetch([fetch()], LIMITS);
    const { bytes, release } = (answer as { readonly lease: Lease }).lease;
    assert.is(new TextDecoder().decode(bytes), "mapped");
    file.write([text("MAPPED")], 5);
    assert.is(new TextDecoder().decode(bytes), "MAPPED", "they are no copy");
    release();
    await far.letGo(place.window);
    const isGone = (): boolean => bytes[0] === 0;
    await until(isGone, "who still looks sees zeros, rather than what is not there");
  });
  await file.close();
  await rm(root, { recursive: true });
});

test("ReactorLink.partitions.fetch gives up a lease whose bytes must go over there", async () => {
  const lent: Lease = { bytes: text("bytes that go"), release: () => undefined };
  const serve: FakeAnswers = { fetch: () => ({ ...fetchedBytes(text("")), lease: lent }) };
  await between({ partitions: serve }, async ({ near }) => {
    const [answer] = await near.partitions.fetch([fetch()], LIMITS);
    const { lease } = answer as { readonly lease: Lease };
    const destroyed = new Promise<Error>((resolve) => {
      lease.holder = { destroy: resolve };
    });
    lent.holder?.destroy(new Error("They were truncated"));
    assert.is((await destroyed).message, "They were truncated");
    lease.release();
  });
});

test("ReactorLink.letGo resolves when the other reactor has forgotten the window", async () => {
  const forgotten: number[] = [];
  const windows = { letGo: (window: number) => forgotten.push(window) };
  const { port1, port2 } = new MessageChannel();
  const near = new ReactorLink(port1, new ForeignWindows());
  const far = new ReactorLink(port2, windows as unknown as ForeignWindows);
  await near.letGo(4096);
  assert.equal(forgotten, [4096]);
  near.close();
  far.close();
});

// Waiting.

const TERMS: Omit<WaitTerms, "signal"> = {
  replicaId: -1,
  isReadCommitted: true,
  bytesMin: 10,
  bytesFound: [3],
  timeoutMs: 500,
};

test("ReactorLink.partitions.waitForData goes over with its terms", async () => {
  const got: unknown[] = [];
  const serve: FakeAnswers = {
    waitForData(calls, { signal, ...terms }) {
      got.push(calls, terms, signal.aborted);
      return Promise.resolve();
    },
  };
  await between({ partitions: serve }, async ({ near }) => {
    const { signal } = new AbortController();
    await near.partitions.waitForData([fetch(2)], { ...TERMS, signal });
  });
  assert.equal(got, [[fetch(2)], TERMS, false]);
});

test("ReactorLink.partitions.waitForData ends over there when the client goes here", async () => {
  const ends: string[] = [];
  const serve: FakeAnswers = {
    waitForData: async ([call], { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      ends.push(`partition ${call?.partition}`);
    },
  };
  await between({ partitions: serve }, async ({ near }) => {
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = near.partitions.waitForData([fetch(1)], { ...TERMS, signal: first.signal });
    void near.partitions.waitForData([fetch(2)], { ...TERMS, signal: second.signal })
      .catch((error) => error);
    await near.partitions.producers([]);
    assert.equal(ends, []);
    first.abort();
    await waiting;
    assert.equal(ends, ["partition 1"]);
  });
});

// Sessions and coordinators.

test("ReactorLink.sessions asks the other reactor's sessions", async () => {
  const opened = { session: "next", sessionId: 8, partitions: [] } as const;
  const got: unknown[] = [];
  const sessions: FetchSessions = {
    open(request) {
      got.push(request);
      return request.sessionEpoch === 9 ? { refused: "FETCH_SESSION_ID_NOT_FOUND" } : opened;
    },
    answer(...args) {
      got.push(args);
      return Promise.resolve({ sessionId: 8, included: [true] });
    },
  };
  await between({ sessions }, async ({ near }) => {
    const request: SessionRequest = {
      sessionId: 8,
      sessionEpoch: 1,
      usesIds: true,
      partitions: [],
      forgotten: [],
    };
    assert.equal(await near.sessions.open(request), opened);
    const refused = await near.sessions.open({ ...request, sessionEpoch: 9 });
    assert.equal(refused, { refused: "FETCH_SESSION_ID_NOT_FOUND" });
    const answer = await near.sessions.answer(opened, [], true);
    assert.equal(answer, { sessionId: 8, included: [true] });
    assert.equal(got, [request, { ...request, sessionEpoch: 9 }, [opened, [], true]]);
  });
});

test("ReactorLink.coordinators asks the other reactor's coordinators", async () => {
  const coordinators: Served["coordinators"] = {
    ask: (partition, command) => Promise.resolve({ asked: [partition, command] }),
    query: () => Promise.resolve({ refused: "NOT_COORDINATOR" }),
    queryAll: (topic) => Promise.resolve([{ topic }]),
  };
  await between({ coordinators }, async ({ near }) => {
    const ref = { topicId: TOPIC, partition: 4 };
    assert.equal(await near.coordinators.ask(ref, { type: "join" }), {
      asked: [ref, { type: "join" }],
    });
    assert.equal(await near.coordinators.query(ref, {}), { refused: "NOT_COORDINATOR" });
    assert.equal(await near.coordinators.queryAll("t", {}), [{ topic: "t" }]);
  });
});

// The metadata: what the asking reactor knows of, the other one must know before it answers.

test("ReactorLink answers when the metadata is there that the asking reactor has", async () => {
  const arrived = Promise.withResolvers<void>();
  const wanted: number[] = [];
  const order: string[] = [];
  const metadata: Served["metadata"] = {
    endOffset: 5,
    until(endOffset) {
      wanted.push(endOffset);
      return endOffset > 5 ? arrived.promise : undefined;
    },
  };
  const serve: FakeAnswers = {
    append: ({ partition }) => {
      order.push(`append ${partition}`);
      return appended(partition);
    },
  };
  await between({ partitions: serve, metadata }, async ({ near, far }) => {
    near.serve({ metadata: followedTo(7) } as Served);
    const first = near.partitions.append([append(text("a"), 1)], { timeoutMs: 1 });
    const second = near.partitions.append([append(text("b"), 2)], { timeoutMs: 1 });
    // By the time that this has gone over and back, the others have begun.
    await far.letGo(4096);
    await far.letGo(4096);
    order.push("arrived");
    arrived.resolve();
    assert.equal(await Promise.all([first, second]), [[appended(1)], [appended(2)]]);
  });
  assert.equal(wanted, [7, 7]);
  assert.equal(order, ["arrived", "append 1", "append 2"]);
});

// What goes wrong.

for (
  const [thrown, type] of [[new TypeError("a mistake"), Error], [
    new Bug("invariant"),
    Bug,
  ]] as const
) {
  test(`ReactorLink rejects with the words of a ${thrown.name} over there`, async () => {
    const serve: FakeAnswers = {
      append: () => {
        throw thrown;
      },
    };
    await between({ partitions: serve }, async ({ near }) => {
      const asking = near.partitions.append([append(text("a"))], { timeoutMs: 1 });
      const error = await Promise.resolve(asking).catch((cause: unknown) => cause);
      assert.is((error as Error).message, thrown.message);
      // A broken invariant ends the process: it must be known for one here, too.
      assert.is((error as Error).constructor, type);
    });
  });
}

async function failure(promise: unknown): Promise<Fault> {
  const error = await Promise.resolve(promise).catch((cause: unknown) => cause);
  assert.instance(error, Fault);
  return error as Fault;
}

for (const who of ["near", "far"] as const) {
  const serve: FakeAnswers = { waitForData: () => new Promise<never>(() => undefined) };

  test(`ReactorLink fails its calls when the ${who} end closes`, async () => {
    await between({ partitions: serve }, async (bench) => {
      const { signal } = new AbortController();
      const waiting = bench.near.partitions.waitForData([fetch()], { ...TERMS, signal });
      const windows = bench.near.letGo(4096);
      await bench.near.partitions.producers([]);
      bench[who].close();
      const { kind, message } = await failure(waiting);
      assert.is(kind, "network");
      assert.match(message, /stopped/);
      await windows;
    });
  });

  test(`ReactorLink fails what is asked after the ${who} end has closed`, async () => {
    await between({ partitions: serve }, async (bench) => {
      const { signal } = new AbortController();
      const waiting = bench.near.partitions.waitForData([fetch()], { ...TERMS, signal });
      bench[who].close();
      await failure(waiting);
      await failure(bench.near.partitions.producers([]));
      await failure(bench.near.sessions.open({} as SessionRequest));
      // Nobody over there has a view of it.
      await bench.near.letGo(8192);
    });
  });
}

test("ReactorLink gives up what the other reactor waits for and has lent", async () => {
  let released = 0;
  const ended = Promise.withResolvers<void>();
  const serve: FakeAnswers = {
    fetch: () => fetchedBytes(text("records"), () => released++),
    waitForData: (_, { signal }) => {
      signal.addEventListener("abort", () => ended.resolve());
      return ended.promise;
    },
  };
  await between({ partitions: serve }, async ({ near }) => {
    await near.partitions.fetch([fetch()], LIMITS);
    const { signal } = new AbortController();
    const waiting = near.partitions.waitForData([fetch()], { ...TERMS, signal });
    await near.partitions.producers([]);
    near.close();
    await failure(waiting);
    await ended.promise;
    assert.is(released, 1);
  });
});

test.run();
