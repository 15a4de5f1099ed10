// The widget's looks. A page changes them with the custom properties --csp-… on the element.

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host {
  all: initial; display: block;
  --accent: var(--csp-accent, #0b5cad); --on-accent: var(--csp-on-accent, #fff);
  --back: var(--csp-background, #fff); --text: var(--csp-text, #1c2430); --soft: var(--csp-soft, #eef2f7);
  --dim: var(--csp-dim, #546070); --line: var(--csp-line, #c9d2de); --bad: var(--csp-error, #b3261e);
  --link: var(--csp-link, #0b5cad);
  font: 15px/1.6 var(--csp-font, system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif);
  color: var(--text); position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; color-scheme: light;
}
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) {
  --accent: var(--csp-accent, #1f6fc4); --back: var(--csp-background, #171c24); --text: var(--csp-text, #e8edf4);
  --soft: var(--csp-soft, #252c38); --dim: var(--csp-dim, #a9b4c3); --line: var(--csp-line, #3f4957);
  --bad: var(--csp-error, #ff9d94); --link: var(--csp-link, #8ec1ff); color-scheme: dark;
} }
:host([theme="dark"]) {
  --accent: var(--csp-accent, #1f6fc4); --back: var(--csp-background, #171c24); --text: var(--csp-text, #e8edf4);
  --soft: var(--csp-soft, #252c38); --dim: var(--csp-dim, #a9b4c3); --line: var(--csp-line, #3f4957);
  --bad: var(--csp-error, #ff9d94); --link: var(--csp-link, #8ec1ff); color-scheme: dark;
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; border-radius: 6px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.hide { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.launcher { position: relative; width: 56px; height: 56px; border-radius: 50%; background: var(--accent);
  color: var(--on-accent); box-shadow: 0 4px 16px #0005; display: grid; place-items: center; margin-left: auto; }
.launcher svg { width: 28px; height: 28px; fill: currentColor; }
.badge { position: absolute; top: -4px; right: -4px; min-width: 22px; padding: 0 6px; border-radius: 11px;
  background: #b3261e; color: #fff; font-size: 13px; line-height: 22px; text-align: center; }
.panel { position: absolute; right: 0; bottom: 72px; width: min(400px, calc(100vw - 40px));
  height: min(640px, calc(100vh - 120px)); display: flex; flex-direction: column; background: var(--back);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 10px 40px #0004; overflow: hidden; }
header { display: flex; align-items: center; gap: 4px; padding: 10px 12px; background: var(--accent); color: var(--on-accent); }
h2 { flex: 1; margin: 0; font-size: 16px; font-weight: 600; }
header button { width: 36px; height: 36px; display: grid; place-items: center; }
header svg { width: 20px; height: 20px; fill: currentColor; }
header :focus-visible { outline-color: var(--on-accent); outline-offset: -3px; }
.bar { padding: 6px 14px; font-size: 13px; background: var(--soft); color: var(--text); border-bottom: 1px solid var(--line); }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 14px; display: flex; flex-direction: column; gap: 12px; }
.log:focus-visible { outline-offset: -3px; }
.row { display: flex; flex-direction: column; align-items: flex-start; max-width: 100%; }
.row.user { align-items: flex-end; }
.bubble { max-width: 88%; padding: 8px 12px; border-radius: 12px; background: var(--soft); overflow-wrap: anywhere; }
.user .bubble { background: var(--accent); color: var(--on-accent); white-space: pre-wrap; }
.bubble p { margin: 0; white-space: pre-wrap; }
.bubble > * + * { margin-top: 6px !important; }
.bubble ul, .bubble ol { margin: 0; padding-left: 1.4em; }
.bubble a { color: var(--link); }
.bubble.wide { width: 100%; max-width: 100%; padding: 8px; }
.wide > p { padding: 0 4px; }
.card { padding: 10px 12px; background: var(--back); border: 1px solid var(--line); border-radius: 10px; }
.card :where(p, dl, dd) { margin: 0; }
.bubble .card > * + * { margin-top: 8px; }
.top { display: flex; gap: 8px; align-items: flex-start; justify-content: space-between; }
.title { font-weight: 600; min-width: 0; }
.tag { flex: none; max-width: 45%; padding: 1px 9px; font-size: 13px; border-radius: 11px; background: var(--accent); color: var(--on-accent); }
.tag.bad { background: #b3261e; color: #fff; }
.bubble .card .sub { margin-top: 1px; font-size: 13px; color: var(--dim); }
.bubble .card .steps { display: flex; margin: 12px 0; padding: 0; list-style: none; counter-reset: step; font-size: 12px; line-height: 1.4; }
.steps li { flex: 1 1 0; min-width: 0; position: relative; padding: 28px 0 0; text-align: center; color: var(--dim); counter-increment: step; }
.steps li > span:not(.hide), .steps time, .steps b { display: block; }
.steps time { white-space: nowrap; letter-spacing: -.02em; }
.steps li::before { position: absolute; z-index: 1; top: 0; left: calc(50% - 12px); width: 24px; height: 24px; border-radius: 50%;
  border: 2px solid var(--line); background: var(--back); line-height: 20px; content: counter(step); content: counter(step) / ""; }
.steps li + li::after { position: absolute; top: 11px; right: calc(50% + 12px); width: calc(100% - 24px); height: 2px; background: var(--line); content: ""; }
.steps .done::before { background: var(--accent); border-color: var(--accent); color: var(--on-accent); content: "✓"; content: "✓" / ""; }
.steps .done + li::after { background: var(--accent); }
.steps .now { color: var(--text); }
.steps .now::before { border-color: var(--accent); color: var(--link); font-weight: 600; }
.card dl { display: grid; gap: 3px; font-size: 14px; }
.card dl div { display: flex; gap: 8px; }
.card dt { flex: none; color: var(--dim); }
.late dd { color: var(--bad); font-weight: 600; }
.label { font-size: 13px; color: var(--dim); }
.card ul { font-size: 14px; }
.bubble .card .label + ul { margin-top: 3px; }
.card .facts { display: flex; flex-wrap: wrap; gap: 4px 6px; padding: 0; list-style: none; }
.facts li { padding: 0 8px; border-radius: 8px; background: var(--soft); font-size: 13px; }
.card .next { padding-top: 8px; border-top: 1px solid var(--line); font-size: 14px; }
.meta { display: flex; align-items: center; gap: 2px; min-height: 24px; font-size: 12px; color: var(--dim); }
.meta time, .meta span { margin: 0 6px 0 2px; }
.meta button { min-width: 28px; min-height: 24px; padding: 0 5px; font-size: 12px; }
.meta button:hover { background: var(--soft); }
.meta button[aria-pressed="true"] { background: var(--soft); color: var(--link); font-weight: 600; }
.meta svg { width: 15px; height: 15px; fill: currentColor; vertical-align: -2px; }
.down svg { transform: rotate(180deg); }
.failed .meta span { color: var(--bad); }
.retry { color: var(--link); text-decoration: underline; }
.options { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.options button { padding: 5px 12px; border: 1px solid var(--link); border-radius: 16px; color: var(--link); text-align: left; }
.options button:hover { background: var(--soft); }
.typing { padding: 0 18px 8px; color: var(--dim); font-size: 13px; }
.typing i { display: inline-block; width: 6px; height: 6px; margin-right: 4px; border-radius: 50%; background: currentColor;
  animation: blink 1.2s infinite; }
.typing i:nth-child(2) { animation-delay: .2s; } .typing i:nth-child(3) { animation-delay: .4s; margin-right: 8px; }
@keyframes blink { 50% { opacity: .2; } }
form { display: flex; gap: 8px; align-items: flex-end; padding: 10px; border-top: 1px solid var(--line); }
textarea { flex: 1; min-height: 42px; max-height: 130px; padding: 8px 12px; font: inherit; font-size: 16px; color: var(--text);
  background: var(--back); border: 1px solid var(--dim); border-radius: 10px; resize: none; }
textarea::placeholder { color: var(--dim); opacity: 1; }
.send { height: 42px; padding: 0 16px; background: var(--accent); color: var(--on-accent); border-radius: 10px; }
@media (max-width: 480px), (max-height: 480px) {
  .panel { position: fixed; inset: 0; top: var(--top, 0); bottom: auto; width: 100%; height: var(--height, 100dvh);
    border: 0; border-radius: 0; }
  .panel:not([hidden]) + .launcher, .open .launcher { visibility: hidden; }
  header { padding-top: max(10px, env(safe-area-inset-top)); }
  form { padding-bottom: max(10px, env(safe-area-inset-bottom)); }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
`);

export { sheet };
