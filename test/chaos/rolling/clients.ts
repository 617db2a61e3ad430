// The clients that work through a rolling restart: a producer of one record at a time and a member
// of a group each, with the settings that they come with.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connect, GroupConsumer, Producer } from "@odradek/client";
import { runCommand } from "../../clients/run_command.ts";

export interface Target {
  readonly addresses: string;
  readonly topic: string;
  /** Between the records of one producer. */
  readonly everyMs: number;
}

/** What a client has seen. */
export class Seen {
  /** When each call began, and how long it took; empty where the client does not tell. */
  readonly calls: { readonly beganMs: number; readonly tookMs: number }[] = [];
  /** Each with the time of day. */
  readonly failures: string[] = [];
  /** Of a client that tells of no single call, how many it wrote. */
  written = 0;
  readonly #read = new Set<string>();

  get acknowledged(): number {
    return this.calls.length + this.written;
  }

  /** How many of its own producer's records it has read. */
  get readCount(): number {
    return this.#read.size;
  }

  reads(key: string, value: string): void {
    if (value.startsWith(`${key} `)) this.#read.add(value);
  }

  fails(why: string): void {
    this.failures.push(`${timeOfDay(Date.now())} ${why}`);
  }

  /** A line of a program. */
  takes(key: string, line: string): void {
    const [kind, rest] = [line.slice(0, 1), line.slice(2)];
    const [beganMs = 0, tookMs = 0] = rest.split(" ").map(Number);
    if (kind === "r") this.reads(key, rest);
    else if (kind === "c") this.calls.push({ beganMs, tookMs });
    else if (kind === "w") this.written = beganMs;
    else if (kind === "f") this.fails(rest);
  }
}

export interface RollingClient {
  readonly name: string;
  readonly seen: Seen;
  /** No record more. Resolves when all that were sent are acknowledged, or have failed. */
  stopWriting(): Promise<void>;
  stopReading(): Promise<void>;
}

/** `05:34:16.123` */
export function timeOfDay(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export function ourClient({ addresses, topic, everyMs }: Target): RollingClient {
  const seen = new Seen();
  const cluster = connect(addresses);
  const producer = new Producer(cluster);
  const reading = new AbortController();
  let isWriting = true;
  const fail = (error: unknown): void => seen.fails(String(error));
  const write = async (): Promise<void> => {
    const pending = new Set<Promise<void>>();
    for (let i = 0; isWriting; i++) {
      const beganMs = Date.now();
      const call = producer.send({ topic, key: `k${i}`, value: `ours ${i}` }).then(
        () => void seen.calls.push({ beganMs, tookMs: Date.now() - beganMs }),
        fail,
      ).finally(() => pending.delete(call));
      pending.add(call);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await Promise.all(pending);
  };
  const read = async (): Promise<void> => {
    const { signal } = reading;
    await using consumer = new GroupConsumer(cluster, { groupId: "ours" });
    try {
      for await (const { value } of consumer.consume({ topic, signal })) {
        seen.reads("ours", new TextDecoder().decode(value ?? undefined));
      }
    } catch (error) {
      fail(error);
    }
  };
  const writer = write();
  const reader = read();
  return {
    name: "@odradek/client",
    seen,
    async stopWriting() {
      isWriting = false;
      await writer;
      await producer.close();
    },
    async stopReading() {
      reading.abort();
      await reader;
      await cluster.close();
    },
  };
}

export function kafkajsClient(target: Target): RollingClient {
  // It sets timers of negative length, which Node would tell each time.
  const command = [process.execPath, "--no-warnings", here("kafkajs.mjs")];
  return programClient({ name: "kafkajs", key: "kafkajs", command, target });
}

/** Kafka's own, from the classpath that the reference's script tells. */
export async function javaClient(target: Target, java: JavaPlace): Promise<RollingClient> {
  const { version, command } = await javaCommand(java);
  return programClient({ name: `kafka-clients ${version}`, key: "java", command, target });
}

export interface JavaPlace {
  readonly peer: string;
  /** Where it is compiled to. */
  readonly folder: string;
}

export async function javaCommand({ peer, folder }: JavaPlace) {
  const classpath = (await runCommand(peer, ["classpath"])).trim();
  await runCommand("javac", ["-cp", classpath, "-d", folder, here("RollingClient.java")]);
  const version = /kafka-clients-([\d.]+)\.jar/.exec(
    await runCommand("bash", ["-c", `ls -d ${classpath.replaceAll(":", " ")}`]),
  )?.[1];
  const command = ["java", "-Xmx200m", "-cp", `${folder}:${classpath}`, "RollingClient"];
  return { version, command };
}

/** It tells of no single call: only whether all that it was given arrived. */
export function kcatClient(target: Target): RollingClient {
  const command = ["bash", here("kcat.sh")];
  return programClient({ name: "kcat", key: "kcat", command, target });
}

interface ProgramClient {
  readonly name: string;
  /** How the values of its records begin. */
  readonly key: string;
  readonly command: readonly string[];
  readonly target: Target;
}

function programClient({ name, key, command, target }: ProgramClient): RollingClient {
  const seen = new Seen();
  const { addresses, topic, everyMs } = target;
  const start = (role: string): ChildProcess => {
    const [program = "", ...args] = [...command, role, addresses, topic, String(everyMs)];
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.on("error", () => undefined);
    createInterface(child.stdout).on("line", (line) => seen.takes(key, line));
    child.once("exit", (code) => {
      if (code !== 0) seen.fails(`${role} ended with status ${code}`);
    });
    return child;
  };
  const [writer, reader] = [start("produce"), start("consume")];
  return {
    name,
    seen,
    stopWriting: () => ended(writer),
    stopReading: () => ended(reader),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const isOver = new Promise((resolve) => child.once("close", resolve));
  child.stdin?.end("stop\n");
  await isOver;
}
