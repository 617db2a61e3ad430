// How a call crosses from one reactor to another: the one file that knows. Today by messages, one a
// turn and direction whatever they carry; a ring in shared memory must fit behind it. Produced
// bytes are copied once and transferred; fetched bytes stay where they are and are leased.

import type { MessagePort } from "node:worker_threads";
import { assert, Bug, Fault, type Lease, type MappedPlace, reason } from "@odradek/base";
import type { ForeignWindows } from "@odradek/log/disk/foreign_windows";
import type { CoordinatorService } from "../coordinators/service.ts";
import { isRefused } from "../partitions/refused.ts";
import type {
  AppendCall,
  AppendTerms,
  FetchAnswer,
  FetchCall,
  FetchLimits,
  Outcomes,
  PartitionService,
  WaitTerms,
} from "../partitions/service.ts";
import type { FetchSessions } from "../sessions/fetch_sessions.ts";

/** How far a reactor has followed the metadata. */
export interface Followed {
  readonly endOffset: number;
  /** Resolves when everything below an offset is applied; undefined: it is. */
  until(endOffset: number): Promise<void> | undefined;
}

/** What a reactor does for the others. */
export interface Served {
  readonly metadata: Followed;
  readonly partitions: PartitionService;
  readonly sessions: FetchSessions;
  readonly coordinators: CoordinatorService;
}

type PartitionMethod = keyof PartitionService;
type SessionMethod = keyof FetchSessions;
type CoordinatorMethod = keyof CoordinatorService;

type Message =
  | Ask
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | Failed
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "release"; readonly lease: number }
  | { readonly kind: "revoke"; readonly lease: number; readonly why: string }
  | { readonly kind: "let go"; readonly id: number; readonly window: number };

interface Ask {
  readonly kind: "ask";
  readonly id: number;
  readonly method: string;
  readonly args: unknown[];
  /** What the asking reactor knows of the metadata: a topic of which it speaks is there then. */
  readonly metadataEnd: number;
}

interface Failed {
  readonly kind: "failed";
  readonly id: number;
  readonly why: string;
  /** An invariant is broken over there: that ends the process, whoever asked. */
  readonly isBug: boolean;
}

/** A lease of the other reactor, as it comes over: by place, or its bytes where they have none. */
interface LentBytes {
  readonly lent: number;
  readonly place: MappedPlace | undefined;
  readonly bytes: Uint8Array | undefined;
}

interface Asked {
  resolve(value: unknown): void;
  reject(cause: Error): void;
}

/** Both ends of the way between two reactors: asks the other, and answers it. */
export class ReactorLink {
  readonly #port: MessagePort;
  readonly #windows: ForeignWindows;
  #served: Served | undefined;
  readonly #asked = new Map<number, Asked>();
  readonly #cancels = new Map<number, AbortController>();
  readonly #lent = new Map<number, Lease>();
  readonly #borrowed = new Map<number, Lease>();
  #isClosed = false;
  #nextId = 1;
  #outbox: Message[] = [];
  #transfers: ArrayBuffer[] = [];

  constructor(port: MessagePort, windows: ForeignWindows) {
    this.#port = port;
    this.#windows = windows;
    port.on("message", (messages: Message[]) => {
      for (const message of messages) this.#take(message);
    });
    port.on("close", () => this.#end());
  }

  /** What the other reactor may ask for. */
  serve(served: Served): void {
    this.#served = served;
  }

  /** The other reactor's partitions. */
  readonly partitions: PartitionService = {
    append: (calls: readonly AppendCall[], terms: AppendTerms) => this.#append(calls, terms),
    fetch: (calls: readonly FetchCall[], limits: FetchLimits) => this.#fetch(calls, limits),
    waitForData: (calls: readonly FetchCall[], terms: WaitTerms) => this.#wait(calls, terms),
    offsets: (calls) => this.#ask("offsets", [calls]),
    epochEnds: (calls) => this.#ask("epochEnds", [calls]),
    deleteRecords: (calls, terms) => this.#ask("deleteRecords", [calls, terms]),
    producers: (calls) => this.#ask("producers", [calls]),
    located: (calls) => this.#ask("located", [calls]),
  };

  /** The other reactor's fetch sessions. */
  readonly sessions: FetchSessions = {
    open: (request) => this.#ask("open", [request]),
    answer: (opened, told, usesIds) => this.#ask("answer", [opened, told, usesIds]),
  };

  /** The other reactor's coordinators. */
  readonly coordinators: CoordinatorService = {
    ask: (partition, command) => this.#ask("ask", [partition, command]),
    query: (partition, query) => this.#ask("query", [partition, query]),
    queryAll: (topic, query) => this.#ask("queryAll", [topic, query]),
  };

  /** Resolves when the other reactor has let go of a window that this one is about to unmap. */
  letGo(window: number): Promise<void> {
    // One that has stopped holds nothing.
    if (this.#isClosed) return Promise.resolve();
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#asked.set(id, { resolve: () => resolve(), reject: () => resolve() });
      this.#post({ kind: "let go", id, window });
    });
  }

  close(): void {
    this.#port.close();
    this.#end();
  }

  /** Nobody answers any more, and nobody reads what was lent. */
  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { reject } of this.#asked.values()) reject(stopped());
    for (const cancel of this.#cancels.values()) cancel.abort();
    for (const lease of this.#lent.values()) lease.release();
    this.#asked.clear();
    this.#lent.clear();
  }

  #append(calls: readonly AppendCall[], terms: AppendTerms) {
    const copies = calls.map((call) => ({ ...call, batch: call.batch.slice() }));
    for (const { batch } of copies) this.#transfers.push(batch.buffer);
    return this.#ask<Outcomes<never>>("append", [copies, terms]);
  }

  async #fetch(calls: readonly FetchCall[], limits: FetchLimits): Promise<Outcomes<FetchAnswer>> {
    const outcomes = await this.#ask<Outcomes<FetchAnswer>>("fetch", [calls, limits]);
    return outcomes.map((outcome) => {
      if (isRefused(outcome) || outcome.lease === undefined) return outcome;
      return { ...outcome, lease: this.#borrow(outcome.lease as unknown as LentBytes) };
    });
  }

  #borrow({ lent, place, bytes }: LentBytes): Lease {
    const view = place === undefined ? bytes : this.#windows.view(place);
    assert(view !== undefined, "What is lent has a place or bytes");
    const lease: Lease = {
      bytes: view,
      release: () => {
        if (this.#borrowed.delete(lent)) this.#post({ kind: "release", lease: lent });
      },
    };
    this.#borrowed.set(lent, lease);
    return lease;
  }

  async #wait(calls: readonly FetchCall[], terms: WaitTerms): Promise<void> {
    const { signal, ...plain } = terms;
    const id = this.#nextId;
    const cancel = (): void => this.#post({ kind: "cancel", id });
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await this.#ask("waitForData", [calls, plain]);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  #ask<T>(
    method: PartitionMethod | SessionMethod | CoordinatorMethod,
    args: unknown[],
  ): Promise<T> {
    if (this.#isClosed) return Promise.reject(stopped());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve: (value) => resolve(value as T), reject });
      const metadataEnd = this.#served?.metadata.endOffset ?? 0;
      this.#post({ kind: "ask", id, method, args, metadataEnd });
    });
  }

  /** What is posted in one turn leaves in one message. */
  #post(message: Message): void {
    if (this.#outbox.push(message) > 1) return;
    queueMicrotask(() => {
      const [messages, transfers] = [this.#outbox, this.#transfers];
      this.#outbox = [];
      this.#transfers = [];
      this.#port.postMessage(messages, transfers);
    });
  }

  #take(message: Message): void {
    switch (message.kind) {
      case "ask":
        return void this.#serve(message);
      case "answer":
        return this.#settle(message.id, (asked) => asked.resolve(message.value));
      case "failed":
        return this.#settle(message.id, (asked) => asked.reject(causeOf(message)));
      case "cancel":
        return this.#cancels.get(message.id)?.abort();
      case "release":
        this.#lent.get(message.lease)?.release();
        return void this.#lent.delete(message.lease);
      case "revoke":
        this.#borrowed.get(message.lease)?.holder?.destroy(new Fault("disk", message.why));
        return;
      case "let go":
        this.#windows.letGo(message.window);
        return this.#post({ kind: "answer", id: message.id, value: undefined });
    }
  }

  #settle(id: number, settle: (asked: Asked) => void): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked !== undefined) settle(asked);
  }

  async #serve({ id, method, args, metadataEnd }: Ask): Promise<void> {
    try {
      // Only if it must: calls begin in the order in which they came.
      const behind = this.#served?.metadata.until(metadataEnd);
      if (behind !== undefined) await behind;
      this.#post({ kind: "answer", id, value: await this.#carryOut(id, method, args) });
    } catch (error) {
      this.#post({ kind: "failed", id, why: reason(error), isBug: error instanceof Bug });
    }
  }

  async #carryOut(id: number, method: string, args: unknown[]): Promise<unknown> {
    const served = this.#served;
    assert(served !== undefined, "A reactor serves the others from the start");
    const { partitions, sessions, coordinators } = served;
    switch (method) {
      case "fetch": {
        const outcomes = await partitions.fetch(args[0] as FetchCall[], args[1] as FetchLimits);
        return outcomes.map((outcome) => this.#lend(outcome));
      }
      case "waitForData":
        return await this.#waitHere(id, args);
      case "open":
      case "answer":
        return await call(sessions as never, method, args);
      case "ask":
      case "query":
      case "queryAll":
        return await call(coordinators as never, method, args);
      default:
        return await call(partitions as never, method, args);
    }
  }

  async #waitHere(id: number, [calls, terms]: unknown[]): Promise<void> {
    const cancel = new AbortController();
    this.#cancels.set(id, cancel);
    try {
      const { signal } = cancel;
      const full = { ...(terms as Omit<WaitTerms, "signal">), signal };
      await this.#served?.partitions.waitForData(calls as FetchCall[], full);
    } finally {
      this.#cancels.delete(id);
    }
  }

  #lend(outcome: Outcomes<FetchAnswer>[number]): unknown {
    if (isRefused(outcome) || outcome.lease === undefined) return outcome;
    const { lease } = outcome;
    const lent = this.#nextId++;
    this.#lent.set(lent, lease);
    // Their bytes go: whoever sends them over there is destroyed.
    lease.holder = {
      destroy: ({ message: why }) => this.#post({ kind: "revoke", lease: lent, why }),
    };
    const { place } = lease;
    const bytes = place === undefined ? lease.bytes.slice() : undefined;
    if (bytes !== undefined) this.#transfers.push(bytes.buffer);
    return { ...outcome, lease: { lent, place, bytes } satisfies LentBytes };
  }
}

function causeOf({ why, isBug }: Failed): Error {
  return isBug ? new Bug(why) : new Error(why);
}

function stopped(): Fault {
  return new Fault("network", "The other reactor has stopped");
}

function call(
  target: Readonly<Record<string, (...args: unknown[]) => unknown>>,
  method: string,
  args: unknown[],
): unknown {
  const found = target[method];
  assert(found !== undefined, "A call has a method", { method });
  return found.apply(target, args);
}
