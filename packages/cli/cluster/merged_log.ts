// One log of several nodes: each line with its node's number in front. For people only what they
// have to know; a pipe gets everything.

/** Of what a line says, as far as it matters here. */
interface Parsed {
  readonly level: string;
  readonly msg: string;
}

const QUIET = new Set(["trace", "debug", "info"]);
/** A whole answer of a broken node is a few of them. */
const LINE_CHARACTERS_MAX = 64 * 1024;

/** Whether a node says that it is ready, in a line of its own log. */
export function saysReady(line: string): boolean {
  return /\bodradek \d+ ready in \d+ ms on /.test(line);
}

/** Undefined: it is not shown. */
export function shownLine(node: number, line: string, isSeen: boolean): string | undefined {
  if (line === "" || saysReady(line)) return undefined;
  const parsed = isSeen ? parse(line) : undefined;
  if (parsed === undefined) return `${node} | ${line}`;
  return QUIET.has(parsed.level) ? undefined : `${node} | ${parsed.level}: ${parsed.msg}`;
}

function parse(line: string): Parsed | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const { level, msg } = JSON.parse(line) as Partial<Parsed>;
    return typeof level === "string" && typeof msg === "string" ? { level, msg } : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Cuts what comes in pieces into lines. */
export class Lines {
  #rest = "";

  add(piece: string): string[] {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length <= LINE_CHARACTERS_MAX) return lines;
    return [...lines, ...this.end()];
  }

  /** What came without the end of a line. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? [] : [rest];
  }
}
