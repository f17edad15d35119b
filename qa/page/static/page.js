// The page's own behaviour: a citation leads to its quote, a quote stands in view, an answer can be copied.
window.Dateline = (() => {
  let wanted = null; // {turn, source}: what was clicked and is not on the panel yet
  let opener = null; // what had the focus before the panel opened
  let sourced = null; // the turn whose sources are on the panel

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
    const shown = panel().dataset.turn;
    if (shown !== sourced) (narrow() ? panel() : document.getElementById('side')).scrollTop = 0;
    sourced = shown;
    if (wanted && reveal(wanted.turn, wanted.source)) wanted = null;
  }

  // A new turn is brought into view, and kept there while it grows, until the reader scrolls.
  // What was asked when the page was left in the middle of the answer stands in the field again after a reload.
  const ASKED = 'dateline-asked';
  const asked = JSON.parse(sessionStorage.getItem(ASKED) || '{}');
  sessionStorage.removeItem(ASKED);
  const left = new URL(window.location).searchParams.get('talk') === asked.talk ? asked.question : '';
  function resume(tries = 40) {
    const field = document.querySelector('#question :is(textarea, input)');
    if (!left || tries === 0 || (field && field.value)) return;
    if (!field) {
      setTimeout(() => resume(tries - 1), 100);
      return;
    }
    field.value = left;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  let judging = ''; // the answer whose thumb was pressed: its comment comes next
  function judged() {
    const field = judging && document.getElementById(`comment-${judging}`);
    judging = '';
    if (!field) return;
    field.closest('form').scrollIntoView({ block: 'nearest', behavior: motion() });
    if (!narrow()) field.focus({ preventScroll: true });
  }

  let last = '';
  let following = false;
  function follow(element) {
    const talk = element.querySelector('[data-talk]');
    const address = new URL(window.location);
    if (talk) address.searchParams.set('talk', talk.dataset.talk);
    else address.searchParams.delete('talk');
    window.history.replaceState(null, '', address);
    const turns = element.querySelectorAll('.dl-turn');
    const turn = turns[turns.length - 1];
    judged();
    if (!turn) return;
    const busy = turn.getAttribute('aria-busy') === 'true';
    taken = false;
    const question = turn.querySelector('.dl-question').textContent;
    if (busy && talk) sessionStorage.setItem(ASKED, JSON.stringify({ talk: talk.dataset.talk, question }));
    else sessionStorage.removeItem(ASKED);
    if (turn.id !== last) {
      last = turn.id;
      following = true;
      if (narrow() && busy) document.querySelector('#limits .label-wrap.open')?.click();
    } else if (!following || turn.getBoundingClientRect().top < window.innerHeight / 4) return;
    turn.scrollIntoView({ block: 'start', behavior: motion() });
    following = following && busy;
  }

  // What is typed becomes a question, [it, what stays in the field]; while one is answered it stays.
  let taken = false;
  let entered = ''; // what stood in the field when Enter was pressed
  function take(typed) {
    const last = [...document.querySelectorAll('.dl-turn')].pop();
    const question = entered && typed.startsWith(entered) ? entered : typed;
    entered = '';
    if (!question.trim() || taken || (last && last.getAttribute('aria-busy') === 'true')) return ['', typed];
    taken = true;
    setTimeout(() => { taken = false; }, 2000);
    return [question, typed.slice(question.length)];
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

  let chosen = null; // what had the focus before an article was read
  function read(element) {
    const card = element.querySelector('.dl-card');
    if (!card) return;
    chosen = document.activeElement;
    card.focus({ preventScroll: true });
    if (narrow()) card.scrollIntoView({ block: 'start', behavior: motion() });
  }

  function leave() {
    const list = document.getElementById('articles');
    const back = list.contains(chosen) ? chosen : list.querySelector('.dl-open');
    if (back) back.focus();
  }

  function confirm(tries = 20) {
    const keep = document.getElementById('keep');
    if (keep && keep.offsetParent) {
      keep.scrollIntoView({ block: 'nearest', behavior: motion() });
      keep.focus({ preventScroll: true });
    } else if (tries) setTimeout(() => confirm(tries - 1), 50);
  }

  function tab(name) {
    [...document.querySelectorAll('#tabs [role=tab]')].find((one) => one.textContent.trim() === name)?.click();
  }

  // A reason stands inside the window, whatever the place of its mark; a narrow page shows it at its foot.
  function place(mark) {
    const why = mark && mark.querySelector('.dl-why');
    if (!why) return;
    why.style.translate = '';
    why.classList.remove('dl-below');
    if (narrow()) return;
    if (why.getBoundingClientRect().top < 4) why.classList.add('dl-below');
    const { left, right } = why.getBoundingClientRect();
    why.style.translate = `${Math.max(12 - left, Math.min(0, window.innerWidth - 12 - right))}px`;
  }

  for (const move of ['pointerover', 'focusin']) {
    document.addEventListener(move, (event) => place(event.target.closest('.dl-mark')));
  }
  for (const move of ['wheel', 'touchmove']) {
    document.addEventListener(move, () => { following = false; }, { passive: true });
  }
  document.addEventListener('click', (click) => {
    const source = click.target.closest('[data-source]:is(button)');
    if (source) open(source);
    const copied = click.target.closest('[data-copy]');
    if (copied) copy(copied);
    judging = click.target.closest('.dl-thumb')?.dataset.turn || judging;
    const led = click.target.closest('button.dl-begin');
    if (led) tab(led.dataset.tab);
    const closed = click.target.closest('[data-close]');
    if (closed) (closed.dataset.close === 'reader' ? leave : close)();
  });
  document.addEventListener('keydown', (key) => {
    if (!key.target.closest('#question')) return;
    entered = key.key === 'Enter' && !key.shiftKey && !key.isComposing ? key.target.value : entered;
  }, { capture: true });
  document.addEventListener('click', (click) => {
    if (click.target.closest('#ask-button')) entered = '';
  }, { capture: true });
  document.addEventListener('keydown', (key) => {
    if (key.key !== 'Escape') return;
    if (frame().classList.contains('dl-panel-open')) close();
    else if (document.activeElement && document.activeElement.closest('.dl-mark')) document.activeElement.blur();
  });
  document.documentElement.lang = 'en';
  return { arrived, confirm, follow, read, resume, save, tab, take };
})();
