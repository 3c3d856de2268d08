// Before the first paint, so that a dark page does not flash white.
const theme = localStorage.getItem('notify.theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
