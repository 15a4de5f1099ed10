// Results as cards: where an order stands, which data centre. Every word goes in as text.

import { h } from './dom.js';
import { render } from './markdown.js';

const STATES = ['done', 'now', 'todo'];

// An ISO date in the reader's words, with its year when that is not this one.
function day(iso, lang, more = {}) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return String(iso);
  const year = date.getUTCFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return new Intl.DateTimeFormat(lang, { year, month: 'short', day: 'numeric', timeZone: 'UTC', ...more }).format(date);
}

function frame(label, title, tag, bad) {
  const top = h('div', { class: 'top' }, h('div', { class: 'title' }, title), tag ? h('span', { class: bad ? 'tag bad' : 'tag' }, tag) : '');
  return h('div', { class: 'card', role: 'group', 'aria-label': label }, top);
}

function step({ name, state, date }, words) {
  const known = STATES.includes(state) ? state : 'todo';
  const when = date ? h('time', { datetime: date }, day(date, words.lang, { year: undefined })) : known === 'now' ? h('b', {}, words.steps.now) : '';
  const spoken = h('span', { class: 'hide' }, `${words.steps[known]} `);
  return h('li', { class: known, 'aria-current': known === 'now' && 'step' }, ...(known === 'now' ? [] : [spoken]), h('span', {}, name), ' ', when);
}

function order(card, words) {
  const { lang } = words;
  const w = words.order;
  const late = card.overdue > 0;
  const box = frame(`${w.name} ${card.number}`, card.customer, card.stage, late);
  box.append(
    h('p', { class: 'sub' }, card.number),
    h('p', { class: 'sub' }, `${card.product} · ${w.quantity(card.quantity)} · ${w.years(card.years)}`),
    h('ol', { class: 'steps', 'aria-label': w.progress }, ...card.steps.map((one) => step(one, words))),
  );
  const lines = h('dl');
  const line = (name, value, kind) => lines.append(h('div', { class: kind }, h('dt', {}, name), h('dd', {}, value)));
  if (card.waiting_for) line(w.next, w.move(card.waiting_for.action, card.waiting_for.actor));
  if (card.due) line(w.due, day(card.due, lang, { weekday: 'short' }) + (late ? w.late(card.overdue) : ''), late ? 'late' : null);
  line(w.since, day(card.since, lang));
  box.append(lines);
  return box;
}

function datacenter(card, words) {
  const w = words.datacenter;
  const box = frame(w.name, render(card.recommendation), card.preliminary && w.preliminary);
  const section = (name, kind, items) =>
    items.length && box.append(h('p', { class: 'label' }, name), h('ul', { class: kind }, ...items.map((item) => h('li', {}, render(item)))));
  section(w.facts, 'facts', card.facts);
  section(w.reasons, '', card.reasons);
  section(w.caveats, '', card.caveats);
  if (card.next.length) box.append(h('div', { class: 'next' }, ...card.next.map(render)));
  return box;
}

const KINDS = { order, datacenter };

// The parts of a message; its plain text where one of them is of a kind that is not known here.
export function content(item, words) {
  const parts = item.parts ?? [];
  const known = ({ text, card }) => (card ? Object.hasOwn(KINDS, card.kind) : typeof text === 'string');
  if (!parts.length || !parts.every(known)) return [render(item.text)];
  return parts.map(({ text, card }) => (card ? KINDS[card.kind](card, words) : render(text)));
}
