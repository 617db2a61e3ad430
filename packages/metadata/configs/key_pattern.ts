// Names of keys in which `*` stands for anything: `zookeeper.*`, `*.interval.requests`.

/** Whether any of the patterns is the name. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  const [head = "", tail] = pattern.split("*");
  if (tail === undefined) return name === pattern;
  return name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
}
