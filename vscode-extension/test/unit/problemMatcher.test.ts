import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

/** What VS Code makes of a terminal's lines: each pattern must match the line after the one before. */
function matched(output: string): Record<string, string>[] {
  const patterns: Readonly<Record<string, string | number>>[] =
    manifest.contributes.problemMatchers[0]?.pattern ?? [];
  const lines = output.split("\n");
  return lines.flatMap((_, first) => {
    const found: Record<string, string> = {};
    for (const [at, { regexp, ...groups }] of patterns.entries()) {
      const match = new RegExp(String(regexp)).exec(lines[first + at] ?? "");
      if (!match) return [];
      for (const [what, group] of Object.entries(groups)) found[what] = match[Number(group)] ?? "";
    }
    return [found];
  });
}

const PROBLEM = {
  file: "apps/jobs/pyproject.toml",
  line: "3",
  column: "11",
  message: "extra `=`, expected nothing",
};

test.each([
  [
    "uv 0.13",
    `$ uv --project /src/acme sync
error: Failed to parse: apps/jobs/pyproject.toml
  cause: TOML parse error at line 3, column 11
           |
         3 | version = = 3
           |           ^
         extra \`=\`, expected nothing
`,
  ],
  [
    "uv 0.12",
    `error: Failed to parse: \`apps/jobs/pyproject.toml\`
  Caused by: TOML parse error at line 3, column 11
      |
    3 | version = = 3
      |           ^
    extra \`=\`, expected nothing
`,
  ],
  [
    "uv 0.12, below another error",
    `  × Failed to build \`acme-jobs @ file:///src/acme/apps/jobs\`
  ├─▶ Failed to parse: \`apps/jobs/pyproject.toml\`
  ╰─▶ TOML parse error at line 3, column 11
        |
      3 | version = = 3
        |           ^
      extra \`=\`, expected nothing
`,
  ],
])("%s: the place of the mistake and uv's words", (_, output) =>
  expect(matched(output)).toEqual([PROBLEM]),
);
