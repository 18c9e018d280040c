import { describe, expect, test } from "vitest";
import { type Home, homeOf, setDefaultPackages } from "../../src/defaultPackages";

function after(text: string, names: string[], home?: Home): string {
  const { start, end, newText } = setDefaultPackages(text, names, home);
  return text.slice(0, start) + newText + text.slice(end);
}

describe("where it stands", () => {
  test.each([
    ["[tool.ws-lsp]\ndefault-packages = []", "ws-lsp"],
    ["[tool.uv]\ndefault-packages = []", "uv"],
    ["[tool.uv]\ndefault-packages = []\n[tool.ws-lsp]\ndefault-packages = []", "ws-lsp"],
    ['[tool]\n"ws-lsp" . default-packages = "all"', "ws-lsp"],
    ["tool.uv.default-packages = []", "uv"],
    ["[[tool.uv]]\ndefault-packages = []", undefined],
    ["[tool.uv.workspace]\ndefault-packages = []", undefined],
    ["# default-packages = []\n[tool.ws-lsp]\n", undefined],
    ['[tool.ws-lsp]\nx = """\ndefault-packages = []\n"""', undefined],
    ["[tool.ws-lsp]\nx = [\n  # ]\n]\ndefault-packages = []", "ws-lsp"],
    ["[tool.ws-lsp", undefined],
    ["", undefined],
  ])("%j: %s", (text, home) => expect(homeOf(text)).toBe(home));
});

describe("edits", () => {
  test.each([
    [
      "entries that stay keep their place and spelling",
      "[tool.ws-lsp]\ndefault-packages = [\"B\", 'a'] # why\nx = 1\n",
      ["a", "b", "c"],
      '[tool.ws-lsp]\ndefault-packages = ["B", \'a\', "c"] # why\nx = 1\n',
    ],
    [
      "one is removed",
      '[tool.uv]\ndefault-packages = ["a", "b"]\n',
      ["b"],
      '[tool.uv]\ndefault-packages = ["b"]\n',
    ],
    [
      "all are removed",
      '[tool.uv]\ndefault-packages = ["a"]\n',
      [],
      "[tool.uv]\ndefault-packages = []\n",
    ],
    [
      "`all` becomes a list",
      '[tool.uv]\ndefault-packages = "all"\n',
      ["a"],
      '[tool.uv]\ndefault-packages = ["a"]\n',
    ],
    [
      "comments go with their entries",
      '[tool.ws-lsp]\ndefault-packages = [\n  # first\n  "a", # one\n  "b", # two\n]\n',
      ["b", "c"],
      '[tool.ws-lsp]\ndefault-packages = [\n  "b",  # two\n  "c",\n]\n',
    ],
    [
      "line breaks stay",
      '[tool.uv]\r\ndefault-packages = [\r\n    "a",\r\n]\r\n',
      ["a", "b"],
      '[tool.uv]\r\ndefault-packages = [\r\n    "a",\r\n    "b",\r\n]\r\n',
    ],
    [
      "an unfinished array",
      '[tool.uv]\ndefault-packages = ["a", ',
      ["b"],
      '[tool.uv]\ndefault-packages = ["b"] ',
    ],
  ])("%s", (_, text, names, expected) => expect(after(text, names)).toBe(expected));

  test.each([
    [
      "a table that is there",
      "[tool.ws-lsp] # ours\nrules = {}\n",
      '[tool.ws-lsp] # ours\ndefault-packages = ["a"]\nrules = {}\n',
    ],
    ["no table yet", "[project]\n", '[project]\n\n[tool.ws-lsp]\ndefault-packages = ["a"]\n'],
    [
      "no line break at the end",
      "[project]",
      '[project]\n\n[tool.ws-lsp]\ndefault-packages = ["a"]\n',
    ],
    ["an empty file", "", '[tool.ws-lsp]\ndefault-packages = ["a"]\n'],
    ["a header at the very end", "[tool.ws-lsp]", '[tool.ws-lsp]\ndefault-packages = ["a"]\n'],
  ])("%s", (_, text, expected) => expect(after(text, ["a"])).toBe(expected));

  test("the home that was chosen", () => {
    expect(after("[tool.uv]\npackage = false\n", ["a"], "uv")).toBe(
      '[tool.uv]\ndefault-packages = ["a"]\npackage = false\n',
    );
  });
});
