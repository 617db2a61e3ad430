// dump-log on damaged files: whatever they hold, it shows what it can, says what it cannot, and
// ends with 0 or 1.

import { mkdtempSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Random } from "@odradek/base";
import { run } from "@odradek/cli/program";
import { MemoryTerminal } from "@odradek/cli/testing/memory_terminal";
import { Heavy, pick, type Target } from "../target.ts";
import { damagedFiles, type Directory } from "./damage.ts";

const FLAGS: readonly (readonly string[])[] = [
  [],
  ["--deep-iteration"],
  ["--print-data-log"],
  ["--print-data-log", "--skip-record-metadata", "--format", "4"],
  ["--cluster-metadata-decoder"],
  ["--offsets-decoder"],
  ["--offsets-decoder", "--format", "4"],
  ["--transaction-log-decoder"],
  ["--share-group-state-decoder"],
  ["--key-decoder", "integer", "--value-decoder", "json"],
  ["--value-decoder", "hex", "--key-decoder", "uuid"],
  ["--verify-index-only"],
  ["--index-sanity-check"],
];
/** Of text for a byte of the file, and for what names it. */
const TEXT_PER_BYTE = 200;
const TEXT_FREE = 20_000;

/** Files are put into a folder of its own, which is removed at the end. */
export class Dumps implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "odradek-fuzz-"));
  readonly #directories: readonly Directory[];

  constructor(directories: readonly Directory[]) {
    this.#directories = directories;
  }

  get targets(): Target[] {
    return [{ name: "dump-log", weight: 10, run: (random) => this.#dump(random) }];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #dump(random: Random): Promise<void> {
    const files = damagedFiles(random, pick(random, this.#directories));
    const names = [...files.keys()].filter((name) => /^\d/.test(name));
    const shown = pick(random, names);
    // An index is compared with the log beside it.
    const beside = names.filter((name) => name.split(".")[0] === shown.split(".")[0]);
    const folder = join(this.#folder, "t-0");
    await mkdir(folder, { recursive: true });
    try {
      for (const name of beside) {
        await writeFile(join(folder, name), files.get(name) ?? new Uint8Array(0));
      }
      const bytes = beside.reduce((sum, name) => sum + (files.get(name)?.length ?? 0), 0);
      await dumpOne(join(folder, shown), pick(random, FLAGS), bytes);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

async function dumpOne(path: string, flags: readonly string[], bytes: number): Promise<void> {
  const terminal = new MemoryTerminal();
  const code = await run(["dump-log", "--files", path, ...flags], terminal);
  if (code !== 0 && code !== 1) throw new Error(`dump-log ended with ${code}`);
  const length = terminal.output.length + terminal.remarks.join("").length;
  if (length > TEXT_FREE + bytes * TEXT_PER_BYTE) throw new Heavy(`${length} letters of ${bytes}`);
}
