import { describe, expect, test } from "vitest";
import { HEIGHT, layout, matching } from "../../src/graph/layout";
import type { Graph, GraphEdge } from "../../src/protocol";

function graph(edges: string, members = "", cycles: string[][] = []): Graph {
  const found = edges
    .split(" ")
    .filter(Boolean)
    .map((edge): GraphEdge => {
      const [from = "", to = ""] = edge.split(">");
      return { from, to, kind: "dependency" };
    });
  const names = new Set([
    ...members.split(" ").filter(Boolean),
    ...found.flatMap(({ from, to }) => [from, to]),
  ]);
  return {
    members: [...names].map((name) => ({ name, manifest: `file:///${name}`, isDefault: false })),
    edges: found,
    cycles,
  };
}

function large(count: number): Graph {
  const name = (at: number) => `member-${at}`;
  const edges = Array.from({ length: count }, (_, at) => [
    `${name(at)}>${name(Math.floor(at / 3))}`,
    `${name(at)}>${name(Math.floor(at / 7))}`,
  ]).flat();
  return graph(edges.filter((edge) => edge.split(">")[0] !== edge.split(">")[1]).join(" "));
}

describe("layers", () => {
  test.each([
    ["a>b b>c a>c", [["a"], ["b"], ["c"]]],
    ["a>c b>c", [["a", "b"], ["c"]]],
    ["a>b b>a b>c", [["a", "b"], ["c"]]],
    ["", []],
  ])("%s", (edges, layers) => {
    const rows = group(layout(graph(edges), 1000).boxes);
    expect([...rows.values()].map((row) => row.map((box) => box.name).sort())).toEqual(layers);
  });

  test("a member alone is drawn too", () =>
    expect(layout(graph("a>b", "c"), 1000).boxes).toHaveLength(3));
  test("an edge to no member is left out", () => {
    const odd = graph("a>b");
    expect(layout({ ...odd, members: odd.members.slice(0, 1) }, 1000).lines).toEqual([]);
  });
});

function group<T extends { y: number }>(boxes: readonly T[]): Map<number, T[]> {
  const rows = new Map<number, T[]>();
  for (const box of boxes) rows.set(box.y, [...(rows.get(box.y) ?? []), box]);
  return rows;
}

test.each([5, 100, 1000])("%d members overlap nowhere, and fit", (count) => {
  const started = performance.now();
  const drawing = layout(large(count), 1200);
  expect(performance.now() - started).toBeLessThan(3000);
  for (const row of group(drawing.boxes).values()) {
    const sorted = [...row].sort((one, other) => one.x - other.x);
    sorted
      .slice(1)
      .forEach((box, at) =>
        expect(box.x).toBeGreaterThanOrEqual((sorted[at]?.x ?? 0) + (sorted[at]?.width ?? 0)),
      );
  }
  expect(Math.min(...drawing.boxes.map((box) => box.x))).toBeGreaterThanOrEqual(0);
  expect(drawing.width).toBeLessThanOrEqual(1240);
  expect(drawing.height).toBeGreaterThanOrEqual(
    Math.max(...drawing.boxes.map((box) => box.y)) + HEIGHT,
  );
});

test("the same two members are joined by one line that knows all their edges", () => {
  const two = graph("a>b");
  const drawing = layout(
    { ...two, edges: [...two.edges, { from: "a", to: "b", kind: "extra", name: "x" }] },
    1000,
  );
  expect(drawing.lines).toHaveLength(1);
  expect(drawing.lines[0]?.edges).toHaveLength(2);
});

test("the steps of a circle are marked, others are not", () => {
  const drawing = layout(graph("a>b b>a a>c", "", [["a", "b"]]), 1000);
  expect(drawing.lines.filter((line) => line.inCycle).map((line) => line.from + line.to)).toEqual([
    "ab",
    "ba",
  ]);
});

test("a line goes around the members between its ends", () => {
  const drawing = layout(graph("a>b b>c a>c"), 1000);
  const middle = drawing.boxes.find((box) => box.name === "b");
  const line = drawing.lines.find(({ from, to }) => from === "a" && to === "c");
  const passage = Number(/ ([\d.]+) [\d.]+ V/.exec(line?.path ?? "")?.[1]);
  expect(middle && (passage < middle.x || passage > middle.x + middle.width)).toBe(true);
});

test("a filter finds names and shows what they are joined to", () => {
  const { found, shown } = matching(graph("api>core web>api jobs>data"), "AP");
  expect([...found]).toEqual(["api"]);
  expect([...shown].sort()).toEqual(["api", "core", "web"]);
});
