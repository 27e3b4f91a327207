// Tells a volunteer's page which zone its reader is in, once; without it a link asks.
(() => {
  const { venue, own, home, at } = document.currentScript.dataset
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  // Once: a zone that the page does not know would else have it loaded again without end.
  if (own || !zone || document.cookie.includes(`zone=${zone}`)) return
  document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax`
  const say = timeZone => new Date(at).toLocaleString('en', { timeZone })
  // Whoever is not at home reads what their home would show.
  const differs = say(zone) !== say(home || venue)
  if (differs && document.cookie.includes(`zone=${zone}`)) location.reload()
})()
