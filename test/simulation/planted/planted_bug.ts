// A bug that is put into the code under test while that is loaded: a text of one of its files gives
// way to another. The product knows nothing of it. Checkers that miss it are worth little.

import { assert } from "@odradek/base";
import { registerHooks } from "node:module";

export interface PlantedBug {
  /** Its file in this folder. */
  readonly name: string;
  /** Of the product, from the root of the repository. */
  readonly file: string;
  /** In that file, exactly once. */
  readonly text: string;
  readonly instead: string;
  /** Checkers that are there for such a bug: it counts as caught by one of them only. */
  readonly caughtBy: readonly string[];
}

const ROOT = new URL("../../../", import.meta.url);

export interface Planting {
  /** Throws unless the file was loaded, with the bug in it. */
  checkPlanted(): void;
}

/** From now on the file is loaded with the bug. Loading it fails if the text is not there once. */
export function plant(bug: PlantedBug): Planting {
  const url = new URL(bug.file, ROOT).href;
  let isPlanted = false;
  registerHooks({
    load: (loaded, context, nextLoad) => {
      const module = nextLoad(loaded, context);
      if (loaded !== url) return module;
      isPlanted = true;
      return { ...module, source: withBug(bug, sourceText(module.source)) };
    },
  });
  return {
    checkPlanted: () =>
      assert(isPlanted, "A bug is planted before its file is loaded", { file: bug.file }),
  };
}

/** The source of its file with the bug in it. */
export function withBug({ name, file, text, instead }: PlantedBug, source: string): string {
  const parts = source.split(text);
  if (parts.length === 2) return parts.join(instead);
  throw new Error(
    `Cannot plant "${name}": its text is ${parts.length - 1} times in "${file}", not once; ` +
      "if the file has changed, change the bug too",
  );
}

function sourceText(source: string | ArrayBuffer | NodeJS.TypedArray | undefined | null): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source ?? undefined);
}
