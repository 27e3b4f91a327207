// Offers to share the personal link, or to copy it; without a script it stands there to be selected.
for (const button of document.querySelectorAll('[data-share]')) {
  const { share: url, done } = button.dataset
  button.hidden = !(navigator.share || navigator.clipboard)
  button.addEventListener('click', async () => {
    if (navigator.share) return navigator.share({ url }).catch(() => {})
    await navigator.clipboard.writeText(url)
    button.textContent = done
  })
}
