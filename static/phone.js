// Tells the sign-up page which zone its reader is in, once; without it a link asks.
(() => {
  const { venue, own, at } = document.currentScript.dataset
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  // Once: a zone that the page does not know would else have it loaded again without end.
  if (own || !zone || !at || document.cookie.includes(`zone=${zone}`)) return
  document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax`
  const say = timeZone => new Date(at).toLocaleString('en', { timeZone })
  if (say(zone) !== say(venue) && document.cookie.includes(`zone=${zone}`)) location.reload()
})()
