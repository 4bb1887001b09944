// Before the page is drawn: the colour scheme that the reader chose, and that scripts run. Plain JavaScript, since it must not wait.
document.documentElement.dataset.scripts = "";
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* a browser that keeps nothing follows the system */ }
