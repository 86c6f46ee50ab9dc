// The link and the file of the open lab.
import { parseLab } from '../../../lab/document.ts'
import { appendAction } from '../../../lab/edit.ts'
import { encodeLink, journalOf, LINK_LIMIT_BYTES } from '../../../lab/link-codec.ts'
import { ENGINE_VERSION } from '../../../contract/protocol.ts'
import { pointOf } from '../../lab/history.ts'
import type { LabSession } from '../../lab/session.ts'
import type { LabOrigin } from '../../stores/lab-store.ts'

export interface LabUrl {
  readonly url: string
  /** Characters after the `#`. */
  readonly size: number
  readonly limit: number
  readonly isTooLong: boolean
}

/**
 * The link of the lab as it stands: its text, and where commands were typed also what was put in, with the lab's own actions between. Those
 * alone are left to the reader: actions do not run on opening.
 */
export function linkOf(
  session: LabSession,
  {
    location,
    isRunWished,
  }: { readonly location: Pick<Location, 'origin' | 'pathname'>; readonly isRunWished: boolean },
): LabUrl {
  const { text, inputs } = pointOf(session)
  const isTyped = inputs.some(({ kind }) => kind === 'command')
  const journal = isTyped ? inputs.flatMap((input) => journalOf(input)) : []
  const fragment = encodeLink({ text, engineVersion: ENGINE_VERSION, ...(journal.length === 0 ? {} : { journal }) })
  const url = `${location.origin}${location.pathname}${isRunWished ? '?run' : ''}#${fragment}`
  return { url, size: fragment.length, limit: LINK_LIMIT_BYTES, isTooLong: fragment.length > LINK_LIMIT_BYTES }
}

/** The lab's file: its text, with the commands that were typed since as its last actions. */
export function fileTextOf({ lab, actions }: LabSession): string {
  const text = lab.getState().document?.text ?? ''
  const typed = actions.getState().actions.filter(({ line }) => line === 0)
  return typed.reduce((written, { command }) => appendAction(parseLab(written), command), text)
}

/** Whether only this machine can open the page's address. */
export function isLocalAddress({ hostname, protocol }: Pick<Location, 'hostname' | 'protocol'>): boolean {
  return (
    protocol === 'file:' ||
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    /^(127\.|\[::1\]$|0\.0\.0\.0$)/.test(hostname)
  )
}

/** A file name from where the lab came from, else from its title. */
export function fileNameOf({ kind, name }: LabOrigin, title: string): string {
  if (name !== '' && kind !== 'link') return name.endsWith('.sh') ? name : `${name}.sh`
  const slug = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `${slug === '' ? 'lab' : slug}.sh`
}

/** Has the browser save a text, bytes or a picture as a file. */
export function saveFile(name: string, content: string | Uint8Array | Blob): void {
  // A copy, because a Blob takes no bytes that another thread could still change.
  const part = content instanceof Uint8Array ? Uint8Array.from(content) : content
  const type = typeof content === 'string' ? 'text/plain' : 'application/octet-stream'
  const url = URL.createObjectURL(new Blob([part], { type }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
