// A chip whose source is not on the panel asks for it: 'select'. A new turn is brought into view.
// What was asked when the page was left stands in the field again.
element.addEventListener('dateline-source', (event) => trigger('select', event.detail));
watch('value', () => Dateline.follow(element));
Dateline.resume();
