// Many groups whose members do nothing but show that they are alive: what that costs a node, how
// fast it answers, and whether it ever takes a living member for a dead one. Each member has a
// connection of its own, as real ones do.

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { systemClock } from "@odradek/base";
import { parseAddresses } from "@odradek/client";
import { Link } from "@odradek/client/cluster/link";
import { tcpTransport } from "@odradek/network/transport";
import { errorName } from "@odradek/protocol/errors";
import { FindCoordinator } from "@odradek/protocol/messages/find_coordinator";
import { Heartbeat } from "@odradek/protocol/messages/heartbeat";
import { JoinGroup } from "@odradek/protocol/messages/join_group";
import { SyncGroup } from "@odradek/protocol/messages/sync_group";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../integration/processes.ts";

/** As Kafka's consumers have it. */
const HEARTBEAT_MS = 3000;
const SESSION_MS = 10_000;
const REBALANCE_MS = 60_000;
/** Groups that come into being at a time. */
const FORMING = 40;

interface Member {
  readonly groupId: string;
  readonly link: Link;
  memberId: string;
  generation: number;
}

/** Shared by all members: they beat from the beginning, and are counted for a while. */
interface Beating {
  tally: Tally | undefined;
  isOver: boolean;
}

interface Tally {
  /** ms from request to answer. */
  readonly latencies: number[];
  /** By error. */
  readonly refusals: Map<string, number>;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      groups: { type: "string", default: "1000" },
      members: { type: "string", default: "5" },
      seconds: { type: "string", default: "300" },
      reactors: { type: "string", default: "1" },
      "p99-ms-max": { type: "string", default: "20" },
    },
  });
  const [groups, members, seconds] = [values.groups, values.members, values.seconds].map(Number);
  const dataDir = await temporaryFolder("heartbeats");
  const overrides = [
    `odradek.reactors=${values.reactors}`,
    "group.initial.rebalance.delay.ms=500",
    "max.connections=20000",
  ];
  const node = await startProcess({ port: await freePort(), dataDir, overrides });
  try {
    const beating: Beating = { tally: undefined, isOver: false };
    const running: Promise<void>[] = [];
    const all = await form(node, {
      groups: groups as number,
      members: members as number,
      formed: (member) => void running.push(beat(member, beating)),
    });
    console.log(`${all.length} members in ${groups} groups`);
    const tally = await count(node, beating, (seconds as number) * 1000);
    beating.isOver = true;
    await Promise.all(running);
    for (const { link } of all) link.close();
    return judge(tally, Number(values["p99-ms-max"]));
  } finally {
    await node.stop();
    await removeFolder(dataDir);
  }
}

/** Each group with its members in one generation. */
async function form(
  node: NodeProcess,
  { groups, members, formed: start }: {
    readonly groups: number;
    readonly members: number;
    readonly formed: (member: Member) => void;
  },
): Promise<Member[]> {
  await awaitCoordinator(node);
  const ids = Array.from({ length: groups }, (_, i) => `group-${i}`);
  const all: Member[] = [];
  const worker = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      const links = await Promise.all(Array.from({ length: members }, () => open(node)));
      const groupId = id;
      const formed = links.map((link): Member => ({ groupId, link, memberId: "", generation: -1 }));
      await Promise.all(formed.map((one) => joinAndStay(one, formed)));
      for (const member of formed) start(member);
      all.push(...formed);
    }
  };
  await Promise.all(Array.from({ length: FORMING }, worker));
  return all;
}

/** Until all are members of one generation: whoever comes late begins another. */
async function joinAndStay(member: Member, all: readonly Member[]): Promise<void> {
  await join(member);
  while (all.some(({ generation }) => generation !== member.generation)) {
    await pause(50);
    if (await heartbeat(member) !== 0) await join(member);
  }
}

/** The error code of the answer. */
async function heartbeat({ groupId, link, memberId, generation }: Member): Promise<number> {
  const draft = { groupId, memberId, generationId: generation };
  return (await link.ask(Heartbeat, draft)).errorCode;
}

async function awaitCoordinator(node: NodeProcess): Promise<void> {
  const link = await open(node);
  for (;;) {
    const draft = { keyType: 0, coordinatorKeys: ["group-0"] };
    const answer = await link.ask(FindCoordinator, draft);
    if (answer.coordinators[0]?.errorCode === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  link.close();
}

async function open({ address }: NodeProcess): Promise<Link> {
  const [where] = parseAddresses(address);
  if (where === undefined) throw new Error(`No address: ${address}`);
  return await Link.open(where, {
    transport: tcpTransport(),
    clock: systemClock,
    clientId: "heartbeats",
    connectTimeoutMs: 60_000,
    requestTimeoutMs: 120_000,
  });
}

/** Until it is a member of a generation whose members are all there. */
async function join(member: Member): Promise<void> {
  for (;;) {
    const { groupId, link, memberId } = member;
    const joined = await link.ask(JoinGroup, {
      groupId,
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: REBALANCE_MS,
      memberId,
      protocolType: "consumer",
      protocols: [{ name: "range", metadata: new Uint8Array(20) }],
    });
    if (joined.memberId !== "") member.memberId = joined.memberId;
    if (joined.errorCode !== 0) {
      const error = errorName(joined.errorCode);
      if (error === "UNKNOWN_MEMBER_ID") member.memberId = "";
      if (error !== "MEMBER_ID_REQUIRED") await pause(100);
      continue;
    }
    member.generation = joined.generationId;
    const synced = await link.ask(SyncGroup, {
      groupId,
      generationId: joined.generationId,
      memberId: member.memberId,
      protocolType: "consumer",
      protocolName: joined.protocolName,
      assignments: joined.members.map((one) => ({
        memberId: one.memberId,
        assignment: new Uint8Array(30),
      })),
    });
    if (synced.errorCode === 0) return;
  }
}

/** What is answered within so long. */
async function count(node: NodeProcess, beating: Beating, ms: number): Promise<Tally> {
  const tally: Tally = { latencies: [], refusals: new Map() };
  const before = await usageOf(node.pid);
  const startMs = performance.now();
  beating.tally = tally;
  await pause(ms);
  beating.tally = undefined;
  const after = await usageOf(node.pid);
  const seconds = (performance.now() - startMs) / 1000;
  const cpu = after.cpuSeconds - before.cpuSeconds;
  console.log(
    `${(tally.latencies.length / seconds).toFixed(0)} heartbeats/s for ${seconds.toFixed(0)} s, ` +
      `${(100 * cpu / seconds).toFixed(1)} % of a processor, ` +
      `${(1e6 * cpu / tally.latencies.length).toFixed(1)} µs each, ` +
      `${(after.anonymousBytes / 1e6).toFixed(0)} MB private`,
  );
  return tally;
}

async function beat(member: Member, beating: Beating): Promise<void> {
  while (!beating.isOver) {
    const sentMs = performance.now();
    const errorCode = await heartbeat(member);
    const { tally } = beating;
    tally?.latencies.push(performance.now() - sentMs);
    if (errorCode !== 0 && tally !== undefined) {
      const name = errorName(errorCode);
      tally.refusals.set(name, (tally.refusals.get(name) ?? 0) + 1);
    }
    await pause(Math.max(0, HEARTBEAT_MS - (performance.now() - sentMs)));
  }
}

/** Of a process. */
async function usageOf(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return {
    // In ticks of 10 ms.
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    anonymousBytes: Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024,
  };
}

function judge({ latencies, refusals }: Tally, p99MsMax: number): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  const shown = [["p50", 0.5], ["p99", 0.99], ["p99.9", 0.999], ["longest", 1]] as const;
  console.log(shown.map(([name, part]) => `${name} ${at(part).toFixed(1)} ms`).join(", "));
  for (const [name, count] of refusals) console.log(`${name}: ${count}`);
  const isWell = refusals.size === 0 && at(0.99) <= p99MsMax;
  console.log(isWell ? "no member was taken for dead" : "not well");
  return isWell ? 0 : 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

process.exit(await main());
