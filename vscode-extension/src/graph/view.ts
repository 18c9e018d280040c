// The script of the graph's web view: draws, filters, and tells the panel which member to open.

import type { Graph, GraphEdge } from "../protocol";
import { type Drawing, HEIGHT, layout, matching } from "./layout";
import type { FromView, ToView } from "./messages";

declare function acquireVsCodeApi(): { postMessage(message: FromView): void };

const SVG = "http://www.w3.org/2000/svg";
const KINDS: readonly GraphEdge["kind"][] = ["dependency", "extra", "group", "build"];
const STEP = 1.25;
/** From so many members on, lines are faint until a member is pointed at. */
const DENSE = 40;

const host = acquireVsCodeApi();
const canvas = element("canvas");
const filter = input("filter");
let graph: Graph | undefined;
let zoom = 1;

window.addEventListener("message", ({ data }: MessageEvent<ToView>) => {
  // drawing anew takes the focus away
  if (JSON.stringify(data.graph) === JSON.stringify(graph)) return;
  graph = data.graph;
  draw();
});
filter.addEventListener("input", draw);
for (const kind of KINDS) element(kind).addEventListener("change", draw);
element("in").addEventListener("click", () => zoomTo(zoom * STEP));
element("out").addEventListener("click", () => zoomTo(zoom / STEP));
window.addEventListener("resize", draw);
host.postMessage({ type: "ready" });

function draw(): void {
  if (!graph) return;
  const kinds = KINDS.filter((kind) => input(kind).checked);
  const wanted: Graph = {
    ...graph,
    edges: graph.edges.filter((edge) => kinds.includes(edge.kind)),
  };
  const { found, shown } = matching(wanted, filter.value);
  const filtering = filter.value.trim() !== "";
  element("summary").textContent = filtering
    ? `${found.size} of ${graph.members.length} members`
    : `${graph.members.length} members`;
  element("cycles").hidden = graph.cycles.length === 0;
  element("cycle-count").textContent =
    graph.cycles.length === 1 ? "1 cycle" : `${graph.cycles.length} cycles`;
  if (graph.members.length === 0) {
    const empty = document.createElement("p");
    empty.id = "empty";
    empty.textContent = "This workspace has no members yet";
    canvas.replaceChildren(empty);
    return;
  }
  canvas.replaceChildren(
    picture(
      wanted,
      layout(wanted, Math.max(canvas.clientWidth - 20, 400)),
      filtering ? { found, shown } : undefined,
    ),
  );
}

interface Chosen {
  readonly found: ReadonlySet<string>;
  readonly shown: ReadonlySet<string>;
}

function picture(drawn: Graph, drawing: Drawing, chosen: Chosen | undefined): SVGElement {
  const svg = make("svg", {
    viewBox: `0 0 ${drawing.width} ${drawing.height}`,
    width: drawing.width * zoom,
    height: drawing.height * zoom,
    class: drawing.boxes.length > DENSE ? "dense" : "",
    role: "group",
    "aria-label": "Members and what they require",
  });
  const markers = make("defs", {});
  for (const kind of [...KINDS, "cycle"]) {
    const marker = make("marker", {
      id: `arrow-${kind}`,
      viewBox: "0 0 8 8",
      refX: 7,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
      markerUnits: "userSpaceOnUse",
      orient: "auto",
    });
    marker.append(make("path", { d: "M0 0.5 L8 4 L0 7.5 z", fill: "context-stroke" }));
    markers.append(marker);
  }
  svg.append(markers);
  for (const { edges, from, to, path, inCycle } of drawing.lines) {
    const kind = KINDS.find((one) => edges.some((edge) => edge.kind === one)) ?? "dependency";
    const style = inCycle ? "cycle" : kind;
    const dim = chosen && !(chosen.found.has(from) || chosen.found.has(to));
    const line = make("path", {
      d: path,
      class: `edge ${style}${dim ? " dim" : ""}`,
      "marker-end": `url(#arrow-${style})`,
    });
    line.append(titled(edges.map(sentence).join("\n")));
    line.dataset.from = from;
    line.dataset.to = to;
    svg.append(line);
  }
  const defaults = new Set(
    drawn.members.filter((member) => member.isDefault).map((member) => member.name),
  );
  for (const { name, x, y, width } of drawing.boxes) {
    const classes = [
      "node",
      ...(defaults.has(name) ? ["default"] : []),
      ...(chosen?.found.has(name) ? ["found"] : []),
      ...(chosen && !chosen.shown.has(name) ? ["dim"] : []),
    ];
    const label = `${name}${defaults.has(name) ? ", default package" : ""}`;
    const node = make("g", {
      class: classes.join(" "),
      tabindex: 0,
      role: "button",
      "aria-label": `${label}. Open its manifest`,
      "data-name": name,
    });
    node.append(
      titled(
        [
          label,
          ...drawn.edges.filter((edge) => edge.from === name || edge.to === name).map(sentence),
        ].join("\n"),
      ),
    );
    node.append(make("rect", { x, y, width, height: HEIGHT, rx: 5 }));
    const text = make("text", { x: x + width / 2, y: y + HEIGHT / 2 });
    text.textContent = name;
    node.append(text);
    for (const event of ["mouseenter", "focus"])
      node.addEventListener(event, () => pointAt(svg, name));
    for (const event of ["mouseleave", "blur"]) node.addEventListener(event, () => pointAt(svg));
    node.addEventListener("click", () => host.postMessage({ type: "open", name }));
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      host.postMessage({ type: "open", name });
    });
    svg.append(node);
  }
  return svg;
}

/** Bring out the lines of a member; without one all lines are alike again. */
function pointAt(svg: SVGElement, name?: string): void {
  for (const line of svg.querySelectorAll<SVGElement>(".edge")) {
    const near = line.dataset.from === name || line.dataset.to === name;
    line.classList.toggle("near", near && name !== undefined);
    line.classList.toggle("far", !near && name !== undefined);
  }
}

function sentence({ from, to, kind, name }: GraphEdge): string {
  const where = kind === "dependency" ? "" : ` (${kind} ${name ?? ""})`;
  return `${from} requires ${to}${where}`;
}

function zoomTo(value: number): void {
  zoom = Math.min(3, Math.max(0.3, value));
  draw();
}

function titled(text: string): SVGElement {
  const title = make("title", {});
  title.textContent = text;
  return title;
}

function make(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

function input(id: string): HTMLInputElement {
  return element(id) as HTMLInputElement;
}
