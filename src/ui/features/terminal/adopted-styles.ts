// The page's security policy forbids style elements, which is how xterm.js brings its styles. While it builds its screen, what it takes for a
// style element keeps its text as an adopted style sheet, which the policy allows. (Its own way to be given another document does not
// reach all of its parts.)

const HTML = 'http://www.w3.org/1999/xhtml'

/** Runs what makes style elements, and gives it elements that adopt their text. */
export function withAdoptedStyles(page: Document, build: () => void): void {
  const createElement = (tag: string): HTMLElement =>
    tag === 'style' ? adoptingElement(page) : page.createElementNS(HTML, tag)
  Object.defineProperty(page, 'createElement', { value: createElement, configurable: true })
  try {
    build()
  } finally {
    Reflect.deleteProperty(page, 'createElement')
  }
}

/** It stands where the style element would, but is none: even an empty one breaks the policy. */
function adoptingElement(page: Document): HTMLElement {
  const element = page.createElement('span')
  element.hidden = true
  const sheet = new CSSStyleSheet()
  page.adoptedStyleSheets.push(sheet)
  Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) })
  element.remove = () => {
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter((each) => each !== sheet)
    Element.prototype.remove.call(element)
  }
  return element
}
