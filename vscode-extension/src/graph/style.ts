// The style of the graph's web view: VS Code's colours alone, so that it fits every theme.

export const STYLE = `
body { margin: 0; padding: 0; height: 100vh; display: flex; flex-direction: column; color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); }
header { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; padding: 8px 14px; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-editorWidget-border)); }
header input[type=search] { width: 150px; padding: 3px 6px; color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-input-border, transparent); border-radius: 2px; font: inherit; }
header :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; gap: 12px; }
label, .legend { display: inline-flex; align-items: center; gap: 5px; white-space: nowrap; }
input[type=checkbox] { margin: 0; accent-color: var(--vscode-button-background); }
.key { display: inline-block; width: 20px; border-top: 2px solid var(--vscode-foreground); opacity: .75; }
.key.extra { border-top-style: dashed; border-color: var(--vscode-charts-blue); opacity: 1; }
.key.group { border-top-style: dotted; border-top-width: 3px; border-color: var(--vscode-charts-purple); opacity: 1; }
.key.build { border-color: var(--vscode-charts-orange); opacity: 1; }
.key.cycle { border-color: var(--vscode-charts-red); opacity: 1; }
.key.default { width: 14px; height: 9px; border: 2px solid var(--vscode-charts-green); border-radius: 3px; opacity: 1; }
[hidden] { display: none; }
#summary { color: var(--vscode-descriptionForeground); margin-left: auto; }
.zoom button { width: 24px; height: 22px; margin-left: 3px; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); border: 0; border-radius: 2px; cursor: pointer; font: inherit; }
main { flex: 1; overflow: auto; }
svg { display: block; margin: 0 auto; }
.edge { fill: none; stroke: var(--vscode-foreground); stroke-opacity: .45; stroke-width: 1.4; }
.edge.extra { stroke: var(--vscode-charts-blue); stroke-opacity: .9; stroke-dasharray: 6 4; }
.edge.group { stroke: var(--vscode-charts-purple); stroke-opacity: .9; stroke-dasharray: 2 4; stroke-width: 1.8; }
.edge.build { stroke: var(--vscode-charts-orange); stroke-opacity: .9; }
.edge.cycle { stroke: var(--vscode-charts-red); stroke-width: 2; }
.dense .edge { stroke-opacity: .14; }
.dense .edge.extra, .dense .edge.group, .dense .edge.build { stroke-opacity: .4; }
.edge.cycle, .dense .edge.cycle { stroke-opacity: 1; }
.edge.near, .dense .edge.near { stroke-opacity: 1; stroke-width: 2; }
.edge.far { opacity: .25; }
.node { cursor: pointer; outline: none; }
.node rect { fill: var(--vscode-editorWidget-background); stroke: var(--vscode-editorWidget-border, var(--vscode-foreground)); stroke-width: 1; }
.node text { fill: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); text-anchor: middle; dominant-baseline: central; pointer-events: none; }
.node.default rect { stroke: var(--vscode-charts-green); stroke-width: 2; }
.node:hover rect { fill: var(--vscode-list-hoverBackground); }
.node:focus-visible rect { stroke: var(--vscode-focusBorder); stroke-width: 3; }
.node.found rect { fill: var(--vscode-editor-findMatchHighlightBackground); }
.dim { opacity: .13; }
.node.dim { opacity: .35; }
#empty { padding: 40px; text-align: center; color: var(--vscode-descriptionForeground); }
`;
