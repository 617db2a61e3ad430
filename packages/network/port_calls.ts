// Requests between the threads of a node that are no requests of the protocol: start listening,
// stop, tell your checkpoints. Few and small; arguments and results are cloned.

import { reason } from "@odradek/base";

/** A MessagePort or a worker. */
interface Port {
  postMessage(message: unknown): void;
  on(event: "message", take: (message: Message) => void): unknown;
}

/** What one side can be asked for, by name. */
export type PortHandlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Asking {
  readonly ask: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answering {
  readonly answer: number;
  readonly result?: unknown;
  readonly error?: string;
}

type Message = Asking | Answering;

export interface PortCalls {
  /** Rejects with the message of what the other side threw. */
  ask<Result>(name: string, argument?: unknown): Promise<Result>;
}

/** Both ends: asks the other side, and serves it. Other messages on the port are left alone. */
export function portCalls(port: Port, handlers: PortHandlers = {}): PortCalls {
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  let nextId = 1;
  const serve = async ({ ask, name, argument }: Asking): Promise<void> => {
    try {
      const result = await handlers[name]?.(argument as never);
      port.postMessage({ answer: ask, result } satisfies Answering);
    } catch (error) {
      port.postMessage({ answer: ask, error: reason(error) } satisfies Answering);
    }
  };
  port.on("message", (message: Message) => {
    if ("ask" in message) return void serve(message);
    if (!("answer" in message)) return;
    const waiting = asked.get(message.answer);
    asked.delete(message.answer);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.error));
  });
  return {
    ask<Result>(name: string, argument?: unknown): Promise<Result> {
      const id = nextId++;
      const waiting = Promise.withResolvers<unknown>();
      asked.set(id, waiting);
      port.postMessage({ ask: id, name, argument } satisfies Asking);
      return waiting.promise as Promise<Result>;
    },
  };
}
