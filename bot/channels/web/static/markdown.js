// Bold, lists and http(s) links, built as DOM nodes; everything else is text.

const INLINE = /\*\*(.+?)\*\*|\[([^\]\n]+)\]\(([^()\s]+)\)|https?:\/\/[^\s<>"'`，。；、！？（）()【】《》「」]+/g;
const ITEM = /^\s*(?:([-*•])|(\d{1,2})[.、)])\s+(.*)$/;

function safeLink(address) {
  try {
    const url = new URL(address);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, label) {
  const href = safeLink(address);
  if (!href) return document.createTextNode(label === address ? address : `${label}（${address}）`);
  const a = document.createElement('a');
  a.href = href;
  a.target = '_blank';
  a.rel = 'noopener noreferrer nofollow';
  a.textContent = label;
  return a;
}

function inline(parent, text) {
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    parent.append(text.slice(from, match.index));
    if (match[1] !== undefined) {
      const strong = document.createElement('strong');
      inline(strong, match[1]);
      parent.append(strong);
    } else if (match[2] !== undefined) {
      parent.append(link(match[3], match[2]));
    } else {
      const address = match[0].replace(/[.,;:!?*]+$/, '');
      parent.append(link(address, address), match[0].slice(address.length));
    }
    from = match.index + match[0].length;
  }
  parent.append(text.slice(from));
}

export function render(text) {
  const result = document.createDocumentFragment();
  let list = null;
  let paragraph = null;
  for (const line of text.split('\n')) {
    const item = ITEM.exec(line);
    if (item) {
      const tag = item[1] ? 'ul' : 'ol';
      if (list?.localName !== tag) {
        list = document.createElement(tag);
        if (item[2]) list.start = Number(item[2]);
        result.append(list);
      }
      const li = document.createElement('li');
      inline(li, item[3]);
      list.append(li);
      paragraph = null;
    } else if (!line.trim()) {
      list = paragraph = null;
    } else {
      list = null;
      if (paragraph) paragraph.append('\n');
      else result.append((paragraph = document.createElement('p')));
      inline(paragraph, line);
    }
  }
  return result;
}
