// All labs of the collection as data. Loaded only when the gallery opens, as one file.
import { parseLab } from '../../../lab/document.ts'
import { directiveOf } from '../../../lab/document.ts'
import { titleOfName } from '../../lab/lab-title.ts'

export interface GalleryLab {
  /** The file's name without `.sh`. */
  readonly name: string
  readonly title: string
  /** What it shows: its first comment. */
  readonly description: string
  /** What its name begins with: `arp`, `macvlan`. */
  readonly group: string
  readonly text: string
}

const TEXTS = import.meta.glob<string>('../../../../conformance/labs/*.sh', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** In the order of names, which puts labs of one group together. */
export const GALLERY_LABS: readonly GalleryLab[] = Object.entries(TEXTS)
  .map(([path, text]) => galleryLab(path.replace(/^.*\/|\.sh$/g, ''), text))
  .sort((a, b) => (a.name < b.name ? -1 : 1))

function galleryLab(name: string, text: string): GalleryLab {
  // The description stands in the first lines: reading the whole script of every lab would cost the dialog its speed.
  const head = parseLab(text.split('\n', 12).join('\n'))
  const title = directiveOf(head, 'title')?.text ?? titleOfName(name)
  return {
    name,
    title,
    description: head.description.replaceAll('\n', ' '),
    group: /^[a-z0-9]+/.exec(name)?.[0] ?? name,
    text,
  }
}
