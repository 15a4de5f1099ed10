// One message as a row of the log: bubble, time, state or tools.

import { content } from './cards.js';
import { ICONS, h, icon } from './dom.js';

export class Rows {
  // `on` has pick(title), retry(cid), rate(item, useful), copy(item).
  constructor(words, on) {
    this.words = words;
    this.on = on;
    this.clock = new Intl.DateTimeFormat(words.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    this.day = new Intl.DateTimeFormat(words.lang, { month: 'short', day: 'numeric' });
  }

  options(titles) {
    const options = titles.map((title) => h('button', { type: 'button', on: { click: () => this.on.pick(title) } }, title));
    return h('div', { class: 'options', role: 'group', 'aria-label': this.words.options }, ...options);
  }

  row(item) {
    const mine = item.role === 'user';
    const said = mine ? [item.text] : content(item, this.words);
    const bubble = h('div', { class: item.parts ? 'bubble wide' : 'bubble' }, ...said);
    const row = h('div', { class: `row ${item.role} ${item.state}` }, h('span', { class: 'hide' }, this.words[mine ? 'you' : 'bot']), bubble);
    const meta = h('div', { class: 'meta' }, this.time(item.at));
    if (mine) this.addState(meta, item);
    else this.addTools(meta, item);
    row.append(meta);
    return row;
  }

  time(at) {
    const date = new Date(at * 1000);
    const today = date.toDateString() === new Date().toDateString();
    return h('time', { datetime: date.toISOString() }, (today ? '' : `${this.day.format(date)} `) + this.clock.format(date));
  }

  addState(meta, item) {
    if (item.state === 'sent') return;
    meta.append(h('span', {}, typeof item.error === 'string' && item.error ? item.error : this.words[item.state]));
    if (item.state === 'failed') {
      meta.append(h('button', { type: 'button', class: 'retry', on: { click: () => this.on.retry(item.cid) } }, this.words.retry));
    }
  }

  addTools(meta, item) {
    const thumb = (label, useful) => h('button', {
      type: 'button', class: useful ? 'up' : 'down', 'aria-label': label, title: label, 'aria-pressed': String(item.useful === useful),
      on: { click: () => this.on.rate(item, useful) },
    }, icon(ICONS.thumb));
    if (item.reply) meta.append(thumb(this.words.useful, true), thumb(this.words.useless, false));
    const copy = h('button', { type: 'button', 'aria-label': this.words.copy, title: this.words.copy, on: { click: () => this.on.copy(item) } }, icon(ICONS.copy));
    meta.append(copy);
  }
}
