"""The look of a result in a notebook: one style sheet, every rule below the class `gw`.

Colours of text and surface come from the editor where it tells them (JupyterLab, VS Code); the
colours of verdicts are ours, for light and dark. The editor's theme decides between these; only
where no editor tells does the system's setting. The card has a surface of its own, so that it can
be read on any page.
"""

from __future__ import annotations

from typing import Final

LIGHT: Final = {
    "bg": "#ffffff",
    "fg": "#1f2328",
    "dim": "#59636e",
    "line": "#d1d9e0",
    "soft": "rgba(127,127,127,.1)",
    "good": "#1a7f37",
    "bad": "#c62836",
    "part": "#8a5a00",
    "open": "#59636e",
}
DARK: Final = {
    "bg": "#16191d",
    "fg": "#e6edf3",
    "dim": "#9aa4af",
    "line": "#3a424b",
    "soft": "rgba(127,127,127,.16)",
    "good": "#4cc46a",
    "bad": "#ff7b78",
    "part": "#e3b341",
    "open": "#9aa4af",
}
# What editors call these colours: JupyterLab's name, then VS Code's.
EDITORS: Final = {
    "bg": ("jp-layout-color1", "vscode-notebook-editorBackground"),
    "fg": ("jp-content-font-color1", "vscode-editor-foreground"),
    "dim": ("jp-content-font-color2", "vscode-descriptionForeground"),
    "line": ("jp-border-color2", "vscode-widget-border"),
}
IS_LIGHT: Final = ('[data-jp-theme-light="true"]', ".vscode-light", "[theme=light]")
IS_DARK: Final = (
    '[data-jp-theme-light="false"]',
    ".vscode-dark",
    ".vscode-high-contrast",
    "[theme=dark]",
)

RULES: Final = """
.gw.gw .gw-card{background:var(--gw-bg);color:var(--gw-fg);border:1px solid var(--gw-line);
border-left:4px solid var(--gw-state);border-radius:6px;padding:10px 14px;margin:4px 0;
max-width:860px;box-sizing:border-box;font:14px/1.5 var(--jp-content-font-family,
var(--vscode-font-family,system-ui)),-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei",
"Noto Sans CJK SC",sans-serif;text-align:left}
.gw.gw *{box-sizing:border-box;color:inherit;font-family:inherit}
.gw .gw-passed{--gw-state:var(--gw-good)}
.gw .gw-failed,.gw .gw-raised{--gw-state:var(--gw-bad)}
.gw .gw-partial,.gw .gw-broken,.gw .gw-interrupted{--gw-state:var(--gw-part)}
.gw .gw-unanswered,.gw .gw-missing,.gw .gw-unrun,.gw .gw-unchecked,.gw .gw-manual{
--gw-state:var(--gw-open)}
.gw.gw .gw-head{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 10px}
.gw.gw .gw-word{color:var(--gw-state);font-weight:600;white-space:nowrap}
.gw.gw .gw-title{font-weight:600}
.gw.gw .gw-dim,.gw.gw .gw-foot{color:var(--gw-dim);font-size:12.5px}
.gw.gw .gw-right{margin-left:auto}
.gw.gw .gw-foot{margin-top:8px}
.gw.gw ul{list-style:none;margin:8px 0 0;padding:0}
.gw.gw li{display:flex;gap:8px;margin:0;padding:5px 0;border-top:1px solid var(--gw-line)}
.gw.gw .gw-mark{flex:none;width:1.2em;text-align:center;color:var(--gw-state);font-weight:700}
.gw.gw .gw-body{flex:1;min-width:0;overflow-wrap:anywhere}
.gw.gw .gw-body>.gw-word{margin-left:8px;font-size:12.5px}
.gw.gw .gw-message{white-space:pre-wrap;margin-top:2px;overflow-wrap:anywhere}
.gw.gw pre{background:var(--gw-soft);border:0;border-radius:4px;margin:4px 0 2px;padding:6px 10px;
font:12.5px/1.5 var(--jp-code-font-family,var(--vscode-editor-font-family,ui-monospace)),Menlo,
Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace;white-space:pre-wrap;
overflow-wrap:anywhere;max-height:240px;overflow:auto;text-align:left}
.gw.gw summary{cursor:pointer;color:var(--gw-dim);font-size:12.5px;margin-top:4px}
.gw.gw .gw-fold{margin-top:8px}
.gw.gw .gw-fold>summary{color:var(--gw-fg);font-size:14px}
.gw.gw table{border-collapse:collapse;width:100%;margin:8px 0 0;table-layout:auto;font-size:14px;
border:0}
.gw.gw .gw-card tbody tr,.gw.gw .gw-card thead{background:none;border:0}
.gw.gw th,.gw.gw td{text-align:left;padding:5px 14px 5px 0;border:0;border-top:1px solid
var(--gw-line);vertical-align:baseline;white-space:normal;max-width:none}
.gw.gw th{font-weight:600;font-size:12.5px;color:var(--gw-dim);border-top:0;white-space:nowrap}
.gw.gw .gw-number{text-align:right;font-variant-numeric:tabular-nums}
.gw.gw .gw-line{margin-top:8px}
.gw.gw tbody tr:last-child td{border-bottom:1px solid var(--gw-line)}
.gw.gw .gw-inner{padding:0 0 2px 12px;border-left:3px solid var(--gw-state);margin:6px 0}
.gw.gw .gw-part+.gw-part{border-top:1px solid var(--gw-line);margin-top:10px;padding-top:10px}
"""


def _colours(values: dict[str, str]) -> str:
    return "".join(f"--gw-{name}:{_value(name, value)};" for name, value in values.items())


def _value(name: str, fallback: str) -> str:
    for editor in reversed(EDITORS.get(name, ())):
        fallback = f"var(--{editor},{fallback})"
    return fallback


def _below(places: tuple[str, ...]) -> str:
    return ",".join(f"{place} .gw" for place in places)


def _sheet() -> str:
    light, dark = _colours(LIGHT), _colours(DARK)
    return (
        f".gw{{{light}}}@media (prefers-color-scheme:dark){{.gw{{{dark}}}}}"
        f"{_below(IS_LIGHT)}{{{light}}}{_below(IS_DARK)}{{{dark}}}" + RULES.replace("\n", " ")
    )


STYLE: Final = _sheet()
