// Requests to the assistant, with the session's token; a session is opened when there is none.

const IDLE = 45_000;

export class Refused extends Error {
  constructor(status, message, wait) {
    super(message);
    this.status = status;
    this.wait = wait;
  }
}

// Read server-sent events; an error if nothing comes for too long.
export async function readEvents(response, abort, onEvent) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const timer = setTimeout(() => abort.abort(), IDLE);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      const frames = (rest + value).split('\n\n');
      rest = frames.pop();
      for (const frame of frames) {
        const [name, data] = frame.split('\n');
        if (data) onEvent({ name: name.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) });
      }
    }
  } finally {
    abort.abort();
  }
}

export class Server {
  // `page` has identity() (what the page signed, or null), notice(text), begin() when another session begins.
  constructor(api, storage, page) {
    this.api = api;
    this.storage = storage;
    this.page = page;
    this.stopped = new AbortController();
  }

  stop() {
    this.stopped.abort();
  }

  get token() {
    return this.storage.get('token');
  }

  async request(path, body) {
    const token = this.token ?? (await this.openSession());
    if (this.page.identity() && !this.identified) await this.identify(token);
    const abort = new AbortController();
    this.stopped.signal.addEventListener('abort', () => abort.abort(), { signal: abort.signal });
    const response = await this.fetch(path, body, this.token, abort);
    if (response.ok) return Object.assign(response, { abort });
    const refusal = await response.json().catch(() => ({}));
    if (response.status === 401 && this.token === token) this.storage.set('token', null);
    throw new Refused(response.status, refusal.error ?? '', refusal.retry_after ?? 1);
  }

  async fetch(path, body, token, abort = new AbortController()) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    if (body) headers['Content-Type'] = 'application/json';
    const timer = setTimeout(() => abort.abort(), IDLE);
    const options = { method: body ? 'POST' : 'GET', headers, signal: abort.signal, credentials: 'omit', cache: 'no-store' };
    return fetch(this.api + path, { ...options, body: body && JSON.stringify(body) }).finally(() => clearTimeout(timer));
  }

  async openSession() {
    let response = await this.fetch('session', this.page.identity() ? { identity: this.page.identity() } : {});
    if (response.status === 403) {
      this.page.notice((await response.json()).error);
      response = await this.fetch('session', {});
    }
    const answer = await response.json();
    if (!response.ok) throw new Refused(response.status, answer.error, answer.retry_after ?? 1);
    this.identified = true;
    this.storage.set('token', answer.token);
    this.page.begin();
    return answer.token;
  }

  async identify(token) {
    this.identified = true;
    const response = await this.fetch('identity', { identity: this.page.identity() }, token);
    if (response.status === 409) await this.openSession();
    else if (response.status === 403) this.page.notice((await response.json()).error);
  }
}
