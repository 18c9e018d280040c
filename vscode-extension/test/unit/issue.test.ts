import { expect, test } from "vitest";
import { issueBody } from "../../src/issue";

const FACTS = {
  extension: "0.1.0",
  server: "ws-lsp 0.1.0 (bundled)",
  uv: "0.13.9",
  editor: "1.100.3 (code-server)",
  system: "Linux 6.1 x64",
};

test("an issue asks for what is needed, and names the versions", () =>
  expect(issueBody(FACTS)).toBe(`What happened, and what did you expect?


The smallest \`pyproject.toml\` files that show it:


- Extension: 0.1.0
- Server: ws-lsp 0.1.0 (bundled)
- uv: 0.13.9
- VS Code: 1.100.3 (code-server)
- System: Linux 6.1 x64
`));

test.each([
  [null, "- uv: not found\n"],
  [undefined, "- uv: unknown\n"],
])("uv %s: %s", (uv, line) => expect(issueBody({ ...FACTS, uv })).toContain(line));
