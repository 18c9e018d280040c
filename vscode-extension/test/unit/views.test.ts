import { describe, expect, test } from "vitest";
import { levelOf } from "../../src/uvOutput";
import { pathOf, relativePath } from "../../src/paths";
import { rootLabel, statusBarEntry, viewMessage } from "../../src/statusModel";
import {
  children,
  contextValue,
  memberDescription,
  memberTooltip,
  rootDescription,
  roots,
  status,
} from "../../src/treeModel";
import { commandLine, definitions, taskName } from "../../src/taskModel";
import { Crashes } from "../../src/backoff";
import { INSTALLED, member, workspace } from "./fixtures";

describe("the view", () => {
  const api = member("api", {
    isDefault: true,
    installed: INSTALLED,
    dependencies: ["core"],
    extras: ["cli"],
  });
  const core = member("core", { dependents: ["api"], groups: ["dev"] });
  const all = workspace({ name: "shop", members: [core, api, member("shop", { isRoot: true })] });

  test("the root stands first, then the members by name", () => {
    const [root] = roots([all]);
    expect(
      root && children(root).map((node) => node.kind === "member" && node.member.name),
    ).toEqual(["shop", "api", "core"]);
  });

  test("sections that hold nothing are left out, and members in them can be opened", () => {
    const [, first] = children({ kind: "root", id: "", workspace: all });
    const sections = first ? children(first) : [];
    expect(sections.map((node) => node.kind === "section" && node.section)).toEqual([
      "dependencies",
      "extras",
    ]);
    expect(sections.flatMap(children)).toMatchObject([
      { kind: "reference", member: core },
      { kind: "name", name: "cli" },
    ]);
  });

  test("every node has an identifier of its own", () => {
    const nodes = roots([all]).flatMap((root) => [root, ...children(root)]);
    const deep = nodes.flatMap((node) => [
      node,
      ...(node.kind === "member" ? children(node).flatMap((one) => [one, ...children(one)]) : []),
    ]);
    expect(new Set(deep.map((node) => node.id)).size).toBe(deep.length);
  });

  test.each([
    [api, "default · installed · 0.1.0"],
    [
      member("a", { version: null, installed: INSTALLED, outdated: true }),
      "out of date · dynamic version",
    ],
    [member("a", { isRoot: true, errors: 1 }), "1 error · root · 0.1.0"],
    [member("a", { errors: 2, warnings: 1 }), "2 errors · 1 warning · 0.1.0"],
  ])("%o is described", (one, expected) => expect(memberDescription(one)).toBe(expected));

  test.each([
    [{ errors: 1, warnings: 1, outdated: true }, "errors"],
    [{ warnings: 1, outdated: true }, "warnings"],
    [{ outdated: true, installed: INSTALLED }, "outdated"],
    [{ installed: INSTALLED }, "installed"],
    [{}, "notInstalled"],
  ])("%o: the worst is %s", (values, expected) =>
    expect(status(member("a", values))).toBe(expected),
  );

  test("the menus can tell default packages", () => {
    expect(
      [api, core].map((one) =>
        contextValue({ kind: "member", id: "", workspace: all, member: one }),
      ),
    ).toEqual(["member.default", "member"]);
  });

  test("the tooltip says where a member is", () =>
    expect(memberTooltip(all, core)).toContain("`packages/core`"));

  test.each([
    [{}, "0 members"],
    [{ members: [core], lockfile: "outdated" }, "1 member · lockfile out of date"],
    [{ members: [core, api], lockfile: "missing" }, "2 members · no lockfile"],
  ] as const)("%o", (values, expected) =>
    expect(rootDescription(workspace(values))).toBe(expected),
  );
});

describe("the status bar", () => {
  const members = [
    member("a", { isDefault: true, installed: INSTALLED }),
    member("b", { isDefault: true }),
    member("c", { installed: INSTALLED }),
  ];
  const chosen = { members, defaultPackages: ["a", "b"] };
  test.each([
    [
      chosen,
      true,
      false,
      "$(package) uv: 1/2 default packages installed",
      "ws-lsp.syncDefaultPackages",
    ],
    [{ members }, true, false, "$(package) uv: 2/3 members installed", "ws-lsp.syncWorkspace"],
    [
      { ...chosen, defaultPackages: ["a"], members: [members[0]] },
      true,
      false,
      "$(package) uv: 1/1 default packages installed",
      "ws-lsp.syncPackage",
    ],
    [
      { members, defaultPackages: [] },
      true,
      false,
      "$(package) uv: no default packages",
      "ws-lsp.editDefaultPackages",
    ],
    [
      { ...chosen, lockfile: "outdated" },
      true,
      false,
      "$(lock) uv: lockfile out of date",
      "ws-lsp.updateLockfile",
    ],
    [
      { ...chosen, lockfile: "outdated", uv: null },
      true,
      false,
      "$(warning) uv: not found",
      "ws-lsp.findUv",
    ],
    [{ ...chosen, uv: null }, false, false, "$(shield) uv: restricted", "workbench.trust.manage"],
    [chosen, true, true, "$(sync~spin) uv: syncing", "ws-lsp.showLogs"],
  ])("%o, trusted %s, busy %s: %s", (values, trusted, busy, text, command) => {
    expect(
      statusBarEntry(workspace(values as Partial<ReturnType<typeof workspace>>), trusted, busy),
    ).toMatchObject({ text, command });
  });

  test("a name that no member has is counted", () => {
    const entry = statusBarEntry(
      workspace({ members, defaultPackages: ["a", "wrong"] }),
      true,
      false,
    );
    expect(entry.text).toContain("/2 default packages");
  });

  test("a package that is installed but out of date is not ready", () => {
    const stale = member("a", { isDefault: true, installed: INSTALLED, outdated: true });
    expect(
      statusBarEntry(workspace({ members: [stale], defaultPackages: ["a"] }), true, false).text,
    ).toContain("0/1");
  });

  test("what keeps uv from being run stands above the members", () => {
    expect(viewMessage([], false)).toBeUndefined();
    expect(viewMessage([workspace()], true)).toBeUndefined();
    expect(viewMessage([workspace()], false)).toContain("Restricted Mode");
    expect(viewMessage([workspace({ uv: null })], true)).toContain("uv was not found");
  });

  test("a root below the folder is shown by its path", () => {
    expect(rootLabel(workspace({ root: "file:///src/all/acme" }), ["file:///src/all"])).toBe(
      "acme",
    );
    expect(rootLabel(workspace(), ["file:///src/acme"])).toBe("acme");
  });
});

describe("tasks", () => {
  const all = workspace({ members: [member("api")] });
  test("the workspace, the default packages and each member", () => {
    expect(definitions(all, false).map(taskName)).toEqual([
      "sync workspace",
      "sync default packages",
      "sync api",
    ]);
  });
  test("one of several workspaces is named", () =>
    expect(definitions(all, true)[0]).toMatchObject({ root: "/src/acme" }));
  test.each([
    [{ action: "sync" }, ["sync", "--all"]],
    [{ action: "sync-default" }, ["sync"]],
    [{ action: "sync-member", member: "api" }, ["sync", "--package", "api"]],
    [{ action: "sync-member" }, undefined],
    [{ action: "run", command: ["pytest", "-q"] }, ["run", "--", "pytest", "-q"]],
    [{ action: "run", command: [] }, undefined],
    [{ action: "nonsense" }, undefined],
  ])("%o", (definition, expected) =>
    expect(commandLine({ type: "ws-lsp", ...definition } as never)).toEqual(expected),
  );
});

describe("uv's lines", () => {
  test.each([
    ["error: No solution", "error"],
    ["  × Failed to build", "error"],
    ["warning: `x` is deprecated", "warn"],
    ["DEBUG uv 0.13.9", "debug"],
    ["TRACE x", "trace"],
    ["Resolved 7 packages in 4ms", "info"],
    ["errors are not errors", "info"],
  ])("%s: %s", (line, level) => expect(levelOf(line)).toBe(level));
});

describe("paths", () => {
  test.each([
    ["file:///src/a%20b/", "/src/a b"],
    ["file:///C:/src", "/c:/src"],
    ["file:///c%3A/src", "/c:/src"],
    ["file:///", "/"],
  ])("%s is %s", (uri, path) => expect(pathOf(uri)).toBe(path));
  test.each([
    ["file:///a/b", "file:///a/b/c/d", "c/d"],
    ["file:///a/b", "file:///a/b", "."],
    ["file:///a/b", "file:///a/c", "../c"],
  ])("from %s to %s: %s", (from, to, expected) => expect(relativePath(from, to)).toBe(expected));
});

describe("crashes", () => {
  test("each waits longer, the first is reported, the fifth is the last", () => {
    const crashes = new Crashes();
    const verdicts = [0, 1, 2, 3, 4].map((second) => crashes.crashed(second * 1000));
    expect(verdicts).toEqual([
      { kind: "restart", delay: 500, report: true },
      { kind: "restart", delay: 1000, report: false },
      { kind: "restart", delay: 2000, report: false },
      { kind: "restart", delay: 4000, report: false },
      { kind: "giveUp" },
    ]);
  });
  test("one after a long time is a first one again", () => {
    const crashes = new Crashes();
    crashes.crashed(0);
    expect(crashes.crashed(200_000)).toMatchObject({ delay: 500, report: true });
  });
});
