// The conversation: messages, queue, streams, and the other tabs of this site. Knows nothing of the DOM.

import { Refused, Server, readEvents } from './server.js';
import { Storage } from './storage.js';

const SLOWEST = 30_000;
const TRIES = 3;

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('');
const seconds = () => Date.now() / 1000;

export class Client {
  // `view` has identity (what the page signed, or null), item(item), remove(item), begin(), loaded(), typing(on),
  // connected(on), read(to), notice(text).
  constructor(base, view) {
    const api = new URL('webhooks/web/', base).href;
    this.view = view;
    this.storage = new Storage(`csp:${api}:`);
    this.server = new Server(api, this.storage, {
      identity: () => view.identity,
      notice: (text) => view.notice(text),
      begin: () => {
        this.begin();
        this.tabs?.postMessage({ type: 'session' });
      },
    });
    this.items = new Map();
    this.answering = new Set();
    this.seen = 0;
    this.failures = 0;
    this.wakers = new Set();
  }

  start() {
    this.tabs = 'BroadcastChannel' in window ? new BroadcastChannel(this.storage.prefix) : null;
    this.tabs?.addEventListener('message', ({ data }) => this.hear(data));
    window.addEventListener('online', this.wake);
    document.addEventListener('visibilitychange', this.onVisible);
    for (const entry of this.queue(true)) this.showEntry(entry);
    this.run();
  }

  stop() {
    this.server.stop();
    this.tabs?.close();
    window.removeEventListener('online', this.wake);
    document.removeEventListener('visibilitychange', this.onVisible);
    this.wake();
  }

  wake = () => {
    for (const waker of this.wakers) waker();
  };

  onVisible = () => {
    if (!document.hidden) this.wake();
  };

  get over() {
    return this.server.stopped.signal.aborted;
  }

  async run() {
    if (this.server.token) await this.loadHistory();
    this.flush();
    await this.locked('events', () => this.listen());
  }

  // Messages

  send(text) {
    const entry = { cid: newId(), text, at: seconds() };
    this.storage.set(`q:${entry.cid}`, entry);
    this.showEntry(entry);
    this.tabs?.postMessage({ type: 'queued', entry });
    this.wake();
    this.flush();
  }

  retry(cid) {
    const entry = this.storage.get(`q:${cid}`);
    if (!entry) return;
    delete entry.failed;
    this.storage.set(`q:${cid}`, entry);
    this.showEntry(entry);
    this.tabs?.postMessage({ type: 'queued', entry });
    this.flush();
  }

  queue(withFailed = false) {
    return this.storage.all('q:').filter((e) => withFailed || !e.failed).sort((a, b) => a.at - b.at);
  }

  showEntry(entry) {
    if (this.items.get(entry.cid)?.id) return;
    this.put({ key: entry.cid, ...entry, role: 'user', state: entry.failed ? 'failed' : 'queued', error: entry.failed });
  }

  put(change) {
    const item = { ...this.items.get(change.key), ...change };
    this.items.set(item.key, item);
    this.view.item(item);
  }

  drop(item) {
    this.items.delete(item.key);
    this.view.remove(item);
  }

  setAnswering(cid, on) {
    if (on) this.answering.add(cid);
    else this.answering.delete(cid);
    this.view.typing(this.answering.size > 0);
  }

  flush() {
    this.flushing ??= this.locked('send', async () => {
      while (!this.over) {
        const entry = this.queue()[0];
        if (!entry || !(await this.deliver(entry))) return;
      }
    }).finally(() => {
      this.flushing = null;
      if (this.queue().length && !this.over) this.flushLater();
    });
  }

  async flushLater() {
    await this.pause(this.waitBeforeFlush ?? 0);
    this.waitBeforeFlush = 0;
    if (!this.over) this.flush();
  }

  // Whether to go on with the next one.
  async deliver(entry) {
    this.put({ key: entry.cid, state: 'sending' });
    this.setAnswering(entry.cid, true);
    let end = null;
    try {
      const response = await this.server.request('messages', { id: entry.cid, text: entry.text });
      await readEvents(response, response.abort, (event) => {
        this.receive(event);
        this.tabs?.postMessage({ type: 'event', event });
        if (event.name === 'done' || event.name === 'failed') end = event.name;
      });
      if (end === 'done') {
        this.failures = 0;
        this.view.connected(true);
        this.storage.set(`q:${entry.cid}`, null);
        this.put({ key: entry.cid, state: 'sent' });
        return true;
      }
      throw end === 'failed' ? new Refused(500, '') : new Error('cut off');
    } catch (error) {
      return this.notDelivered(entry, error);
    } finally {
      this.setAnswering(entry.cid, false);
    }
  }

  notDelivered(entry, error) {
    if (!this.storage.get(`q:${entry.cid}`)) {
      this.put({ key: entry.cid, state: 'sent' }); // the stream of events has told that it was answered
      return true;
    }
    const status = error instanceof Refused ? error.status : 0;
    entry.tries = (entry.tries ?? 0) + (status >= 500 ? 1 : 0);
    if (status === 429) {
      this.view.notice(error.message);
      this.waitBeforeFlush = error.wait * 1000;
    } else if ((status >= 400 && status < 500 && status !== 401) || entry.tries >= TRIES) {
      entry.failed = error.message || true;
      entry.tries = 0;
    } else {
      this.waitBeforeFlush = this.backOff();
    }
    this.storage.set(`q:${entry.cid}`, entry);
    this.put({ key: entry.cid, state: entry.failed ? 'failed' : 'queued', error: entry.failed });
    return Boolean(entry.failed);
  }

  // What the server says

  receive({ name, data }, fromStream = false) {
    if (name === 'message') this.receiveMessage(data, fromStream);
    else if (name === 'cleared') this.clear(data.to);
    else this.setAnswering(data.cid, false);
    if (name !== 'done') return;
    // A turn that was cut short and done again says everything anew.
    for (const item of this.items.values()) {
      if (item.reply === data.cid && !data.ids.includes(item.id)) this.drop(item);
    }
    this.storage.set(`q:${data.cid}`, null);
    if (this.items.has(data.cid)) this.put({ key: data.cid, state: 'sent' });
  }

  receiveMessage(message, fromStream) {
    const key = message.cid ?? `b${message.id}`;
    if (fromStream) this.seen = Math.max(this.seen, message.id);
    const answered = this.items.get(key)?.state === 'sent'; // told by the other way already
    if (message.cid && message.done === false && !answered && seconds() - message.at < 60) this.setAnswering(message.cid, true);
    const waiting = message.cid && this.storage.get(`q:${message.cid}`);
    this.put({ ...message, key, state: waiting && !message.done ? 'sending' : 'sent' });
  }

  clear(to) {
    for (const item of [...this.items.values()]) if (item.id && item.id <= to) this.drop(item);
  }

  async loadHistory() {
    while (this.server.token && !this.over) {
      try {
        const { messages } = await (await this.server.request('history')).json();
        for (const message of messages) this.receive({ name: 'message', data: message }, true);
        this.view.loaded();
        this.view.connected(true);
        return;
      } catch (error) {
        if (error.status === 401) return;
        await this.pause(this.backOff());
      }
    }
  }

  async listen() {
    while (!this.over) {
      if (!this.server.token) {
        await this.pause(86_400_000);
        continue;
      }
      try {
        const response = await this.server.request(`events?after=${this.seen}`);
        this.failures = 0;
        this.view.connected(true);
        this.tabs?.postMessage({ type: 'connected', on: true });
        await readEvents(response, response.abort, (event) => {
          this.receive(event, true);
          this.tabs?.postMessage({ type: 'event', event, fromStream: true });
        });
      } catch {
        // below
      }
      if (!this.over) await this.pause(this.backOff());
    }
  }

  hear({ type, ...said }) {
    if (type === 'event') this.receive(said.event, said.fromStream);
    else if (type === 'queued') {
      this.showEntry(said.entry);
      if (navigator.locks) this.flush(); // should that tab be closed, this one sends
    } else if (type === 'session') this.begin();
    else if (type === 'rated') this.rated(said.key, said.useful);
    else if (type === 'connected') this.view.connected(said.on);
    else if (type === 'read') this.view.read(said.to);
  }

  // Waiting, and doing what only one tab does at a time

  backOff() {
    this.failures += 1;
    this.view.connected(false);
    this.tabs?.postMessage({ type: 'connected', on: false });
    return Math.min(SLOWEST, 500 * 2 ** this.failures) * (0.75 + Math.random() / 2);
  }

  // Wait, but not when the network comes back or something happens here.
  pause(ms) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wakers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wakers.add(done);
    });
  }

  locked(name, work) {
    if (!navigator.locks) return work();
    const options = { signal: this.server.stopped.signal };
    return navigator.locks.request(this.storage.prefix + name, options, work).catch(() => {});
  }

  // Another session: nothing of the one before is shown or counted any more; what waits to be sent stays.
  begin() {
    this.clear(Infinity);
    this.seen = 0;
    this.view.begin();
    this.wake();
  }

  async rate(item, useful) {
    await this.server.request('feedback', { message: item.id, useful });
    this.rated(item.key, useful);
    this.tabs?.postMessage({ type: 'rated', key: item.key, useful });
  }

  rated(key, useful) {
    if (this.items.has(key)) this.put({ key, useful });
  }

  async restart() {
    const last = Math.max(0, ...[...this.items.values()].map((item) => item.id ?? 0));
    if (this.server.token) await this.server.request('restart', {});
    this.clear(last);
    this.tabs?.postMessage({ type: 'event', event: { name: 'cleared', data: { to: last } } });
  }
}
