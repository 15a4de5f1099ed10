// The page that shows the widget: sample questions, demo codes, the line that embeds it.

const assistant = document.querySelector('csp-assistant');
const script = new URL('csp-assistant.js', import.meta.url).href;
document.querySelector('#snippet').textContent = `<script type="module" src="${script}"></script>`;

for (const button of document.querySelectorAll('.samples button')) {
  button.addEventListener('click', () => assistant.ask(button.textContent));
}

const { codes } = await (await fetch('/demo.json')).json();
const demo = document.querySelector('#demo');
for (const { partner, name, code } of codes) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = `${partner} ${name}：${code}`;
  button.addEventListener('click', () => assistant.ask(`绑定 ${code}`));
  item.append(button);
  demo.querySelector('ul').append(item);
}
demo.hidden = !codes.length;
