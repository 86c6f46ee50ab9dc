// Puts work off until the reader has seen what is ready: a commit of the whole page would hold the picture up.

/** A page that is in sight but not drawn, as behind another window, keeps nobody waiting for longer. */
const LONGEST_MS = 100

/** Resolves in a task of its own once the next picture has been drawn; at once where none is drawn. */
export function nextPicture(): Promise<void> {
  if (!('requestAnimationFrame' in globalThis) || document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LONGEST_MS)
    requestAnimationFrame(() => {
      clearTimeout(timer)
      setTimeout(resolve)
    })
  })
}
