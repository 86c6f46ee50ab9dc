// The title of a lab of the gallery, and what it shows, in the reader's language. The words are loaded after the lab is open: it does not wait for them.
import { directiveOf } from '../../lab/document.ts'
import { loadLabTexts } from '../../i18n/lab-texts.ts'
import type { LabSession } from './session.ts'

/** From now on gives the open lab its title again when another was opened or the language has changed. */
export function followGalleryTitle({ lab, settings }: LabSession): void {
  const rename = async (): Promise<void> => {
    const { origin, document, generation } = lab.getState()
    if (origin.kind !== 'gallery' || document === undefined) return
    const { language } = settings.getState()
    const texts = (await loadLabTexts(language))[origin.name]
    if (texts === undefined || lab.getState().generation !== generation) return
    // Labs describe themselves in English.
    const about = language === 'en' ? undefined : { name: origin.name, text: texts[1] }
    lab.setState(directiveOf(document, 'title') === undefined ? { title: texts[0], about } : { about })
  }
  lab.subscribe((state, before) => {
    if (state.generation !== before.generation) whenQuiet(() => void rename())
  })
  settings.subscribe((state, before) => {
    if (state.language !== before.language) void rename()
  })
}

/** Runs when the page has nothing else to do, but before long. */
function whenQuiet(run: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: 2000 })
  else setTimeout(run, 200)
}
