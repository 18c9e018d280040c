import { describe, expect, test } from "vitest";
import { isSameServer, type Python, resolve, type Start, type World } from "../../src/resolution";

const NEW: readonly [number, number] = [3, 12];
const OLD: readonly [number, number] = [3, 9];

function python(executable: string, version = NEW, server: string | null = null): Python {
  return { executable, version, server };
}

interface Given {
  trusted?: boolean;
  selected?: string;
  workspace?: string[];
  path?: string[];
  uv?: string;
  pythons?: Python[];
  files?: string[];
}

function world(given: Given, asked: string[] = []): World {
  return {
    trusted: given.trusted ?? true,
    bundled: "/extension/bundled/ws_lsp_main.py",
    isFile: async (file) => given.files?.includes(file) ?? false,
    inspect: async (executable) => {
      asked.push(executable);
      return given.pythons?.find((one) => one.executable === executable);
    },
    selected: async () => given.selected,
    ofWorkspace: () => given.workspace ?? [],
    onPath: () => given.path ?? [],
    foundByUv: async () => given.uv,
  };
}

const DEFAULTS = { path: "", interpreter: "", importStrategy: "fromEnvironment" } as const;

const EVERYWHERE: Given = {
  files: ["/bin/ws-lsp"],
  selected: "/selected",
  workspace: ["/venv"],
  path: ["/path"],
  uv: "/uv",
  pythons: ["/selected", "/venv", "/path", "/uv", "/setting"].map((one) =>
    python(one, NEW, "0.1.0"),
  ),
};

describe("the order", () => {
  test.each([
    [
      "the setting `path` wins over all",
      { ...DEFAULTS, path: "/bin/ws-lsp", interpreter: "/setting" },
      EVERYWHERE,
      "path",
      "/bin/ws-lsp",
    ],
    [
      "then the setting `interpreter`",
      { ...DEFAULTS, interpreter: "/setting" },
      EVERYWHERE,
      "environment",
      "/setting",
    ],
    ["then the selected interpreter", DEFAULTS, EVERYWHERE, "environment", "/selected"],
    [
      "then the workspace's",
      DEFAULTS,
      { ...EVERYWHERE, selected: undefined },
      "environment",
      "/venv",
    ],
    [
      "a ws-lsp beside a Python that nobody chose is not meant",
      DEFAULTS,
      { path: ["/path"], pythons: [python("/path", NEW, "0.1.0")] },
      "bundled",
      "/path",
    ],
    [
      "what uv finds comes last",
      DEFAULTS,
      { uv: "/uv", pythons: [python("/uv")] },
      "bundled",
      "/uv",
    ],
    [
      "`useBundled` leaves the environment's server out",
      { ...DEFAULTS, importStrategy: "useBundled" },
      EVERYWHERE,
      "bundled",
      "/selected",
    ],
    [
      "an environment without ws-lsp runs the bundled one",
      DEFAULTS,
      { selected: "/selected", pythons: [python("/selected")] },
      "bundled",
      "/selected",
    ],
    [
      "a Python that is too old is passed over",
      DEFAULTS,
      { selected: "/old", path: ["/path"], pythons: [python("/old", OLD), python("/path")] },
      "bundled",
      "/path",
    ],
    [
      "so is one that does not run",
      DEFAULTS,
      { workspace: ["/broken"], path: ["/path"], pythons: [python("/path")] },
      "bundled",
      "/path",
    ],
    [
      "nothing of an untrusted workspace is started",
      DEFAULTS,
      { ...EVERYWHERE, trusted: false },
      "bundled",
      "/path",
    ],
  ] as const)("%s", async (_, settings, given, source, command) => {
    expect(await resolve(settings, world(given as Given))).toMatchObject({
      kind: "start",
      source,
      command,
    });
  });

  test("an interpreter is asked once, and none after the one that fits", async () => {
    const asked: string[] = [];
    const given = {
      selected: "/old",
      workspace: ["/old"],
      path: ["/path", "/other"],
      pythons: [python("/old", OLD), python("/path")],
    };
    await resolve(DEFAULTS, world(given, asked));
    expect(asked).toEqual(["/old", "/path"]);
  });

  test("Python is isolated from the workspace", async () => {
    const start = await resolve(DEFAULTS, world({ path: ["/path"], pythons: [python("/path")] }));
    expect(start).toMatchObject({
      arguments: ["-I", "-X", "utf8", "/extension/bundled/ws_lsp_main.py"],
    });
  });
});

describe("what cannot be", () => {
  test.each([
    [
      { ...DEFAULTS, path: "/nowhere" },
      {},
      "badPath",
      "The setting `ws-lsp.path` names `/nowhere`, which is not there",
    ],
    [
      { ...DEFAULTS, interpreter: "/nowhere" },
      {},
      "badPath",
      "The setting `ws-lsp.interpreter` names `/nowhere`, which does not run",
    ],
    [
      { ...DEFAULTS, interpreter: "/old" },
      { pythons: [python("/old", OLD)] },
      "badPath",
      "The setting `ws-lsp.interpreter` names Python 3.9; ws-lsp needs 3.11 or newer",
    ],
    [
      DEFAULTS,
      { path: ["/old"], pythons: [python("/old", OLD)] },
      "noPython",
      "The uv workspace server needs Python 3.11 or newer, and none was found",
    ],
  ] as const)("%o", async (settings, given, kind, message) => {
    expect(await resolve(settings, world(given as Given))).toEqual({ kind, message });
  });
});

describe("another server", () => {
  const start = (source: Start["source"], command: string): Start => ({
    kind: "start",
    command,
    arguments: [],
    source,
  });
  test.each([
    ["bundled", "/one", "bundled", "/other", true],
    ["environment", "/one", "environment", "/one", true],
    ["environment", "/one", "environment", "/other", false],
    ["bundled", "/one", "environment", "/one", false],
    ["path", "/one", "bundled", "/one", false],
  ] as const)("%s %s, then %s %s: the same: %s", (source, command, now, by, expected) =>
    expect(isSameServer(start(source, command), start(now, by))).toBe(expected),
  );
});
