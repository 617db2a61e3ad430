// A command that has to work, and what it printed.

import { spawn } from "node:child_process";

/** Of what a command said that has failed, the end. */
const SAID_MAX = 2000;

export interface RunCommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Its standard output. Rejects with all that it said if it fails. */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: RunCommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { ...(cwd === undefined ? {} : { cwd }), env: { ...process.env, ...env } };
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let remarks = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (remarks += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else {
        const said = `${output}${remarks}`.slice(-SAID_MAX);
        reject(new Error(`${command} ${args.join(" ")}: exit ${code}\n${said}`));
      }
    });
  });
}
