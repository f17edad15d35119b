// An article that was chosen is brought into view.
watch('value', () => Dateline.read(element));
