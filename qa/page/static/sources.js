// A new set of sources: bring every quote into view, then the one that was asked for: 'select'.
element.addEventListener('dateline-source', (event) => trigger('select', event.detail));
watch('value', () => Dateline.arrived());
Dateline.arrived();
