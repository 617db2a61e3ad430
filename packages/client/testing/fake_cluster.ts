// A few brokers over the simulated network that share everything but their listeners, and do what a
// test tells them: refuse, lose answers, give leaders away.

import { type Address, type Uuid } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { seededRandom } from "@odradek/base/random";
import type { Endpoint } from "@odradek/network/endpoint";
import { Listener } from "@odradek/network/listener";
import { allowAll } from "@odradek/network/context";
import { Dispatch, type DispatchOptions } from "@odradek/network/dispatch";
import { SimulatedNetwork } from "@odradek/network/testing/simulated_network";
import type { ErrorName } from "@odradek/protocol/errors";
import type { ApiName } from "@odradek/protocol/apis";
import { Refusal } from "@odradek/protocol/refusal";
import { Cluster, type ClusterSettings } from "../cluster.ts";
import { FakeLog } from "./fake_log.ts";
import { fakeEndpoints, type Serve } from "./fake_endpoints.ts";
import { FakeGroup } from "./fake_groups.ts";

export interface FakePartition {
  /** The node that should lead. */
  readonly preferred: number;
  leader: number;
  leaderEpoch: number;
  /** Undefined: the leader alone. */
  replicas?: number[];
  /** Undefined: the leader alone. */
  inSync?: number[];
  /** Of the replicas, those whose nodes are gone. */
  offline?: number[];
  /** Of the replicas, those that come and go in a move that is under way. */
  move?: { readonly adding: number[]; readonly removing: number[] };
  readonly log: FakeLog;
}

export interface FakeTopic {
  readonly topicId: Uuid;
  readonly partitions: FakePartition[];
}

/** A misfortune that awaits requests of an API. */
interface Plan {
  readonly api: ApiName;
  /** "lose": it is done, and then the connection breaks. */
  readonly what: ErrorName | "lose";
  left: number;
}

export interface FakeClusterOptions {
  readonly nodes?: number;
  readonly seed?: number;
  /** Highest version of ApiVersions that the brokers know. */
  readonly apiVersionsMax?: number;
  /** Without ids, topics go by name. */
  readonly hasTopicIds?: boolean;
  /** Of brokers that are older; -1: they do not offer the API. */
  readonly versionsMax?: Readonly<Partial<Record<ApiName, number>>>;
  /** What else they answer. */
  readonly more?: (serve: Serve) => readonly Endpoint[];
}

const HOST = "broker";
const FIRST_PORT = 9001;

export class FakeCluster {
  readonly clock = new SimulatedClock();
  readonly topics = new Map<string, FakeTopic>();
  readonly groups = new Map<string, FakeGroup>();
  /** The node that keeps all groups. */
  coordinator = 1;
  /** Who of the nodes leads if they are asked as controllers; -1: nobody. */
  activeController = 1;
  readonly addresses = new Map<number, Address>();
  readonly hasTopicIds: boolean;
  readonly options: FakeClusterOptions;
  /** Names of the APIs in the order of the requests. */
  readonly asked: ApiName[] = [];
  /** The nodes that were asked, likewise. */
  readonly askedNodes: number[] = [];
  readonly #network: SimulatedNetwork;
  readonly #seed: number;
  #plans: Plan[] = [];
  nextProducerId = 1000;

  constructor(options: FakeClusterOptions = {}) {
    const { nodes = 1, seed = 1, apiVersionsMax = 5, hasTopicIds = true } = options;
    this.#seed = seed;
    this.hasTopicIds = hasTopicIds;
    this.options = options;
    this.#network = new SimulatedNetwork({ clock: this.clock, random: seededRandom(seed) });
    for (let id = 1; id <= nodes; id++) this.#start(id, apiVersionsMax);
  }

  cluster(settings: ClusterSettings = {}): Cluster {
    return new Cluster({
      ...settings,
      bootstrap: [...this.addresses.values()],
      transport: this.#network.transport("client"),
      clock: this.clock,
      random: seededRandom(this.#seed + 1),
    });
  }

  /** Leaders go round. */
  addTopic(name: string, partitions: number): FakeTopic {
    const id = new Uint8Array(16);
    id.set([1, this.topics.size + 1]);
    const topicId = id.toBase64({ alphabet: "base64url", omitPadding: true }) as Uuid;
    const nodes = [...this.addresses.keys()];
    const topic: FakeTopic = {
      topicId,
      partitions: Array.from({ length: partitions }, (_, i) => ({
        preferred: nodes[i % nodes.length] as number,
        leader: nodes[i % nodes.length] as number,
        leaderEpoch: 0,
        log: new FakeLog(),
      })),
    };
    this.topics.set(name, topic);
    return topic;
  }

  group(id: string): FakeGroup {
    const known = this.groups.get(id) ?? new FakeGroup(this.clock);
    this.groups.set(id, known);
    return known;
  }

  log(topic: string, partition = 0): FakeLog {
    return (this.topics.get(topic)?.partitions[partition] as FakePartition).log;
  }

  moveLeader(topic: string, partition: number, leader: number): void {
    const found = this.topics.get(topic)?.partitions[partition] as FakePartition;
    found.leader = leader;
    found.leaderEpoch++;
  }

  /** The next requests of an API, or parts of them, meet a misfortune. */
  plan(api: ApiName, what: ErrorName | "lose", times = 1): void {
    this.#plans.push({ api, what, left: times });
  }

  /** Ends the connections of a node, and of clients with it. */
  cut(): void {
    this.#network.cut(() => true);
  }

  /** Throws the refusal that is planned, if one is. */
  meet(api: ApiName): void {
    const plan = this.#take(api, (what) => what !== "lose");
    if (plan !== undefined) throw new Refusal(plan.what as ErrorName);
  }

  /** Whether the answer is lost. */
  loses(api: ApiName): boolean {
    return this.#take(api, (what) => what === "lose") !== undefined;
  }

  #take(api: ApiName, matches: (what: Plan["what"]) => boolean): Plan | undefined {
    const plan = this.#plans.find((one) => one.api === api && matches(one.what));
    if (plan !== undefined && --plan.left === 0) {
      this.#plans = this.#plans.filter((one) => one !== plan);
    }
    return plan;
  }

  #start(id: number, apiVersionsMax: number): void {
    const address = { host: HOST, port: FIRST_PORT + id };
    const dispatch = new Dispatch({
      endpoints: fakeEndpoints(this, id, apiVersionsMax),
      hooks: allowAll,
      logger: SILENT,
      fatal: (bug) => {
        throw bug;
      },
    });
    const listener = new Listener({
      name: "PLAINTEXT",
      securityProtocol: "PLAINTEXT",
      dispatch,
      limits: { requestBytesMax: 10_000_000, inFlightBytesMax: 10_000_000 },
      idleMsMax: 600_000,
      clock: this.clock,
      logger: SILENT,
    });
    this.addresses.set(id, address);
    void listener.listen(this.#network.transport(`node ${id}`), address);
  }
}

const nothing = (): void => undefined;
const SILENT = { info: nothing, error: nothing } as unknown as DispatchOptions["logger"];
