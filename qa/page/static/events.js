// Clicks and forms in our own HTML become events: 'example_select', 'retry', 'clear', 'select', 'like', 'download', 'delete',
// 'edit', 'expand'.
element.addEventListener('click', (click) => {
  const button = click.target.closest('button[data-event]');
  if (button) trigger(button.dataset.event, { ...button.dataset });
});
element.addEventListener('submit', (submit) => {
  submit.preventDefault();
  const form = submit.target;
  const comment = form.elements.comment ? form.elements.comment.value : '';
  trigger(form.dataset.event, { ...form.dataset, comment });
});
