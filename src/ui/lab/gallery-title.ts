// The title of a lab of the gallery in the reader's language. The words are loaded after the lab is open: it does not wait for them.
import { directiveOf } from '../../lab/document.ts'
import { loadLabTexts } from '../../i18n/lab-texts.ts'
import type { LabSession } from './session.ts'

/** From now on gives the open lab its title again when another was opened or the language has changed. */
export function followGalleryTitle({ lab, settings }: LabSession): void {
  const rename = async (): Promise<void> => {
    const { origin, document, generation } = lab.getState()
    if (origin.kind !== 'gallery' || document === undefined || directiveOf(document, 'title') !== undefined) return
    const title = (await loadLabTexts(settings.getState().language))[origin.name]?.[0]
    if (title !== undefined && lab.getState().generation === generation) lab.setState({ title })
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
