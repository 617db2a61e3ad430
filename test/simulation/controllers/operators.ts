// Operators who make topics, delete them, and ask whether they are there, of whichever controller
// takes it: one thing at a time, each with names of its own.

import { type Random, reason, sleep, ZERO_UUID } from "@odradek/base";
import { Peer } from "@odradek/network";
import { errorName } from "@odradek/protocol/errors";
import { CreateTopics } from "@odradek/protocol/messages/create_topics";
import { DeleteTopics } from "@odradek/protocol/messages/delete_topics";
import type { LinearTopics } from "../checkers/linear_topics.ts";
import { between, oneOf } from "../workload/chances.ts";
import type { World } from "../world/world.ts";
import type { Coverage } from "./coverage.ts";
import { CONTROLLER_PORT, CONTROLLERS, hostOf } from "./properties.ts";

export interface OperatorSurroundings {
  readonly world: World;
  readonly coverage: Coverage;
  readonly topics: LinearTopics;
  readonly tally: { accepted: number };
  readonly stopping: AbortSignal;
}

const TIMEOUT_MS = 4000;
/** Of one operator, that are there at the same time. */
const KEPT_MAX = 8;

export async function operate(name: string, surroundings: OperatorSurroundings): Promise<void> {
  await new Operator(name, surroundings).run();
}

class Operator {
  readonly #name: string;
  readonly #surroundings: OperatorSurroundings;
  readonly #random: Random;
  readonly #peers = new Map<number, Peer>();
  readonly #there: string[] = [];
  readonly #gone: string[] = [];
  #made = 0;
  /** Whom it asks. */
  #controller = 1;

  constructor(name: string, surroundings: OperatorSurroundings) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#random = surroundings.world.chance();
  }

  async run(): Promise<void> {
    const { world: { clock }, stopping } = this.#surroundings;
    while (!stopping.aborted) {
      await this.#next();
      await sleep(clock, between(this.#random, 50, 900), stopping).catch(() => undefined);
    }
  }

  async #next(): Promise<void> {
    const { tally, world } = this.#surroundings;
    const act = oneOf(this.#random, [
      () => this.#make(),
      () => this.#there.length > KEPT_MAX ? this.#delete() : this.#make(),
      () => this.#delete(),
      () => this.#look(),
      () => this.#look(),
    ]);
    try {
      if (await act()) tally.accepted++;
      else this.#other("not controller");
    } catch (error) {
      world.transcript.note(this.#name, "failed", reason(error));
      this.#other("unknown outcomes");
    }
  }

  #other(why: "not controller" | "unknown outcomes"): void {
    this.#surroundings.coverage.count(why);
    // A leader that is none any more is asked again by chance: it must say so.
    this.#controller = oneOf(this.#random, CONTROLLERS);
  }

  /** False: it is not the controller. */
  async #make(): Promise<boolean> {
    const { coverage, topics } = this.#surroundings;
    const name = `${this.#name}-${++this.#made}`;
    const error = await this.#create(name, false);
    if (error === "NOT_CONTROLLER") return false;
    // So many brokers are not there now.
    if (error === "INVALID_REPLICATION_FACTOR") return true;
    topics.told(name, isOne(error, "TOPIC_ALREADY_EXISTS", "NONE"), this.#asked());
    topics.changed(name, true);
    this.#there.push(name);
    coverage.count("topics made");
    return true;
  }

  async #delete(): Promise<boolean> {
    const { coverage, topics } = this.#surroundings;
    const [name] = this.#there;
    if (name === undefined) return await this.#make();
    // Its fate is not known before there is an answer.
    this.#there.shift();
    topics.forget(name);
    const error = await this.#drop(name);
    if (error === "NOT_CONTROLLER") return false;
    topics.changed(name, true);
    topics.told(name, isOne(error, "NONE", "UNKNOWN_TOPIC_OR_PARTITION"), this.#asked());
    topics.changed(name, false);
    this.#gone.push(name);
    coverage.count("topics deleted");
    return true;
  }

  /** Asked for by what changes nothing. */
  async #look(): Promise<boolean> {
    const { coverage, topics } = this.#surroundings;
    const known = [...this.#there, ...this.#gone.slice(-KEPT_MAX)];
    if (known.length === 0) return await this.#make();
    const name = oneOf(this.#random, known);
    const error = await this.#create(name, true);
    if (error === "NOT_CONTROLLER") return false;
    if (error === "INVALID_REPLICATION_FACTOR") return true;
    const isThere = isOne(error, "TOPIC_ALREADY_EXISTS", "NONE");
    topics.told(name, isThere, this.#asked());
    coverage.count(isThere ? "topics found" : "topics missed");
    return true;
  }

  async #create(name: string, validateOnly: boolean): Promise<string> {
    const topic = {
      name,
      numPartitions: between(this.#random, 1, 3),
      replicationFactor: between(this.#random, 1, 3),
      assignments: [],
      configs: [],
    };
    const body = { topics: [topic], timeoutMs: TIMEOUT_MS, validateOnly };
    const { topics: [told] } = await (await this.#peer()).ask(
      CreateTopics,
      { version: 7, body },
      { timeoutMs: TIMEOUT_MS },
    );
    return errorName(told?.errorCode ?? -1);
  }

  async #drop(name: string): Promise<string> {
    const body = { topics: [{ name, topicId: ZERO_UUID }], timeoutMs: TIMEOUT_MS };
    const { responses: [told] } = await (await this.#peer()).ask(
      DeleteTopics,
      { version: 6, body },
      { timeoutMs: TIMEOUT_MS },
    );
    return errorName(told?.errorCode ?? -1);
  }

  #asked(): string {
    return `${hostOf(this.#controller)}, asked by ${this.#name},`;
  }

  async #peer(): Promise<Peer> {
    const { world } = this.#surroundings;
    const open = this.#peers.get(this.#controller);
    if (open?.isOpen === true) return open;
    const address = { host: hostOf(this.#controller), port: CONTROLLER_PORT };
    const giveUp = new AbortController();
    const timer = world.clock.schedule(TIMEOUT_MS, () => giveUp.abort());
    const transport = world.network.transport(this.#name);
    const socket = await transport.connect(address, giveUp.signal).finally(() => timer.cancel());
    const peer = new Peer(socket, { clock: world.clock, clientId: this.#name });
    this.#peers.set(this.#controller, peer);
    return peer;
  }
}

/** Throws if it is neither: then nothing is known. */
function isOne(error: string, one: string, other: string): boolean {
  if (error !== one && error !== other) throw new Error(`Answered ${error}`);
  return error === one;
}
