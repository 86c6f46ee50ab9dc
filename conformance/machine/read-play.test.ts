import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { linuxRecordings } from '../labs.ts'
import { formatRecording, frameBytes, readPlay } from './read-play.ts'

const ARP = 'ffffffffffff02000000000108060001080006040001020000000001' + '0a0000010000000000000a000002'
const REPLY = '02000000000102000000000208060001080006040002020000000002' + '0a0000020200000000010a000001'

let out = ''
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'vethlab-test-'))
})
afterEach(() => {
  rmSync(out, { recursive: true })
})

test('a folder that the machine left behind becomes a recording', () => {
  layPlay()
  expect(readPlay('some-lab', out)).toEqual({
    lab: 'some-lab',
    kernel: '6.1.0-1-amd64',
    duration: 4.2,
    setup: { exit: 0, output: '+ ip netns add a\n' },
    actions: [
      { command: 'ip -n a neigh', at: 0.0157, exit: 0, output: 'text \n' },
      { command: 'false', at: 1.5, exit: 1, output: '' },
    ],
    captures: {
      'a/eth0': [
        [0.25, 'x > y: one', ARP],
        [0.5, 'y > x: two', REPLY],
      ],
      'a/lo': [],
    },
    state: { a: { addr: '', arp: '', fdb: '', link: '1: lo:\n', neigh: '10.0.0.2 dev eth0 FAILED \n', route: '' } },
    drops: ['ip_rcv_core OTHERHOST', 'arp_rcv NOT_SPECIFIED'],
  })
})

test('a text line that is no frame of its own is refused, for the bytes would no longer fit', () => {
  layPlay()
  lay('captures/a/eth0.txt', '1000.250000 x > y: one\n  and more of it\n')
  expect(() => readPlay('some-lab', out)).toThrow('a/eth0: not a frame of its own')
})

test('a capture that was cut off in the middle of a header gives the whole frames', () => {
  expect(frameBytes(pcap(ARP, REPLY).subarray(0, 24 + 16 + 42 + 15))).toEqual([ARP])
  expect(frameBytes(Buffer.alloc(0))).toEqual([])
})

test('the file has one line a frame and reads back as the same recording', () => {
  const [recording] = linuxRecordings('arp-basics')
  const file = formatRecording(recording)
  expect(JSON.parse(file)).toEqual(recording)
  const frames = Object.values(recording.captures).flat()
  for (const frame of frames) expect(file).toContain(`[${frame.map((part) => JSON.stringify(part)).join(', ')}]`)
})

function layPlay(): void {
  lay('kernel', '6.1.0-1-amd64\n')
  lay('t0', '1000.000000\n')
  lay('t1', '1004.213000\n')
  lay('setup.rc', '0\n')
  lay('setup.txt', '+ ip netns add a\n')
  layAction('01', { cmd: 'ip -n a neigh\n', at: '1000.015740\n', rc: '0\n', out: 'text \n' })
  layAction('02', { cmd: ' false \n', at: '1001.500000\n', rc: '1\n', out: '' })
  lay('captures/a/eth0.txt', '1000.250000 x > y: one\n1000.500000 y > x: two\n')
  lay('captures/a/eth0.pcap', pcap(ARP, REPLY))
  lay('captures/a/eth0.err', 'listening on eth0\n')
  lay('captures/a/lo.txt', '')
  lay('captures/a/lo.pcap', pcap())
  lay('state/a/link.txt', '1: lo:\n')
  lay('state/a/neigh.txt', '10.0.0.2 dev eth0 FAILED \n')
  const drop = (where: string): string => `  ping-1 [000] 1.0: kfree_skb: skbaddr=1 protocol=2 location=${where}\n`
  lay('drops.txt', drop('ip_rcv_core+0x1 reason: OTHERHOST') + drop('arp_rcv+0x2/0x3 reason: NOT_SPECIFIED'))
}

function lay(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(out, path)), { recursive: true })
  writeFileSync(join(out, path), content)
}

function layAction(name: string, files: Readonly<Record<'cmd' | 'at' | 'rc' | 'out', string>>): void {
  for (const [ending, content] of Object.entries(files)) lay(`actions/${name}.${ending}`, content)
}

/** A capture file with these frames, little-endian, all times zero. */
function pcap(...frames: readonly string[]): Buffer {
  const parts = frames.flatMap((hex) => {
    const header = Buffer.alloc(16)
    header.writeUInt32LE(hex.length / 2, 8)
    header.writeUInt32LE(hex.length / 2, 12)
    return [header, Buffer.from(hex, 'hex')]
  })
  return Buffer.concat([Buffer.alloc(24), ...parts])
}
