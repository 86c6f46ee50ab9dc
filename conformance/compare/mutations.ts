/** Ways to spoil a recording, each with the kind of difference that the comparison must then name. Test material. */
import type { RecordedFrame, Recording } from '../../src/contract/recording.ts'
import type { DifferenceKind } from './difference.ts'

export interface Mutation {
  readonly name: string
  /** The only kind of difference that it makes. */
  readonly makes: DifferenceKind
  /** The spoilt copy, or undefined where the recording has nothing of the sort to spoil. */
  apply(recording: Recording): Recording | undefined
}

const TTL_OFFSET = 22
const CHECKSUM_OFFSET = 24
const SHIFT_S = 5

export const MUTATIONS: readonly Mutation[] = [
  { name: 'frame dropped', makes: 'frames', apply: dropFrame },
  { name: 'frames swapped', makes: 'order', apply: swapFrames },
  { name: 'TTL changed', makes: 'frames', apply: changeTtl },
  { name: 'MAC address changed', makes: 'frames', apply: changeMac },
  { name: 'frame late', makes: 'timing', apply: delayLastFrame },
  { name: 'neighbour state changed', makes: 'neigh', apply: changeNeighbour },
  { name: 'output line changed', makes: 'actions', apply: changeOutput },
  { name: 'exit status changed', makes: 'actions', apply: changeExit },
]

type Edit = (frames: readonly RecordedFrame[]) => readonly RecordedFrame[] | undefined

/** Edits the first interface, most frames first, on which the edit finds something to do. */
function editBusiest(recording: Recording, edit: Edit): Recording | undefined {
  const devices = Object.entries(recording.captures).sort(([, a], [, b]) => b.length - a.length)
  for (const [dev, frames] of devices) {
    const edited = edit(frames)
    if (edited !== undefined) return { ...recording, captures: { ...recording.captures, [dev]: edited } }
  }
  return undefined
}

function dropFrame(recording: Recording): Recording | undefined {
  return editBusiest(recording, (frames) => (frames.length > 0 ? frames.toSpliced(frames.length >> 1, 1) : undefined))
}

/** An ARP request and its answer, or an echo request and its reply, change places: the answer comes first. */
function swapFrames(recording: Recording): Recording | undefined {
  return editBusiest(recording, (frames) => {
    const k = frames.findIndex((frame, i) => isAnsweredBy(frame[1], frames[i + 1]?.[1] ?? ''))
    const [first, second] = [frames[k], frames[k + 1]]
    if (first === undefined || second === undefined) return undefined
    return frames.with(k, [first[0], second[1], second[2]]).with(k + 1, [second[0], first[1], first[2]])
  })
}

function isAnsweredBy(line: string, next: string): boolean {
  const asked = /who-has ([\d.]+) tell/.exec(line)?.[1]
  if (asked !== undefined) return next.includes(`Reply ${asked} is-at`)
  const pinged = /ICMP echo request, (id \d+, seq \d+),/.exec(line)?.[1]
  return pinged !== undefined && next.includes(`ICMP echo reply, ${pinged},`)
}

/** The TTL goes down by one and the header checksum up by 0x100, so that the header stays sound (RFC 1624). */
function changeTtl(recording: Recording): Recording | undefined {
  return editBusiest(recording, (frames) => {
    const k = frames.findIndex(
      ([, line, hex]) => line.includes('ethertype IPv4 (0x0800)') && hex.slice(24, 30) === '080045',
    )
    const frame = frames[k]
    if (frame === undefined) return undefined
    const bytes = Buffer.from(frame[2], 'hex')
    bytes.writeUInt8(bytes.readUInt8(TTL_OFFSET) - 1, TTL_OFFSET)
    const sum = bytes.readUInt16BE(CHECKSUM_OFFSET) + 0x100
    bytes.writeUInt16BE(sum > 0xffff ? (sum & 0xffff) + 1 : sum, CHECKSUM_OFFSET)
    return frames.with(k, [frame[0], frame[1], bytes.toString('hex')])
  })
}

/** A source address that belongs to an interface becomes the broadcast address, which has a name of its own. */
function changeMac(recording: Recording): Recording | undefined {
  const links = Object.values(recording.state).map(({ link }) => link)
  return editBusiest(recording, (frames) => {
    const k = frames.findIndex(([, line]) => links.some((link) => link.includes(`link/ether ${line.slice(0, 17)}`)))
    const frame = frames[k]
    if (frame === undefined) return undefined
    return frames.with(k, [frame[0], frame[1].replace(/^\S+/, 'ff:ff:ff:ff:ff:ff'), frame[2]])
  })
}

/** The last frame comes late; it must not be the first one, whose time depends on how fast the machine is. */
function delayLastFrame(recording: Recording): Recording | undefined {
  return editBusiest(recording, (frames) => {
    const frame = frames.at(-1)
    if (frame === undefined || frames.length < 2) return undefined
    return frames.with(-1, [frame[0] + SHIFT_S, frame[1], frame[2]])
  })
}

function changeNeighbour(recording: Recording): Recording | undefined {
  for (const [ns, tables] of Object.entries(recording.state)) {
    const neigh = tables.neigh.replace(/ (REACHABLE|STALE|DELAY|PROBE|PERMANENT)\b/, ' FAILED')
    if (neigh !== tables.neigh) return { ...recording, state: { ...recording.state, [ns]: { ...tables, neigh } } }
  }
  return undefined
}

function changeOutput(recording: Recording): Recording | undefined {
  const k = recording.actions.findIndex(({ command, output }) => output !== '' && !command.includes('fdb'))
  const action = recording.actions[k]
  if (action === undefined) return undefined
  const output = action.output.replace(/\S+/, 'Something')
  return { ...recording, actions: recording.actions.with(k, { ...action, output }) }
}

function changeExit(recording: Recording): Recording | undefined {
  const action = recording.actions.at(-1)
  if (action === undefined) return undefined
  return { ...recording, actions: recording.actions.with(-1, { ...action, exit: action.exit + 1 }) }
}
