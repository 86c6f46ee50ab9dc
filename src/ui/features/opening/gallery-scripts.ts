// The scripts of all labs of the gallery, as one file that is loaded when the first of them is needed.
const TEXTS = import.meta.glob<string>('../../../../conformance/labs/*.sh', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** By the lab's name. */
export const LAB_SCRIPTS: ReadonlyMap<string, string> = new Map(
  Object.entries(TEXTS).map(([path, text]) => [path.replace(/^.*\/|\.sh$/g, ''), text]),
)
