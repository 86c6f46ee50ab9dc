// The page's security policy forbids style elements with text in them, which is how xterm.js brings its styles. A document that it is given
// instead makes style elements whose text becomes an adopted style sheet, which the policy allows.

/** The page's document but for style elements. */
export function adoptingDocument(page: Document): Document {
  return new Proxy(page, {
    get: (target, name) => {
      if (name === 'createElement')
        return (tag: string) => (tag === 'style' ? adoptingStyle(target) : target.createElement(tag))
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

function adoptingStyle(page: Document): HTMLStyleElement {
  const element = page.createElement('style')
  const sheet = new CSSStyleSheet()
  page.adoptedStyleSheets.push(sheet)
  Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) })
  element.remove = () => {
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter((each) => each !== sheet)
    Element.prototype.remove.call(element)
  }
  return element
}
