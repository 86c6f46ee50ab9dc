/** Reads the folder that `inside.sh` left behind into a recording. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { RecordedAction, RecordedFrame, RecordedNamespace, Recording } from '../../src/contract/recording.ts'

/** pcap: 24 bytes before the first frame, and 16 before each with its captured length as the third of four words. */
const PCAP_FILE_HEADER_BYTES = 24
const PCAP_FRAME_HEADER_BYTES = 16
const PCAP_CAPTURED_LENGTH_OFFSET = 8

/** The recording of `lab` from the folder `out`. Throws when a capture's text is not one line a frame. */
export function readPlay(lab: string, out: string): Recording {
  const start = Number(text(join(out, 't0')))
  const sinceStart = (epochSeconds: string, digits: number): number =>
    Number((Number(epochSeconds) - start).toFixed(digits))
  return {
    lab,
    kernel: text(join(out, 'kernel')).trim(),
    duration: sinceStart(text(join(out, 't1')), 1),
    setup: { exit: Number(text(join(out, 'setup.rc'))), output: text(join(out, 'setup.txt')) },
    actions: readActions(join(out, 'actions'), sinceStart),
    captures: readCaptures(join(out, 'captures'), sinceStart),
    state: Object.fromEntries(names(join(out, 'state')).map((ns) => [ns, readTables(join(out, 'state', ns))])),
    drops: readDrops(text(join(out, 'drops.txt'))),
  }
}

type SinceStart = (epochSeconds: string, digits: number) => number

function readActions(folder: string, sinceStart: SinceStart): RecordedAction[] {
  return names(folder)
    .filter((file) => file.endsWith('.cmd'))
    .map((file) => {
      const path = join(folder, basename(file, '.cmd'))
      return {
        command: text(`${path}.cmd`).trim(),
        at: sinceStart(text(`${path}.at`), 4),
        exit: Number(text(`${path}.rc`)),
        output: text(`${path}.out`),
      }
    })
}

function readCaptures(folder: string, sinceStart: SinceStart): Record<string, RecordedFrame[]> {
  const captures: Record<string, RecordedFrame[]> = {}
  for (const ns of names(folder)) {
    for (const file of names(join(folder, ns))) {
      if (!file.endsWith('.txt')) continue
      const dev = basename(file, '.txt')
      const bytes = frameBytes(readFileSync(join(folder, ns, `${dev}.pcap`)))
      const lines = text(join(folder, ns, file))
        .split('\n')
        .filter((line) => line !== '')
      captures[`${ns}/${dev}`] = lines.map((line, k) => {
        const [, at, rest] = /^(\d+\.\d+) (.*)$/.exec(line) ?? []
        if (at === undefined || rest === undefined) throw new Error(`${ns}/${dev}: not a frame of its own: ${line}`)
        return [sinceStart(at, 4), rest, bytes[k] ?? '']
      })
    }
  }
  return captures
}

/** The bytes of each frame of a capture file, as hexadecimal text. */
export function frameBytes(pcap: Buffer): string[] {
  const frames: string[] = []
  let at = PCAP_FILE_HEADER_BYTES
  while (at + PCAP_FRAME_HEADER_BYTES <= pcap.length) {
    const start = at + PCAP_FRAME_HEADER_BYTES
    at = start + pcap.readUInt32LE(at + PCAP_CAPTURED_LENGTH_OFFSET)
    frames.push(pcap.toString('hex', start, at))
  }
  return frames
}

function readTables(folder: string): RecordedNamespace {
  const table = (name: string): string => text(join(folder, `${name}.txt`))
  return {
    addr: table('addr'),
    arp: table('arp'),
    fdb: table('fdb'),
    link: table('link'),
    neigh: table('neigh'),
    route: table('route'),
  }
}

/** From the kernel's trace of kfree_skb: the function that dropped, without its offset, and the reason. */
function readDrops(trace: string): string[] {
  return [...trace.matchAll(/location=(\S+) reason: (\S+)/g)].map(
    ([, location = '', reason = '']) => `${location.replace(/\+0x.*/, '')} ${reason}`,
  )
}

/** The recording as a file's text: indented, but one line a frame. */
export function formatRecording(recording: Recording): string {
  const frame = /\[\s+(-?[\d.]+),\s+("(?:[^"\\]|\\.)*"),\s+("[0-9a-f]*")\s+\]/g
  return `${JSON.stringify(recording, null, 1).replace(frame, '[$1, $2, $3]')}\n`
}

const text = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : [])
