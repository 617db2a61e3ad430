// Files of JSON that flags name.

import { readFile } from "node:fs/promises";
import { reason } from "@odradek/base";
import { Failure } from "../failure.ts";

/** Failure if it cannot be read, or is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Failure(`Cannot read "${path}": ${reason(error)}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`Cannot read "${path}" as JSON: ${reason(error)}`);
  }
}
