// The tools of other people as child processes: kcat, and those of Kafka by way of the reference's
// script. What they say is kept, and one that hangs is ended.

import { spawn } from "node:child_process";
import { join } from "node:path";

/** A virtual machine starts slowly on a busy machine. */
const TOOL_MS_MAX = 240_000;

/** Of the script: machines that start quickly, since that is most of what they do. */
const QUICK = {
  KAFKA_TOOL_OPTS: "-Xmx256M -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
  KAFKA_HEAP_OPTS: "-Xms256M -Xmx512M",
};

export interface Ended {
  readonly code: number | null;
  /** Standard output. */
  readonly output: string;
  readonly errors: string;
}

export interface Tools {
  /** One of Kafka's, by its usual name. */
  kafka(name: string, args: readonly string[], input?: string): Promise<Ended>;
  kcat(args: readonly string[], input?: string): Promise<Ended>;
  /** The script that runs Apache Kafka itself. */
  peer(args: readonly string[]): Promise<Ended>;
}

/** `peers` is the folder with the reference's scripts. */
export function toolsIn(peers: string): Tools {
  const kafka = join(peers, "kafka");
  return {
    kafka: (name, args, input) => ended(kafka, ["tool", name, ...args], input),
    kcat: (args, input) => ended("kcat", args, input),
    peer: (args) => ended(kafka, args),
  };
}

function ended(command: string, args: readonly string[], input = ""): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...QUICK, ...process.env };
    const child = spawn(command, args, { env, timeout: TOOL_MS_MAX, killSignal: "SIGKILL" });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    // One that needs no input may have gone before it was given any.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, errors }));
  });
}
