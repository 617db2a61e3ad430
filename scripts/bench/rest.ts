// What a broker costs before anybody asks it anything: until it first answers, and while it idles.

import { setTimeout as delay } from "node:timers/promises";
import type { Address } from "@odradek/base";
import { anonymousBytes, cpuMs } from "./costs.ts";
import type { IdlePlan } from "./plan.ts";
import { RawConnection } from "./raw_connection.ts";
import { ANSWERS, metadataFrame } from "./requests.ts";
import type { Figures } from "./results.ts";
import { ownSubject, type Subject } from "./subjects.ts";

const MB = 1024 * 1024;
/** What came before has its end: timers, collections, files that are closed. */
const SETTLE_MS = 1000;

export async function measureIdle({ seconds }: IdlePlan, { pid }: Subject): Promise<Figures> {
  await delay(SETTLE_MS);
  const [cpuBefore, before] = [cpuMs(pid), performance.now()];
  await delay(seconds * 1000);
  const [cpu, wall] = [cpuMs(pid) - cpuBefore, performance.now() - before];
  return { "CPU %": 100 * cpu / wall, "anonymous MB": anonymousBytes(pid) / MB };
}

/** Of another node with so many reactors, until Metadata tells of a broker. */
export async function measureStart({ reactors = 1 }: Subject): Promise<Figures> {
  const before = performance.now();
  const node = await ownSubject(reactors);
  try {
    while (await brokerCount(node.address) === 0) await delay(1);
    return { "first answer ms": performance.now() - before, "CPU ms": cpuMs(node.pid) };
  } finally {
    await node.end();
  }
}

async function brokerCount(address: Address): Promise<number> {
  const answer = Promise.withResolvers<number>();
  const connection = await RawConnection.open(address, {
    answered: (head) => answer.resolve(head.getInt32(ANSWERS.metadata.brokersAt)),
    caughtUp: () => undefined,
    broken: answer.reject,
  });
  connection.send(metadataFrame());
  const count = await answer.promise;
  connection.close();
  return count;
}
