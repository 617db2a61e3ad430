// The core's rules, one transcript each (testdata/). `UPDATE=1` writes what the core does now.
//
//   start node=1 [voters=1] [epoch= voted= leader=] [from= snapshot=] [log=1x3,2x1]
//                            a node with this quorum-state, snapshot and records: 3 of epoch 1, …
//   elapsed | resign         one step
//   propose <count>          one step, then the append unless it is refused
//   sync [to=<end offset>]   makes the log durable, then one step
//   raw proposed|written end= epoch=     the event alone, as from a driver that errs
//   fail-after <count>       the power fails after so many effects of the steps that follow
//   restart | power-cycle    a new life; after a power failure, without what was not synced
//   state | disk             shows
//
// Every command that steps takes `at=<ms>`; without it the time stands still.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { epoch, NO_NODE, nodeId, offset, type Uuid, ZERO_UUID } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { effectsText } from "./testing/effect_text.ts";
import { type Disk, SimulatedNode } from "./testing/simulated_node.ts";
import { type Command, transcribe } from "./testing/transcript.ts";
import { DEFAULT_RAFT_CONFIG } from "./config.ts";
import type { Effects } from "./effects.ts";
import { stateText } from "./state.ts";
import { type ReplicaKey, replicaText, VoterSet } from "./voters.ts";

const test = suite("raft transcripts");

/** Whole and without the random part of timeouts. */
class Session {
  #node: SimulatedNode | undefined;
  #now = 0;

  run(command: Command): string {
    this.#now = Number(command.arguments.get("at") ?? this.#now);
    if (command.name === "start") {
      const { id, directoryId } = replica(command.arguments.get("node") ?? "1");
      const voters = voterSet(command.arguments.get("voters") ?? "1");
      const random = { below: () => 0, bytes: (length: number) => new Uint8Array(length) };
      const config = DEFAULT_RAFT_CONFIG;
      const identity = { nodeId: id, directoryId, voters, random, config };
      this.#node = new SimulatedNode(identity, disk(command));
      return stateText(this.#node.raft.state);
    }
    assert.ok(this.#node, `"${command.name}" comes after "start"`);
    return run(this.#node, command, this.#now);
  }
}

function run(node: SimulatedNode, command: Command, now: number): string {
  const word = command.arguments.get("") ?? "";
  switch (command.name) {
    case "elapsed":
    case "resign":
      return stepText(node, () => node.step({ type: command.name as "elapsed" | "resign" }, now));
    case "propose":
      return stepText(node, () => node.propose(Number(word), now));
    case "sync":
      return stepText(node, () => node.sync(offset(number(command, "to", node.endOffset)), now));
    case "raw": {
      const endOffset = offset(number(command, "end", 0));
      const event = { type: word as "proposed" | "written", endOffset };
      return stepText(
        node,
        () => node.step({ ...event, epoch: epoch(number(command, "epoch", 0)) }, now),
      );
    }
    case "fail-after":
      node.effectsLeft = Number(word);
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
    default:
      throw new Error(`Unknown command "${command.name}"`);
  }
}

function stepText(node: SimulatedNode, step: () => Effects): string {
  const carriedOut = node.effectsLeft;
  const effects = step();
  const lines = effectsText(effects);
  if (carriedOut >= effects.length) return lines;
  return [...lines.split("\n").slice(0, carriedOut), "power fails"].join("\n");
}

function diskText({ quorumState, startOffset, records, syncedEndOffset }: Disk): string {
  const voted = quorumState.votedFor === undefined ? "none" : replicaText(quorumState.votedFor);
  const leader = quorumState.leaderId === NO_NODE ? "none" : quorumState.leaderId;
  const epochs = records.map((record) => record.epoch).join(" ");
  return [
    `quorum-state epoch=${quorumState.epoch} voted=${voted} leader=${leader}`,
    `log start=${startOffset} synced=${syncedEndOffset} epochs=[${epochs}]`,
  ].join("\n");
}

function disk(command: Command): Disk {
  const voted = command.arguments.get("voted");
  const startOffset = offset(number(command, "from", 0));
  const snapshotEpoch = command.arguments.get("snapshot");
  return {
    quorumState: {
      epoch: epoch(number(command, "epoch", 0)),
      votedFor: voted === undefined ? undefined : replica(voted),
      leaderId: nodeId(number(command, "leader", NO_NODE)),
    },
    startOffset,
    snapshotEpoch: snapshotEpoch === undefined ? undefined : epoch(Number(snapshotEpoch)),
    records: records(command.arguments.get("log") ?? ""),
    syncedEndOffset: startOffset,
  };
}

/** `1x3,2x1`: three records of epoch 1, then one of epoch 2. */
function records(text: string): Disk["records"] {
  return [...text.matchAll(/(\d+)x(\d+)/g)].flatMap(([, of, count]) =>
    Array.from({ length: Number(count) }, () => ({ epoch: epoch(Number(of)), value: -1 }))
  );
}

/** `1` or `1/dir`. */
function replica(text: string): ReplicaKey {
  const [id, directoryId] = text.split("/");
  return { id: nodeId(Number(id)), directoryId: (directoryId ?? ZERO_UUID) as Uuid };
}

function voterSet(text: string): VoterSet {
  const kraftVersions = { min: 0, max: 1 };
  return new VoterSet(
    text.split(",").map((voter) => ({ ...replica(voter), endpoints: [], kraftVersions })),
  );
}

function number(command: Command, name: string, otherwise: number): number {
  return Number(command.arguments.get(name) ?? otherwise);
}

const folder = new URL("testdata/", import.meta.url);
for (const name of readdirSync(folder)) {
  test(`Raft does as in testdata/${name}`, () => {
    const file = new URL(name, folder);
    const expected = readFileSync(file, "utf8");
    const session = new Session();
    const actual = transcribe(expected, (command) => session.run(command));
    if (process.env["UPDATE"] === "1") writeFileSync(file, actual);
    else assert.fixture(actual, expected);
  });
}

test.run();
