// Small helpers that build DOM nodes.

export function h(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === 'on') for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

export const ICONS = {
  chat: 'M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z',
  close: 'M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z',
  restart: 'M12 5V1L6 7l6 6V8.5a5.5 5.5 0 1 1-5.5 5.5H4a8 8 0 1 0 8-9z',
  thumb: 'M2 10h4v11H2zM22 11a2 2 0 0 0-2-2h-6l1-5c0-1-1-2-2-2L8 9v12h9c1 0 1.6-.5 2-1.3l3-7z',
  copy: 'M8 2h11a2 2 0 0 1 2 2v13h-2V4H8zM5 6h9a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zm0 2v12h9V8z',
};

// Browsers have no clipboard API on pages without https; there a field that is selected is copied.
export async function copyText(text, parent) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const before = parent.activeElement;
  const field = h('textarea', { class: 'hide', 'aria-hidden': 'true', tabindex: '-1' });
  field.value = text;
  parent.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  before?.focus();
  if (!copied) throw new Error('not copied');
}
