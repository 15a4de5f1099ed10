// <csp-assistant>: a launcher and a conversation in a shadow root. Attributes: lang, theme, open, heading, identity, base.
// A page that only loads this script gets the element at its end.

import { Client } from './client.js';
import { ICONS, copyText, h, icon } from './dom.js';
import { Rows } from './rows.js';
import { sheet } from './style.js';
import { words } from './words.js';

const BASE = new URL('..', import.meta.url);
const LONGEST = 2000;

class CspAssistant extends HTMLElement {
  connectedCallback() {
    if (this.client) return;
    this.words = words(this.getAttribute('lang') || document.documentElement.lang);
    this.draw = new Rows(this.words, this);
    this.rows = new Map();
    this.root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.root.adoptedStyleSheets = [sheet];
    this.client = new Client(new URL(this.getAttribute('base') ?? BASE, document.baseURI), this);
    this.build();
    this.input.value = this.client.storage.get('draft') ?? '';
    this.lastRead = this.client.storage.get('read') ?? 0;
    this.client.start();
    const open = this.hasAttribute('open') && !matchMedia('(max-width: 480px), (max-height: 480px)').matches;
    this.toggle(this.client.storage.get('open') ?? open, false);
    document.addEventListener('visibilitychange', this.onVisible);
    this.fit();
  }

  disconnectedCallback() {
    this.client.stop();
    document.removeEventListener('visibilitychange', this.onVisible);
    window.visualViewport?.removeEventListener('resize', this.fitView);
    window.visualViewport?.removeEventListener('scroll', this.fitView);
    this.client = null;
    this.root.replaceChildren();
  }

  // Read when a session begins: a page whose tokens are short-lived may set a fresh one at any time.
  get identity() {
    return this.getAttribute('identity');
  }

  // Ask as if the user had typed it.
  ask(text) {
    this.toggle(true, false);
    this.submit(text);
  }

  build() {
    const w = this.words;
    const title = this.getAttribute('heading') || w.title;
    const button = (label, shape, click) => h('button', { type: 'button', 'aria-label': label, title: label, on: { click } }, icon(shape));
    this.badge = h('span', { class: 'badge', hidden: true, 'aria-hidden': 'true' });
    this.launcher = button(w.open, ICONS.chat, () => this.toggle(this.panel.hidden));
    this.launcher.className = 'launcher';
    this.launcher.setAttribute('aria-controls', 'panel');
    this.launcher.append(this.badge);
    this.bar = h('div', { class: 'bar', role: 'status', hidden: true });
    this.log = h('div', { class: 'log', role: 'log', 'aria-label': w.log, tabindex: '0' });
    this.dots = h('div', { class: 'typing', role: 'status', hidden: true }, h('i'), h('i'), h('i'), w.typing);
    this.input = h('textarea', {
      rows: '1', 'aria-label': w.input, placeholder: w.hint, enterkeyhint: 'send', autocomplete: 'off',
      on: { keydown: (e) => this.onKey(e), input: () => this.onInput() },
    });
    const form = h('form', { on: { submit: (e) => this.onSubmit(e) } }, this.input, h('button', { class: 'send' }, w.send));
    this.panel = h(
      'section',
      { id: 'panel', class: 'panel', role: 'dialog', 'aria-label': title, on: { keydown: (e) => this.onEscape(e) } },
      h('header', {}, h('h2', {}, title), button(w.restart, ICONS.restart, () => this.restart()), button(w.close, ICONS.close, () => this.toggle(false))),
      this.bar, this.log, this.dots, form,
    );
    this.root.append(this.panel, this.launcher);
    this.greet();
  }

  greet() {
    if (this.welcome?.isConnected || this.rows.size) return;
    const w = this.words;
    this.welcome = h('div', { class: 'row' }, h('div', { class: 'bubble' }, h('p', {}, w.welcome)), this.draw.options(w.samples));
    this.log.append(this.welcome);
  }

  // The view of the client

  item(item) {
    if (!this.rows.size) this.welcome?.remove();
    const old = this.rows.get(item.key);
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    const row = this.draw.row(item);
    row.item = item;
    this.rows.set(item.key, row);
    if (old && this.inPlace(old, item)) old.replaceWith(row);
    else {
      old?.remove();
      this.place(row);
    }
    this.showOptionsOfLast();
    if (item.state === 'queued') this.scrollDown();
    else if (atEnd && !old) this.scrollDown(item.role === 'bot' ? this.firstOf(row) : null);
    this.countUnread();
  }

  begin() {
    this.lastRead = 0;
    this.client.storage.set('read', null);
    this.countUnread();
  }

  loaded() {
    this.scrollDown();
  }

  order({ id, at }) {
    return id ?? 1e12 + at;
  }

  inPlace(old, item) {
    const [before, after] = [old.previousElementSibling?.item, old.nextElementSibling?.item];
    return (!before || this.order(before) < this.order(item)) && (!after || this.order(item) < this.order(after));
  }

  place(row) {
    let next = null;
    for (let node = this.log.lastElementChild; node?.item && this.order(node.item) > this.order(row.item); node = node.previousElementSibling) next = node;
    this.log.insertBefore(row, next);
  }

  remove(item) {
    this.rows.get(item.key)?.remove();
    this.rows.delete(item.key);
    this.greet();
    this.showOptionsOfLast();
    this.countUnread();
  }

  typing(on) {
    this.dots.hidden = !on;
    if (on && this.log.lastElementChild?.item?.role === 'user') this.scrollDown();
  }

  connected(on) {
    this.lost = on ? '' : this.words.lost;
    if (!this.noticed) this.tell(this.lost);
  }

  notice(text) {
    clearTimeout(this.noticed);
    this.noticed = setTimeout(() => {
      this.noticed = null;
      this.tell(this.lost ?? '');
    }, 8000);
    this.tell(text);
  }

  read(to) {
    this.lastRead = Math.max(this.lastRead, to);
    this.countUnread();
  }

  tell(text) {
    if (this.bar.textContent === text) return;
    this.bar.textContent = text;
    this.bar.hidden = !text;
  }

  showOptionsOfLast() {
    const last = this.log.lastElementChild;
    for (const row of this.rows.values()) if (row !== last) row.querySelector('.options')?.remove();
    if (last?.item?.buttons?.length && !last.querySelector('.options')) last.append(this.draw.options(last.item.buttons));
  }

  // Where the reply begins that `row` belongs to.
  firstOf(row) {
    const reply = row.item.reply;
    while (reply && row.previousElementSibling?.item?.reply === reply) row = row.previousElementSibling;
    return row;
  }

  // To the end, but not past the beginning of `row`.
  scrollDown(row) {
    const end = this.log.scrollHeight - this.log.clientHeight;
    this.log.scrollTop = row ? Math.min(end, row.offsetTop - this.log.offsetTop - 10) : end;
  }

  // What the user does

  onKey(event) {
    // While an input method composes, Enter belongs to it; some browsers say so by the key code only.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.onSubmit(event);
  }

  onSubmit(event) {
    event.preventDefault();
    if (this.submit(this.input.value)) {
      this.input.value = '';
      this.onInput();
    }
    this.input.focus();
  }

  pick(title) {
    this.submit(title);
    this.input.focus();
  }

  retry(cid) {
    this.client.retry(cid);
  }

  submit(text) {
    const said = text.trim();
    if (said.length > LONGEST) this.notice(this.words.long(LONGEST));
    if (!said || said.length > LONGEST) return false;
    this.client.send(said);
    return true;
  }

  onInput() {
    this.client.storage.set('draft', this.input.value || null);
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  onEscape(event) {
    if (event.key === 'Escape' && !event.isComposing) this.toggle(false);
  }

  async rate(item, useful) {
    try {
      await this.client.rate(item, useful);
      this.rows.get(item.key)?.querySelector(useful ? '.up' : '.down')?.focus();
      this.notice(this.words.thanks);
    } catch (error) {
      this.notice(error.message && error.status ? error.message : this.words.error);
    }
  }

  async copy(item) {
    try {
      await copyText(item.text.replace(/\*\*/g, ''), this.root);
      this.notice(this.words.copied);
    } catch {
      this.notice(this.words.error);
    }
  }

  async restart() {
    try {
      await this.client.restart();
      this.input.focus();
    } catch (error) {
      this.notice(error.status && error.message ? error.message : this.words.error);
    }
  }

  toggle(open, byUser = true) {
    this.panel.hidden = !open;
    this.launcher.setAttribute('aria-expanded', String(open));
    if (byUser) {
      this.client.storage.set('open', open);
      (open ? this.input : this.launcher).focus();
    }
    if (open) {
      this.onInput();
      this.scrollDown();
    }
    this.countUnread();
  }

  onVisible = () => this.countUnread();

  countUnread() {
    const replies = [...this.client.items.values()].filter((item) => item.role === 'bot');
    if (!this.panel.hidden && !document.hidden) {
      const latest = Math.max(this.lastRead, ...replies.map((item) => item.id));
      if (latest > this.lastRead) {
        this.lastRead = latest;
        this.client.storage.set('read', latest);
        this.client.tabs?.postMessage({ type: 'read', to: latest });
      }
    }
    const unread = replies.filter((item) => item.id > this.lastRead).length;
    this.badge.textContent = unread > 99 ? '99+' : unread;
    this.badge.hidden = !unread;
    this.launcher.setAttribute('aria-label', this.words.open + (unread ? this.words.unread(unread) : ''));
  }

  // On a phone the panel is what the keyboard leaves free.
  fit() {
    const view = window.visualViewport;
    if (!view) return;
    this.fitView = () => {
      this.panel.style.setProperty('--height', `${view.height}px`);
      this.panel.style.setProperty('--top', `${view.offsetTop}px`);
    };
    view.addEventListener('resize', this.fitView);
    view.addEventListener('scroll', this.fitView);
    this.fitView();
  }
}

if (!customElements.get('csp-assistant')) {
  customElements.define('csp-assistant', CspAssistant);
  const add = () => document.querySelector('csp-assistant') || document.body.append(document.createElement('csp-assistant'));
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', add);
  else add();
}
