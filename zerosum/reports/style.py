"""The report's one style sheet: light and dark, wide and narrow, screen and paper.

Real is Okabe and Ito's blue and generated is their vermilion (Color Universal Design, 2008), which
people with any common colour vision tell apart; the dark page uses both 1.35 times as bright.
"""

CSS = """
:root { color-scheme: light dark; --page: #fdfdfc; --ink: #1c2024; --muted: #5b636c;
  --line: #dfe2e6; --soft: #f3f4f5; --real: #0072b2; --fake: #d55e00; --third: #009e73;
  --fourth: #b0578a; --lift: none; }
@media (prefers-color-scheme: dark) { :root { --page: #14171a; --ink: #e4e7ea; --muted: #9aa3ad;
  --line: #30363d; --soft: #1d2125; --real: #009af0; --fake: #ff7f00; --third: #00c894;
  --fourth: #e08bbd; --lift: brightness(1.35); } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans",
  sans-serif; }
main, header, footer { max-width: 1080px; margin: 0 auto; padding: 0 28px; }
header { padding-top: 44px; }
h1 { font-size: 2.1rem; line-height: 1.15; letter-spacing: -0.018em; margin: 0 0 8px;
  font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; line-height: 1.3; letter-spacing: -0.006em; margin: 0 0 4px;
  font-weight: 650; }
h3 { font-size: 1rem; line-height: 1.4; margin: 26px 0 2px; font-weight: 650; }
p { margin: 0 0 12px; max-width: 46em; overflow-wrap: anywhere; }
section { padding: 26px 0 22px; border-top: 1px solid var(--line); }
section.absent { padding: 14px 0 12px; }
section.absent h2 { font-size: 1rem; margin: 0; color: var(--muted); }
section.absent p { margin: 0; }
p.absent, p.lead, figcaption, footer, nav, .label, .hint { color: var(--muted); }
p.lead { margin-bottom: 16px; }
p.absent, figcaption, .hint, footer { font-size: 0.875rem; line-height: 1.45; }
.run { font: 0.8125rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  color: var(--muted); margin: 0 0 12px; overflow-wrap: anywhere; }
.trained { font-size: 1.05rem; color: var(--muted); }
.finding { font-size: 1.2rem; line-height: 1.45; margin: 18px 0 22px; max-width: 40em;
  padding-left: 16px; border-left: 3px solid var(--ink); }
nav { font-size: 0.875rem; padding: 0 0 22px; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0; padding: 0; }
a { color: inherit; text-decoration: underline; text-decoration-color: var(--line);
  text-underline-offset: 3px; }
a:hover { text-decoration-color: currentColor; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--real); outline-offset: 3px; }
.grid { display: grid; gap: 26px 36px; margin-top: 14px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); }
.grid.three { grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr)); gap: 26px; }
.grid.frames { grid-template-columns: repeat(auto-fill, minmax(min(46%, 150px), 1fr)); gap: 18px; }
.grid.small { grid-template-columns: repeat(auto-fill, minmax(min(46%, 186px), 1fr)); gap: 18px; }
figure { margin: 0; min-width: 0; max-width: 528px; }
figure.wide { max-width: 640px; margin-top: 14px; }
figure.full { max-width: 100%; margin-top: 14px; }
figcaption { margin-top: 8px; overflow-wrap: anywhere; }
figcaption b, .real, .fake { font-weight: 600; color: var(--ink); }
.real::before, .fake::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em;
  border-radius: 50%; margin-right: 0.4em; background: var(--real); }
.fake::before { background: var(--fake); }
img { display: block; max-width: 100%; height: auto; border-radius: 2px; }
figure > svg { display: block; width: 100%; height: auto; color: var(--ink); }
svg text { font-family: inherit; font-variant-numeric: tabular-nums; }
svg image { filter: var(--lift); }
table { border-collapse: collapse; width: 100%; margin-top: 14px; font-size: 0.9375rem;
  font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 9px 18px 9px 0; font-weight: 400;
  border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 0.8125rem; color: var(--muted); vertical-align: bottom; padding-top: 0; }
tbody th { font-weight: 600; }
tbody:last-child tr:last-child > * { border-bottom: 0; }
table.evidence td { white-space: nowrap; }
table.evidence tbody th { min-width: 13em; }
@media (min-width: 761px), print {
  table.evidence tr:first-child:not(:last-child) > * { border-bottom: 0; padding-bottom: 2px; }
}
table.evidence td.how { white-space: normal; padding-top: 0; padding-bottom: 12px; }
table.evidence tbody { break-inside: avoid; }
table.evidence tbody.question th { padding-top: 26px; color: var(--ink); font-size: 1.02em; }
table.numbers { width: auto; font-size: 0.875rem; }
table.numbers td, table.numbers thead th + th { text-align: right; }
table.numbers tbody th, table.numbers tbody td { border: 0; padding-top: 1px; padding-bottom: 1px;
  color: var(--muted); font-weight: 400; }
table.numbers th, table.numbers td { padding-right: 28px; }
table.numbers tbody th { white-space: nowrap; }
table.numbers tbody tr:first-child > * { color: var(--ink); font-weight: 600; padding-top: 8px; }
table.numbers tbody tr:last-child > * { border-bottom: 1px solid var(--line);
  padding-bottom: 8px; }
table.numbers tbody:last-child tr:last-child > * { border: 0; }
.label { display: block; font: 0.72rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas,
  "Liberation Mono", monospace; overflow-wrap: anywhere; margin-top: 2px; }
.hint { display: block; font-weight: 400; }
table.findings td { white-space: nowrap; }
table.findings tbody th { font-weight: 400; }
table.findings tbody th b { font-weight: 600; white-space: nowrap; }
thead .hint { font-size: inherit; }
.heat { display: block; min-width: 5.2em; margin-left: -8px; padding: 3px 8px; border-radius: 4px; }
.heat .hint { color: inherit; }
ol { margin: 0 0 12px; padding-left: 1.4em; max-width: 46em; }
svg.bar { display: block; width: 190px; height: 24px; overflow: visible; }
.key { display: inline-block; width: 1.6em; height: 0.7em; background: var(--real); opacity: 0.3;
  border-radius: 2px; vertical-align: baseline; }
.strips { display: grid; gap: 16px 36px; margin-top: 14px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
.strip { display: flex; gap: 8px; margin: 0; padding: 0; list-style: none; min-width: 0; }
.strip li { flex: 0 1 64px; min-width: 0; font-size: 0.75rem; line-height: 1.3;
  color: var(--muted); font-variant-numeric: tabular-nums; text-align: center; }
.strip li:first-child { margin-right: 12px; }
.strip img { width: 100%; margin-bottom: 4px; }
.strip li:first-child img { outline: 2px solid var(--fake); outline-offset: 2px; }
dl { display: grid; margin: 14px 0 0; gap: 0 36px; font-size: 0.875rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
dl div { display: flex; gap: 14px; border-bottom: 1px solid var(--line); padding: 5px 0;
  min-width: 0; }
dt { color: var(--muted); flex: 0 0 11em; overflow-wrap: anywhere; }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
details { margin-top: 8px; }
summary { cursor: pointer; font-size: 0.9375rem; }
pre { background: var(--soft); border-radius: 6px; padding: 14px 16px; margin: 12px 0 0;
  overflow-x: auto; font: 0.8125rem/1.55 ui-monospace, "SF Mono", Menlo, Consolas,
  "Liberation Mono", monospace; }
footer { padding-bottom: 32px; }
footer p { max-width: none; border-top: 1px solid var(--line); padding-top: 14px; }
@media screen and (max-width: 760px) {
  main, header, footer { padding-left: 18px; padding-right: 18px; }
  header { padding-top: 28px; }
  h1 { font-size: 1.65rem; }
  .finding { font-size: 1.08rem; }
  table.evidence thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  table.evidence, table.evidence tbody, table.evidence tr, table.evidence th, table.evidence td {
    display: block; border: 0; padding: 0; }
  table.evidence tbody { border-bottom: 1px solid var(--line); padding: 12px 0; }
  table.evidence th { margin-bottom: 6px; }
  table.evidence tbody:last-child { border-bottom: 0; }
  table.evidence td { display: flex; gap: 12px; padding: 2px 0; white-space: normal;
    align-items: baseline; }
  table.evidence td::before { content: attr(data-label); color: var(--muted); flex: 0 0 8.5em;
    font-size: 0.8125rem; }
  table.evidence td.how { display: block; padding: 4px 0 0; }
  table.evidence tbody th { min-width: 0; }
  table.evidence td.how::before { content: none; }
  table.evidence td:nth-child(4) { align-items: center; }
  table.findings thead { display: none; }
  table.findings, table.findings tbody, table.findings tr, table.findings th { display: block; }
  table.findings th, table.findings td { border: 0; padding: 0; white-space: normal; }
  table.findings tbody { border-bottom: 1px solid var(--line); padding: 10px 0; }
  table.findings td { display: inline-block; margin: 4px 18px 0 0; }
  table.findings td::before { content: attr(data-label); color: var(--muted); display: block;
    font-size: 0.75rem; }
  table.numbers { display: block; overflow-x: auto; }
  table.numbers th, table.numbers td { padding-right: 16px; }
  dt { flex-basis: 9em; }
}
@media print {
  :root { --page: #fff; --ink: #000; --muted: #444; --line: #ccc; --soft: #f6f6f6;
    --real: #0072b2; --fake: #d55e00; --third: #009e73; --fourth: #b0578a; --lift: none; }
  body { font-size: 10.5pt; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  nav { display: none; }
  figure, tr, .strip, pre { break-inside: avoid; }
  h2, p.lead { break-after: avoid; }
  .grid, .strips { grid-template-columns: 1fr 1fr; }
  .grid.three, .grid.frames { grid-template-columns: repeat(3, 1fr); }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
}
"""
