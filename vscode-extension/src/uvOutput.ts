// The lines of uv's output. Pure.

export type Level = "error" | "warn" | "info" | "debug" | "trace";

const LEVELS: readonly (readonly [RegExp, Level])[] = [
  [/^\s*(?:error\b|×)/u, "error"],
  [/^\s*(?:warning|WARN)\b/, "warn"],
  [/^\s*DEBUG\b/, "debug"],
  [/^\s*TRACE\b/, "trace"],
];

/** The level that a line of uv's output has: `error: …`, `warning: …`, and with `--verbose` `DEBUG …`. */
export function levelOf(line: string): Level {
  return LEVELS.find(([pattern]) => pattern.test(line))?.[1] ?? "info";
}
