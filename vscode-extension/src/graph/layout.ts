// Where the members of a workspace stand in its drawing. Pure; lengths are CSS pixels.

import type { Graph, GraphEdge } from "../protocol";

export interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Line {
  readonly edges: readonly GraphEdge[];
  readonly from: string;
  readonly to: string;
  /** An SVG path. */
  readonly path: string;
  readonly inCycle: boolean;
}

export interface Drawing {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export const HEIGHT = 30;
const LETTER = 7.4;
const PADDING = 34;
const GAP_X = 18;
const GAP_Y = 56;
const ROW_GAP = 14;
const MARGIN = 20;
const SWEEPS = 8;
const PASSAGE = "\u0000";
const PASSAGE_WIDTH = 6;

/**
 * Layers from top to bottom: what nobody needs stands on top, and every member below all that need it.
 * Members of a circle share a layer. A layer that is wider than `width` is broken into rows. A line that
 * passes a layer gets a place in it, so that it does not run behind the members there.
 */
export function layout(graph: Graph, width: number): Drawing {
  const names = graph.members.map((member) => member.name);
  const known = new Set(names);
  const edges = graph.edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  const connections = bundles(edges);
  const layers = layersOf(names, edges);
  const routes = connections.map((bundle) => route(bundle, layers));
  const boxes = place(ordered(layers, routes), width);
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const ports = portsOf(routes, byName);
  const lines = connections.map((bundle, at): Line => {
    const [{ from, to } = { from: "", to: "" }] = bundle;
    return {
      edges: bundle,
      from,
      to,
      path: pathAlong(routes[at] ?? [], at, byName, ports),
      inCycle: isInCycle(from, to, graph.cycles),
    };
  });
  const members = boxes.filter((box) => known.has(box.name));
  return {
    boxes: members,
    lines,
    width: Math.max(0, ...boxes.map((box) => box.x + box.width)) + MARGIN,
    height: Math.max(0, ...boxes.map((box) => box.y + HEIGHT)) + MARGIN,
  };
}

/** A line's two members, and between them a place in every layer that it passes; these are put there. */
function route(bundle: readonly GraphEdge[], layers: string[][]): string[] {
  const [{ from, to } = { from: "", to: "" }] = bundle;
  const first = layers.findIndex((layer) => layer.includes(from));
  const last = layers.findIndex((layer) => layer.includes(to));
  const between: string[] = [];
  for (let at = first + 1; at < last; at += 1) {
    const passage = `${PASSAGE}${from} ${to} ${at}`;
    layers[at]?.push(passage);
    between.push(passage);
  }
  return [from, ...between, to];
}

/** The layer of each name: the longest way from what nobody needs, with circles taken as one. */
function layersOf(names: readonly string[], edges: readonly GraphEdge[]): string[][] {
  const groups = components(names, edges);
  const above = new Map<number, Set<number>>();
  for (const { from, to } of edges) {
    const [upper, lower] = [groups.get(from) ?? 0, groups.get(to) ?? 0];
    if (upper !== lower) above.set(lower, (above.get(lower) ?? new Set()).add(upper));
  }
  const depths = new Map<number, number>();
  const depth = (group: number): number => {
    const known = depths.get(group);
    if (known !== undefined) return known;
    const value = Math.max(-1, ...[...(above.get(group) ?? [])].map(depth)) + 1;
    depths.set(group, value);
    return value;
  };
  const layers: string[][] = [];
  for (const name of names) (layers[depth(groups.get(name) ?? 0)] ??= []).push(name);
  return layers;
}

/** Tarjan's strongly connected components: a number for each name, the same for those that reach each other. */
function components(names: readonly string[], edges: readonly GraphEdge[]): Map<string, number> {
  const targets = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const { from, to } of edges) targets.get(from)?.push(to);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const component = new Map<string, number>();
  const visit = (name: string): void => {
    index.set(name, index.size);
    low.set(name, index.size - 1);
    stack.push(name);
    for (const target of targets.get(name) ?? []) {
      if (!index.has(target)) visit(target);
      if (!component.has(target)) low.set(name, Math.min(low.get(name) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(name) !== index.get(name)) return;
    const number = index.get(name) ?? 0;
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      component.set(member, number);
      if (member === name) break;
    }
  };
  for (const name of names) if (!index.has(name)) visit(name);
  return component;
}

/** Order the names within each layer by the middle of their neighbours, to and fro, so that few lines cross. */
function ordered(
  layers: readonly (readonly string[])[],
  routes: readonly (readonly string[])[],
): string[][] {
  const neighbours = new Map<string, string[]>();
  const connect = (one: string, other: string): void =>
    void neighbours.set(one, [...(neighbours.get(one) ?? []), other]);
  for (const way of routes) {
    for (const [at, name] of way.slice(1).entries()) {
      const before = way[at] ?? name;
      connect(before, name);
      connect(name, before);
    }
  }
  const result = layers.map((layer) => [...layer].sort());
  const places = new Map<string, number>();
  const number = (layer: readonly string[]): void =>
    layer.forEach((name, at) => places.set(name, (at + 0.5) / layer.length));
  result.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const layer of sweep % 2 === 0 ? result : [...result].reverse()) {
      const middle = new Map(
        layer.map((name) => {
          const others = (neighbours.get(name) ?? []).map((other) => places.get(other) ?? 0);
          return [
            name,
            others.length
              ? others.reduce((sum, one) => sum + one, 0) / others.length
              : (places.get(name) ?? 0),
          ];
        }),
      );
      layer.sort(
        (one, other) =>
          (middle.get(one) ?? 0) - (middle.get(other) ?? 0) || one.localeCompare(other),
      );
      number(layer);
    }
  }
  return result;
}

function place(layers: readonly (readonly string[])[], width: number): Box[] {
  const boxes: Box[] = [];
  const rows = layers.map((layer) => rowsOf(layer, width));
  const widest = Math.max(0, ...rows.flat().map(widthOfRow));
  let y = MARGIN;
  for (const layer of rows) {
    for (const row of layer) {
      let x = MARGIN + (widest - widthOfRow(row)) / 2;
      for (const name of row) {
        boxes.push({ name, x, y, width: widthOf(name) });
        x += widthOf(name) + GAP_X;
      }
      y += HEIGHT + ROW_GAP;
    }
    y += GAP_Y - ROW_GAP;
  }
  return boxes;
}

function rowsOf(layer: readonly string[], width: number): string[][] {
  const most = width - 2 * MARGIN;
  const rows = filled(layer, most);
  // rows of about the same width look better than full ones and a rest
  const even = filled(layer, Math.min(most, widthOfRow(layer) / rows.length + GAP_X * 4));
  return even.length === rows.length ? even : rows;
}

function filled(layer: readonly string[], width: number): string[][] {
  const rows: string[][] = [];
  let left = 0;
  for (const name of layer) {
    const needed = widthOf(name) + GAP_X;
    if (rows.length === 0 || needed - GAP_X > left) {
      rows.push([]);
      left = width;
    }
    rows.at(-1)?.push(name);
    left -= needed;
  }
  return rows;
}

function widthOf(name: string): number {
  if (name.startsWith(PASSAGE)) return PASSAGE_WIDTH;
  return Math.round(name.length * LETTER + PADDING);
}

function widthOfRow(row: readonly string[]): number {
  return row.reduce((sum, name) => sum + widthOf(name) + GAP_X, -GAP_X);
}

/** The edges between the same two members are one line. */
function bundles(edges: readonly GraphEdge[]): GraphEdge[][] {
  const found = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const key = `${edge.from} ${edge.to}`;
    found.set(key, [...(found.get(key) ?? []), edge]);
  }
  return [...found.values()];
}

type Ports = ReadonlyMap<string, number>;

/** Where each line leaves its first box and reaches its last one: spread over the width, in the order of the other ends. */
function portsOf(routes: readonly (readonly string[])[], boxes: ReadonlyMap<string, Box>): Ports {
  const ends = new Map<string, { readonly key: string; readonly towards: number }[]>();
  const add = (side: string, key: string, towards: string | undefined): void =>
    void ends.set(side, [
      ...(ends.get(side) ?? []),
      { key, towards: middle(boxes.get(towards ?? "")) },
    ]);
  routes.forEach((way, at) => {
    add(`out ${way[0]}`, `${at} out`, way[1]);
    add(`in ${way.at(-1)}`, `${at} in`, way.at(-2));
  });
  const ports = new Map<string, number>();
  for (const [side, lines] of ends) {
    const box = boxes.get(side.slice(side.indexOf(" ") + 1));
    if (!box) continue;
    lines.sort((one, other) => one.towards - other.towards);
    const span = Math.min(box.width * 0.7, (lines.length - 1) * 14);
    lines.forEach(({ key }, at) =>
      ports.set(key, middle(box) + (lines.length > 1 ? (at / (lines.length - 1) - 0.5) * span : 0)),
    );
  }
  return ports;
}

function middle(box: Box | undefined): number {
  return box ? box.x + box.width / 2 : 0;
}

function pathAlong(
  way: readonly string[],
  at: number,
  boxes: ReadonlyMap<string, Box>,
  ports: Ports,
): string {
  const first = boxes.get(way[0] ?? "");
  const last = boxes.get(way.at(-1) ?? "");
  if (!first || !last) return "";
  let x = ports.get(`${at} out`) ?? middle(first);
  const end = ports.get(`${at} in`) ?? middle(last);
  if (first.y === last.y) {
    const bottom = first.y + HEIGHT;
    return `M${round(x)} ${bottom} C${round(x)} ${bottom + 34} ${round(end)} ${bottom + 34} ${round(end)} ${bottom}`;
  }
  const down = first.y < last.y;
  let y = down ? first.y + HEIGHT : first.y;
  let path = `M${round(x)} ${y}`;
  const curve = (toX: number, toY: number): void => {
    const bend = (toY - y) / 2;
    path += ` C${round(x)} ${round(y + bend)} ${round(toX)} ${round(toY - bend)} ${round(toX)} ${round(toY)}`;
    [x, y] = [toX, toY];
  };
  for (const name of way.slice(1, -1)) {
    const passage = boxes.get(name);
    if (!passage) continue;
    curve(middle(passage), passage.y);
    path += ` V${passage.y + HEIGHT}`;
    y = passage.y + HEIGHT;
  }
  curve(end, down ? last.y : last.y + HEIGHT);
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Whether an edge is a step of a circle: cycles are listed as a way that leads back to its first name. */
function isInCycle(from: string, to: string, cycles: Graph["cycles"]): boolean {
  return cycles.some((cycle) =>
    cycle.some((name, at) => name === from && cycle[(at + 1) % cycle.length] === to),
  );
}

/** The names that are drawn when `filter` is typed: those that match, and their neighbours. */
export function matching(
  graph: Graph,
  filter: string,
): { readonly found: ReadonlySet<string>; readonly shown: ReadonlySet<string> } {
  const wanted = filter.trim().toLowerCase();
  const names = graph.members.map((member) => member.name);
  const found = new Set(names.filter((name) => name.toLowerCase().includes(wanted)));
  const shown = new Set(found);
  for (const { from, to } of graph.edges) {
    if (found.has(from)) shown.add(to);
    if (found.has(to)) shown.add(from);
  }
  return { found, shown };
}
