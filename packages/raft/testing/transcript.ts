// Tests as transcripts: commands, a line `----`, and what they print, up to an empty line. Comments
// begin with `#`. Text in, text out: a test compares the result with the file, or with UPDATE=1
// writes it there.
//
//   # A comment.
//   elapsed at=10
//   ----
//   became leader epoch=1

/** `name word key=value`: a word that stands alone is the value of "". */
export interface Command {
  readonly name: string;
  readonly arguments: ReadonlyMap<string, string>;
}

/** Carries out a command and returns what it prints, without empty lines. */
export type Interpreter = (command: Command) => string;

/**
 * The transcript with everything below a `----` replaced by what the commands above print now.
 * What a command throws is printed too, as name and message. Throws Error where commands stand
 * without a `----`.
 */
export function transcribe(transcript: string, interpret: Interpreter): string {
  const written: string[] = [];
  const commands: string[] = [];
  let isExpectation = false;
  for (const line of transcript.trimEnd().split("\n")) {
    if (line === "") isExpectation = false;
    else if (isExpectation) continue;
    if (line === "----") {
      written.push(line, ...commands.splice(0).map((command) => answer(command, interpret)));
      isExpectation = true;
      continue;
    }
    if (line !== "" && !line.startsWith("#")) commands.push(line);
    else refuseUnanswered(commands);
    written.push(line);
  }
  refuseUnanswered(commands);
  return `${written.join("\n")}\n`;
}

function answer(line: string, interpret: Interpreter): string {
  try {
    const printed = interpret(parseCommand(line)) || "(nothing)";
    if (/^$/m.test(printed)) throw new Error(`An empty line would end what "${line}" prints`);
    return printed;
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    return `${thrown.name}: ${thrown.message}`;
  }
}

/** Words are parted by blanks. */
export function parseCommand(line: string): Command {
  const [name = "", ...words] = line.split(/ +/);
  const pairs = words.map((word): [string, string] => {
    const equals = word.indexOf("=");
    return equals === -1 ? ["", word] : [word.slice(0, equals), word.slice(equals + 1)];
  });
  return { name, arguments: new Map(pairs) };
}

function refuseUnanswered([command]: readonly string[]): void {
  if (command !== undefined) throw new Error(`Cannot run "${command}": no line "----" follows`);
}
