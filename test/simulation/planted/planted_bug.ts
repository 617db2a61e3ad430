// A bug that is put into the code under test while that is loaded: a text of one of its files gives
// way to another. The product knows nothing of it. Checkers that miss it are worth little.

import { assert } from "@odradek/base";
import { registerHooks } from "node:module";

export interface Patch {
  /** Of the product, from the root of the repository. */
  readonly file: string;
  /** In that file, exactly once. */
  readonly text: string;
  readonly instead: string;
}

export interface PlantedBug extends Patch {
  readonly name: string;
  /** Elsewhere, where one place alone would be made good by others. */
  readonly more?: readonly Patch[];
  /** Checkers that are there for such a bug: it counts as caught by one of them only. */
  readonly caughtBy: readonly string[];
  /** With which words what they find begins; absent: whatever. */
  readonly says?: string;
}

const ROOT = new URL("../../../", import.meta.url);

export interface Planting {
  /** Throws unless the file was loaded, with the bug in it. */
  checkPlanted(): void;
}

/** From now on its files are loaded with the bug. Loading one fails if a text is not there once. */
export function plant(bug: PlantedBug): Planting {
  const files = new Map(filesOf(bug).map((file) => [new URL(file, ROOT).href, file]));
  const left = new Set(files.values());
  registerHooks({
    load: (loaded, context, nextLoad) => {
      const module = nextLoad(loaded, context);
      const file = files.get(loaded);
      if (file === undefined) return module;
      left.delete(file);
      return { ...module, source: withBug(bug, sourceText(module.source), file) };
    },
  });
  return {
    checkPlanted: () =>
      assert(left.size === 0, "A bug is planted before its files are loaded", {
        files: [...left].join(", "),
      }),
  };
}

/** In which it is planted. */
export function filesOf(bug: PlantedBug): string[] {
  return [...new Set([bug, ...bug.more ?? []].map(({ file }) => file))];
}

/** The source of one of its files with the bug in it. */
export function withBug(bug: PlantedBug, source: string, file = bug.file): string {
  const patches = [bug, ...bug.more ?? []].filter((patch) => patch.file === file);
  return patches.reduce((patched, { text, instead }) => {
    const parts = patched.split(text);
    if (parts.length === 2) return parts.join(instead);
    throw new Error(
      `Cannot plant "${bug.name}": its text is ${parts.length - 1} times in "${file}", not once; ` +
        "if the file has changed, change the bug too",
    );
  }, source);
}

function sourceText(source: string | ArrayBuffer | NodeJS.TypedArray | undefined | null): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source ?? undefined);
}
