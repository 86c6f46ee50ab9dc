/**
 * Makes a script of what a person pastes or drops: a lab file as it is, a blog's listing without its prompts and
 * numbers, a terminal's transcript without its output. What is no script at all is refused with a reason.
 */
import { err, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { labOfLinuxExport } from './export-linux.ts'
import type { PasteNote } from './paste-note.ts'
import { cleanEnvelope, decodeBytes, isBinary, plainCharacters } from './paste-text.ts'
import { looksLikeCommand } from './command-line.ts'
import { plainCommands } from './plain-commands.ts'
import { stripLineNumbers, takeCommandsFromProse, takeFencedBlocks, takePromptedCommands } from './paste-transcript.ts'

/** A script, and what was changed to get it. */
export interface CleanPaste {
  /** With `\n` as line end, ending in one. */
  readonly text: string
  readonly notes: readonly PasteNote[]
}

/** Why a paste is no script. `message` says in English what it is and what to do. */
export interface PasteError {
  readonly kind: 'empty' | 'too-long' | 'binary' | 'html' | 'recording' | 'json' | 'link' | 'no-commands'
  readonly message: string
}

/** The longest paste that is read, in bytes of a file or characters of a text. */
export const PASTE_LIMIT_BYTES = 200_000

const STEPS = [
  takeFencedBlocks,
  stripLineNumbers,
  takePromptedCommands,
  takeCommandsFromProse,
  plainCharacters,
] as const

/** Cleans the clipboard's text or a dropped file's bytes. Never throws. */
export function cleanPaste(pasted: string | Uint8Array): Result<CleanPaste, PasteError> {
  if (pasted.length > PASTE_LIMIT_BYTES) {
    const message = `This has ${pasted.length} bytes, a lab may have ${PASTE_LIMIT_BYTES}. Paste only the part with the commands.`
    return err({ kind: 'too-long', message })
  }
  const decoded = typeof pasted === 'string' ? { text: pasted, notes: [] } : decodeBytes(pasted)
  if (decoded === undefined || isBinary(decoded.text)) {
    return err({ kind: 'binary', message: binaryMessage(pasted) })
  }
  const envelope = cleanEnvelope(decoded.text)
  const refusal = refuse(envelope.text)
  if (refusal !== undefined) return err(refusal)
  const notes = [...decoded.notes, ...envelope.notes]
  // A script that was written for a real Linux holds the lab unchanged.
  const exported = labOfLinuxExport(envelope.text)
  let lines: readonly string[] = (exported ?? envelope.text).split('\n')
  // A lab file needs no cleaning, and its author's prompts and numbers are meant as they stand.
  const isLabFile = exported !== undefined || lines.some((line) => /^\s*#%%/.test(line))
  for (const step of isLabFile ? [] : STEPS) {
    const cleaned = step(lines)
    lines = cleaned.lines
    notes.push(...cleaned.notes)
  }
  if (!isLabFile && !lines.some((line) => /^\s*[^#\s]/.test(line))) {
    return err({
      kind: 'no-commands',
      message: 'There is no command in this, only comments or prompts. Copy the commands too.',
    })
  }
  return ok({
    text: `${lines
      .join('\n')
      .replace(/^(?:[ \t]*\n)+/, '')
      .trimEnd()}\n`,
    notes,
  })
}

/** Whether a script has at least one command that a lab knows; a poem or a config file of something else has none. */
export function hasLabCommand(text: string): boolean {
  return plainCommands([text]).some(({ argv }) => looksLikeCommand(argv.join(' ')) || LAB_WORDS.has(argv[0] ?? ''))
}

/** Commands that say by their first word alone that a text is a script. */
const LAB_WORDS = new Set(['ip', 'brctl', 'sysctl', 'iptables', 'ping', 'ifconfig', 'modprobe', 'ss', 'conntrack'])

function refuse(text: string): PasteError | undefined {
  const trimmed = text.trim()
  if (trimmed === '')
    return { kind: 'empty', message: 'There is nothing in this. Copy the commands, then paste again.' }
  if (/^(?:<!doctype html|<html|<\?xml|<(?:div|pre|body|head|table|svg)\b)/i.test(trimmed)) {
    const message =
      "This is a web page's source. Open the page in a browser, select the commands there, and copy those."
    return { kind: 'html', message }
  }
  if (/^(?:https?:\/\/\S*)?#?[12]\.[\w-]{20,}$/.test(trimmed)) {
    return { kind: 'link', message: 'This is a link to a lab. Open it in the address bar.' }
  }
  return refuseJson(trimmed)
}

function refuseJson(text: string): PasteError | undefined {
  if (!/^[[{]/.test(text)) return undefined
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return undefined
  }
  const isRecording = typeof content === 'object' && content !== null && 'captures' in content && 'actions' in content
  if (isRecording) {
    const message =
      'This is the recording of a play: what a lab left behind. Paste the lab itself, the file that ends in .sh.'
    return { kind: 'recording', message }
  }
  return {
    kind: 'json',
    message: 'This is JSON. A lab is a shell script of commands such as "ip link add br0 type bridge".',
  }
}

/** The first bytes of capture files (pcap in both byte orders and resolutions, pcapng). */
const CAPTURE_MAGIC = new Set([0xd4c3b2a1, 0xa1b2c3d4, 0x4d3cb2a1, 0xa1b23c4d, 0x0a0d0d0a])

function binaryMessage(pasted: string | Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0] = typeof pasted === 'string' ? [] : pasted
  return CAPTURE_MAGIC.has(((a << 24) | (b << 16) | (c << 8) | d) >>> 0)
    ? 'This is a capture file, not a script. A lab is a text of commands; a capture can be opened in Wireshark.'
    : 'This is no text: it holds bytes that no script has. A lab is a text file of shell commands.'
}
