// The page's own behaviour: a citation leads to its quote, a quote stands in view, an answer can be copied.
window.Dateline = (() => {
  let wanted = null; // {turn, source}: what was clicked and is not on the panel yet
  let opener = null; // what had the focus before the panel opened

  const panel = () => document.querySelector('#sources .dl-sources');
  const frame = () => document.getElementById('ask');
  const narrow = () => window.matchMedia('(max-width: 900px)').matches;
  const calm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const motion = () => (calm() ? 'auto' : 'smooth');

  function center(card) {
    const text = card.querySelector('.dl-text');
    const mark = text && text.querySelector('mark');
    if (!mark) return;
    const shift = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += shift - Math.max(0, (text.clientHeight - mark.offsetHeight) / 3);
  }

  function reveal(turn, source) {
    const card = document.getElementById(`source-${turn}-${source}`);
    if (!card) return false;
    document.querySelectorAll('.dl-card.dl-active').forEach((old) => old.classList.remove('dl-active'));
    card.classList.add('dl-active');
    if (narrow()) frame().classList.add('dl-panel-open');
    card.focus({ preventScroll: true });
    const side = document.getElementById('side');
    const place = narrow() ? panel() : side;
    const top = card.getBoundingClientRect().top - place.getBoundingClientRect().top;
    place.scrollTo({ top: place.scrollTop + top - 56, behavior: motion() });
    center(card);
    return true;
  }

  function open(button) {
    const { turn, source } = button.dataset;
    opener = button.closest('#sources') ? opener : button;
    document.querySelectorAll('[aria-current]').forEach((old) => old.removeAttribute('aria-current'));
    button.setAttribute('aria-current', 'true');
    if (reveal(turn, source)) return;
    wanted = { turn, source };
    const home = button.closest('#conversation, #sources').querySelector('.dl-sources, .dl-turn').parentElement;
    home.dispatchEvent(new CustomEvent('dateline-source', { detail: wanted, bubbles: true }));
  }

  function close() {
    frame().classList.remove('dl-panel-open');
    if (opener) opener.focus();
  }

  function arrived() {
    document.querySelectorAll('.dl-card').forEach(center);
    if (wanted && reveal(wanted.turn, wanted.source)) wanted = null;
  }

  let last = '';
  function follow(element) {
    const talk = element.querySelector('[data-talk]');
    const address = new URL(window.location);
    if (talk) address.searchParams.set('talk', talk.dataset.talk);
    else address.searchParams.delete('talk');
    window.history.replaceState(null, '', address);
    const turns = element.querySelectorAll('.dl-turn');
    const turn = turns[turns.length - 1];
    if (!turn || turn.id === last) return;
    last = turn.id;
    turn.scrollIntoView({ block: 'start', behavior: motion() });
  }

  async function copy(button) {
    const turn = document.getElementById(button.dataset.copy);
    const lines = [...turn.querySelectorAll('.dl-question, .dl-scope, .dl-abstained, .dl-short, .dl-statement')];
    const text = lines.map((line) => {
      const bare = line.cloneNode(true);
      bare.querySelectorAll('.dl-why, .dl-sign').forEach((part) => part.remove());
      bare.querySelectorAll('.dl-chip').forEach((chip) => chip.replaceWith(` [${chip.textContent.trim()}]`));
      return bare.textContent.replace(/\s+/g, ' ').trim();
    });
    try {
      await navigator.clipboard.writeText(text.join('\n\n'));
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Not allowed to copy';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  }

  function save(file) {
    if (!file) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([file.content], { type: 'text/plain;charset=utf-8' }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function read(element) {
    const card = element.querySelector('.dl-card');
    if (card && narrow()) card.scrollIntoView({ block: 'start', behavior: motion() });
  }

  function tab(name) {
    [...document.querySelectorAll('#tabs [role=tab]')].find((one) => one.textContent.trim() === name)?.click();
  }

  document.addEventListener('click', (click) => {
    const source = click.target.closest('[data-source]:is(button)');
    if (source) open(source);
    const copied = click.target.closest('[data-copy]');
    if (copied) copy(copied);
    if (click.target.closest('[data-close]')) close();
  });
  document.addEventListener('keydown', (key) => {
    if (key.key !== 'Escape') return;
    if (frame().classList.contains('dl-panel-open')) close();
    else if (document.activeElement && document.activeElement.closest('.dl-mark')) document.activeElement.blur();
  });
  document.documentElement.lang = 'en';
  return { arrived, follow, read, save, tab };
})();
