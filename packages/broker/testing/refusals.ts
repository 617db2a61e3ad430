// What an action was refused with, as a value that tables can hold.

import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";

/** Undefined: it was not refused. Whatever else is thrown goes on. */
export function refusalOf(action: () => unknown): ErrorName | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.error;
    throw error;
  }
}

export async function refusalOfAsync(
  action: () => Promise<unknown> | unknown,
): Promise<ErrorName | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.error;
    throw error;
  }
}
