// What the broker of this node asks of the active controller, wherever that is: served here if it
// is here, else handed on to it, as it came. A controller that is gone is looked for again until
// the time is up.

import { type Clock, sleep } from "@odradek/base";
import type { Endpoint, RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { AnyApi } from "@odradek/protocol/schema/mod";
import { NoAnswer } from "../quorum/replicas.ts";

export interface ActiveController {
  /** Whether it is this node. */
  readonly isHere: () => boolean;
  /** Throws NoAnswer; Refusal NOT_CONTROLLER while nobody is known to be it. */
  ask(
    request: { readonly api: AnyApi; readonly version: number; readonly body: unknown },
    timeoutMs: number,
  ): Promise<{ readonly errorCode: number }>;
  readonly clock: Clock;
  /** How long a request may look for it. */
  readonly timeoutMs: number;
}

const RETRY_MS = 20;
/** Of a broker that wants to stop, while nobody leads: as long as an election takes. */
const LEAVING_MS = 700;

export function relayed(one: Endpoint, active: ActiveController): Endpoint {
  const tryOnce = async (
    body: unknown,
    context: RequestContext,
    timeoutMs: number,
  ): Promise<unknown> => {
    if (active.isHere()) return await one.handle(body, context);
    const { api } = one;
    const answer = await active.ask({ api, version: context.version, body }, timeoutMs);
    if (answer.errorCode === errors.NOT_CONTROLLER.code) throw new Refusal("NOT_CONTROLLER");
    return answer;
  };
  return {
    ...one,
    async handle(request, context) {
      const { clock, timeoutMs } = active;
      const beganMs = clock.monotonic();
      const deadlineMs = beganMs + timeoutMs;
      const lookMs = isLeaving(request) ? Math.min(LEAVING_MS, timeoutMs) : timeoutMs;
      for (;;) {
        try {
          // One that has stopped in the midst answers never: whoever asks here gives up first.
          return await tryOnce(request, context, Math.max(1, deadlineMs - clock.monotonic()));
        } catch (error) {
          if (!isElsewhere(error)) throw error;
          const tookMs = clock.monotonic() - beganMs;
          if (tookMs >= lookMs) throw new Refusal("NOT_CONTROLLER");
        }
        try {
          await sleep(clock, RETRY_MS, context.signal);
        } catch (error) {
          if (!context.signal.aborted) throw error;
          // Nobody waits for the answer any more.
          throw new Refusal("NOT_CONTROLLER");
        }
      }
    },
  };
}

function isLeaving(request: unknown): boolean {
  return (request as { readonly wantShutDown?: boolean }).wantShutDown === true;
}

function isElsewhere(error: unknown): boolean {
  return error instanceof NoAnswer ||
    (error instanceof Refusal && error.error === "NOT_CONTROLLER");
}
