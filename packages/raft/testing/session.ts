// Carries out the commands of a transcript on one node (raft_test.ts tells which there are).

import { assert, epoch, NO_NODE, type NodeId, nodeId, offset } from "@odradek/base";
import { DEFAULT_RAFT_CONFIG } from "../config.ts";
import type { Effect, Effects, Send } from "../effects.ts";
import type { Event } from "../events.ts";
import { stateText } from "../state.ts";
import { type ReplicaKey, replicaText } from "../voters.ts";
import { number, records, replica, text, voter, voterSet } from "./command_values.ts";
import { effectsText } from "./effect_text.ts";
import { Path } from "./path.ts";
import { type Disk, type Payload, SimulatedNode } from "./simulated_node.ts";
import { requestOf, responseOf } from "./spoken.ts";
import type { Command } from "./transcript.ts";

/** Without the random part of timeouts. */
export class Session {
  self: ReplicaKey = replica("1");
  now = 0;
  /** Of `wakeAt`. */
  wakeAtMs = 0;
  /** By whom is asked. */
  readonly sent = new Map<NodeId, Send>();
  #node: SimulatedNode | undefined;
  #tokens = 0;

  get node(): SimulatedNode {
    assert(this.#node !== undefined, "The first command is `start`");
    return this.#node;
  }

  run(command: Command): string {
    if (command.name === "start") return this.#start(command);
    this.now = timeOf(text(command, "at"), this.now);
    const word = text(command, "") ?? "";
    switch (command.name) {
      case "elapsed":
      case "resign":
        return this.#print(() => this.step({ type: command.name as "elapsed" | "resign" }));
      case "propose":
        return this.#print(() => this.node.propose(Number(word), this.now));
      case "sync": {
        const end = offset(number(command, "to", this.node.endOffset));
        return this.#print(() => this.node.sync(end, this.now));
      }
      case "raw":
        return this.#print(() => this.step(raw(command)));
      case "asked":
        return this.#print(() => this.asked(command));
      case "answered":
        return this.#print(() => this.answered(command));
      case "unanswered":
        return this.#print(() => this.#unanswered(command));
      case "snapshot-taken":
        return this.#print(() => this.node.takeSnapshot(this.now));
      case "snapshot-installed":
        return this.#print(() => this.#installed(word === "damaged"));
      case "voter-change":
        return this.#print(() => this.#voterChange(command));
      default:
        return this.#withoutStep(command);
    }
  }

  step(event: Event, payload?: Payload): Effects {
    return this.node.step(event, this.now, payload);
  }

  asked(command: Command): Effects {
    const request = requestOf(command, { self: this.self, state: this.node.raft.state });
    return this.step({ type: "asked", token: ++this.#tokens, request });
  }

  answered(command: Command): Effects {
    const { from, sent } = this.#asking(command);
    const hearer = { self: this.self, state: this.node.raft.state };
    const { response, payload } = responseOf(command, sent.request, hearer);
    const correlation = number(command, "correlation", sent.correlation);
    return this.step({ type: "answered", from, correlation, response }, payload);
  }

  #unanswered(command: Command): Effects {
    const { from, sent: { correlation } } = this.#asking(command);
    const isGone = text(command, "") === "gone";
    return this.step({ type: "unanswered", from, correlation, isGone });
  }

  /** Whom it has asked. */
  #asking(command: Command): { readonly from: NodeId; readonly sent: Send } {
    const from = nodeId(number(command, "by", 2));
    const sent = this.sent.get(from);
    if (sent === undefined) throw new Error(`Node ${from} has not been asked for anything`);
    return { from, sent };
  }

  #installed(isDamaged: boolean): Effects {
    if (!isDamaged) return this.node.install(this.now);
    return this.step({ type: "snapshotInstalled", snapshot: undefined, voters: undefined });
  }

  #voterChange(command: Command): Effects {
    const kind = text(command, "") as "add" | "update" | "remove";
    const change = { kind, voter: voter(text(command, "voter") ?? "") };
    return this.step({ type: "voterChange", token: ++this.#tokens, change });
  }

  #withoutStep(command: Command): string {
    const { node } = this;
    switch (command.name) {
      case "become":
        new Path(this).to(command);
        return stateText(node.raft.state);
      case "replicate":
        new Path(this).replicate();
        return stateText(node.raft.state);
      case "fail-after":
        node.effectsLeft = number(command, "", 0);
        return "(set)";
      case "restart":
      case "power-cycle":
        if (command.name === "restart") node.restart();
        else node.powerCycle();
        return stateText(node.raft.state);
      case "state":
        return stateText(node.raft.state);
      case "disk":
        return diskText(node.disk);
      case "voters":
        return [...node.raft.state.voters].map(replicaText).join(",");
      default:
        throw new Error(`Unknown command "${command.name}"`);
    }
  }

  #start(command: Command): string {
    this.self = replica(text(command, "node") ?? "1");
    const { id, directoryId } = this.self;
    const voters = voterSet(text(command, "voters") ?? "1");
    const random = { below: () => 0, bytes: (length: number) => new Uint8Array(length) };
    const identity = { nodeId: id, directoryId, voters, random, config: DEFAULT_RAFT_CONFIG };
    this.now = 0;
    this.sent.clear();
    this.#tokens = 0;
    this.#node = new SimulatedNode(identity, disk(command), {
      send: (effect) => this.sent.set(effect.to, effect),
      reply: () => undefined,
      votersChanged: () => undefined,
      done: (effect: Effect) => {
        if (effect.type === "wakeAt") this.wakeAtMs = effect.ms;
      },
    });
    return stateText(this.#node.raft.state);
  }

  #print(step: () => Effects): string {
    const carriedOut = this.node.effectsLeft;
    const effects = step();
    const lines = effectsText(effects);
    if (carriedOut >= effects.length) return lines;
    return [...lines.split("\n").slice(0, carriedOut), "power fails"].join("\n");
  }
}

/** `100`, or `+100` from now. */
function timeOf(given: string | undefined, now: number): number {
  if (given === undefined) return now;
  return given.startsWith("+") ? now + Number(given.slice(1)) : Number(given);
}

function raw(command: Command): Event {
  const type = text(command, "") as "proposed" | "written";
  const end = { endOffset: offset(number(command, "end", 0)) };
  return { type, ...end, epoch: epoch(number(command, "epoch", 0)) };
}

function diskText({ quorumState, startOffset, records: all, syncedEndOffset }: Disk): string {
  const voted = quorumState.votedFor === undefined ? "none" : replicaText(quorumState.votedFor);
  const leader = quorumState.leaderId === NO_NODE ? "none" : quorumState.leaderId;
  const epochs = all.map((record) => record.epoch).join(" ");
  return [
    `quorum-state epoch=${quorumState.epoch} voted=${voted} leader=${leader}`,
    `log start=${startOffset} synced=${syncedEndOffset} epochs=[${epochs}]`,
  ].join("\n");
}

function disk(command: Command): Disk {
  const voted = text(command, "voted");
  const startOffset = offset(number(command, "from", 0));
  const snapshotEpoch = text(command, "snapshot");
  return {
    quorumState: {
      epoch: epoch(number(command, "epoch", 0)),
      votedFor: voted === undefined ? undefined : replica(voted),
      leaderId: nodeId(number(command, "leader", NO_NODE)),
    },
    startOffset,
    snapshotEpoch: snapshotEpoch === undefined ? undefined : epoch(Number(snapshotEpoch)),
    records: records(text(command, "log") ?? ""),
    syncedEndOffset: startOffset,
  };
}
