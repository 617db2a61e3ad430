// A typed line as words: blanks part them, quotes and a backslash keep them.

export function wordsIn(line: string): string[] {
  const words: string[] = [];
  for (const [, quoted, single, bare] of line.matchAll(/"([^"]*)"?|'([^']*)'?|((?:\\.|[^\s])+)/g)) {
    words.push(quoted ?? single ?? (bare ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  return words;
}
