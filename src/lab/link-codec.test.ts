import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { deflateSync, strToU8 } from 'fflate'
import { describe, expect, test } from 'vitest'
import { hashBytes, hashInit, hashInteger53 } from '../base/hash.ts'
import type { ReplayInput } from '../contract/protocol.ts'
import { fromBase64url, toBase64url } from './base64url.ts'
import { decodeLink, encodeLink, journalOf, LINK_LIMIT_BYTES, runsOf } from './link-codec.ts'
import type { LabLink, LinkError, LinkJournalEntry } from './link-codec.ts'

const LAB: LabLink = {
  text: readFileSync('conformance/labs/calico-proxy-arp.sh', 'utf8'),
  journal: [
    { kind: 'command', atNs: 0, command: 'ip netns exec ctrA ping 10.10.10.20' },
    { kind: 'interrupt', atNs: 2_500_000_000 },
  ],
  engineVersion: '0.1.0',
}
const LINK = encodeLink(LAB)

function kindOf(fragment: string): LinkError['kind'] | 'ok' {
  const result = decodeLink(fragment)
  return result.ok ? 'ok' : result.error.kind
}

const unicode = fc.oneof(
  fc.array(fc.nat(0x10ffff), { maxLength: 20 }).map((points) => String.fromCodePoint(...points)),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
)
const entry: fc.Arbitrary<LinkJournalEntry> = fc.oneof(
  fc.record(
    { kind: fc.constant('command' as const), atNs: fc.maxSafeNat(), command: unicode, untilNs: fc.maxSafeNat() },
    { requiredKeys: ['kind', 'atNs', 'command'] },
  ),
  fc.record({ kind: fc.constant('play' as const), atNs: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant('interrupt' as const), atNs: fc.maxSafeNat() }),
)
const anyLab: fc.Arbitrary<LabLink> = fc.record(
  { text: unicode, journal: fc.array(entry), engineVersion: unicode },
  { requiredKeys: ['text', 'engineVersion'] },
)

describe('round trip', () => {
  test('any lab comes back the same, lone surrogates included', () => {
    fc.assert(
      fc.property(anyLab, (lab) => {
        expect(decodeLink(encodeLink(lab))).toEqual({ ok: true, value: lab })
      }),
    )
  })

  test('a journal with the lab’s own actions or long commands is a form of its own; others stay readable for old pages', () => {
    fc.assert(
      fc.property(anyLab, (lab) => {
        const isNew = lab.journal?.some((each) => each.kind === 'play' || 'untilNs' in each) === true
        expect(encodeLink(lab).slice(0, 2)).toBe(isNew ? '2.' : '1.')
      }),
    )
  })

  test('equal labs give equal links', () => {
    expect(encodeLink({ ...LAB })).toBe(LINK)
  })

  test('a link is safe in a URL', () => {
    fc.assert(
      fc.property(anyLab, (lab) => {
        expect(encodeLink(lab)).toMatch(/^[12]\.[\w-]+$/)
      }),
    )
  })

  test('every recorded lab fits a link with room to spare', () => {
    const lengths = readdirSync('conformance/labs').map(
      (file) => encodeLink({ text: readFileSync(`conformance/labs/${file}`, 'utf8'), engineVersion: '0.1.0' }).length,
    )
    expect(Math.max(...lengths)).toBeLessThan(LINK_LIMIT_BYTES / 4)
  })
})

describe('the journal as runs', () => {
  const command = (atNs: number, text: string): LinkJournalEntry => ({ kind: 'command', atNs, command: text })
  const interrupt = (atNs: number): LinkJournalEntry => ({ kind: 'interrupt', atNs })

  test('Ctrl-C belongs to what stands before it; the second and one without a command say nothing', () => {
    const play: LinkJournalEntry = { kind: 'play', atNs: 7 }
    const journal = [interrupt(1), command(2, 'ping x'), interrupt(9), interrupt(6), command(3, 'true'), play]
    expect(runsOf(journal)).toEqual([
      { kind: 'command', command: 'ping x', atNs: 2, interruptAtNs: 9 },
      { kind: 'command', command: 'true', atNs: 3 },
      { kind: 'play', atNs: 7 },
    ])
  })

  test('inputs come back from what they are written as', () => {
    const times = { atNs: fc.maxSafeNat(), interruptAtNs: fc.maxSafeNat() }
    const input: fc.Arbitrary<ReplayInput> = fc.oneof(
      fc.record({ kind: fc.constant('play' as const), ...times }, { requiredKeys: ['kind', 'atNs'] }),
      fc.record(
        { kind: fc.constant('command' as const), command: unicode, ...times, untilNs: fc.maxSafeNat() },
        { requiredKeys: ['kind', 'command', 'atNs'] },
      ),
    )
    fc.assert(
      fc.property(fc.array(input), (inputs) => {
        expect(runsOf(inputs.flatMap(journalOf))).toEqual(inputs)
      }),
    )
  })
})

interface OldLink {
  readonly about: string
  readonly fragment: string
  readonly lab: LabLink
}

// Links once shared are out of reach: this file only ever grows.
describe('links of all times', () => {
  const links = JSON.parse(readFileSync('src/lab/old-links.json', 'utf8')) as readonly OldLink[]

  test.each(links.map((link) => [link.about, link] as const))('%s', (_, { fragment, lab }) => {
    expect(decodeLink(fragment)).toEqual({ ok: true, value: lab })
  })
})

describe('what pasting does to a link', () => {
  const broken = LINK.replaceAll(/(.{60})/g, '$1\n   ')
  test.each([
    ['with its #', `#${LINK}`],
    ['a whole address', `https://vethlab.example/lab/?run#${LINK}`],
    ['an address with several #', `https://vethlab.example/#/labs#${LINK}`],
    ['broken into lines', `https://vethlab.example/#${broken}`],
    ['percent-encoded', `https%3A%2F%2Fvethlab.example%2F%23${LINK.replaceAll('-', '%2D').replace('.', '%2e')}`],
    ['encoded twice', `https%253A%252F%252Fvethlab.example%252F%2523${LINK}`],
    ['in angle brackets', `<https://vethlab.example/#${LINK}>`],
    ['at the end of a sentence', `"https://vethlab.example/#${LINK}".`],
    ['with blanks that nobody sees', `\uFEFF#${LINK.slice(0, 50)}\u200b${LINK.slice(50)}\u00ad`],
    ['in the standard alphabet with padding', `${LINK.replaceAll('-', '+').replaceAll('_', '/')}==`],
  ])('%s', (_, pasted) => {
    expect(decodeLink(pasted)).toEqual({ ok: true, value: LAB })
  })
})

describe('what is no link', () => {
  const packed = (body: string, checksum = [0, 0, 0, 0, 0, 0]): string =>
    `1.${toBase64url(deflateSync(Uint8Array.from([...checksum, ...strToU8(body)])))}`

  test.each<[LinkError['kind'], string, string]>([
    ['empty', 'nothing', ''],
    ['empty', 'only a #', ' # '],
    ['empty', 'an address without a fragment', 'https://vethlab.example/lab'],
    ['empty', 'only the version', '#1.'],
    ['unknown-version', 'a later version', '#3.abcdef'],
    ['unknown-version', 'a heading of the page', '#about'],
    ['unknown-version', 'a text', 'hello world'],
    ['not-base64url', 'a foreign character', `${LINK.slice(0, 40)}*${LINK.slice(41)}`],
    ['truncated', 'the first half', LINK.slice(0, LINK.length / 2)],
    ['not-deflate', 'bytes that are no deflate stream', '1._____w'],
    ['damaged', 'a wrong checksum', packed('{"text":"","engine":""}')],
    ['damaged', 'nothing but a checksum', packed('')],
    ['too-large', 'a bomb', `1.${toBase64url(deflateSync(new Uint8Array(60_000_000)))}`],
    ['too-large', 'a link without end', `1.${'A'.repeat(2_000_000)}`],
  ])('%s: %s', (kind, _, fragment) => {
    expect(kindOf(fragment)).toBe(kind)
  })

  test.each([
    ['no record', '[]'],
    ['no JSON', '{'],
    ['no text', '{"engine":"1"}'],
    ['no engine', '{"text":"a"}'],
    ['a journal that is none', '{"text":"a","engine":"1","journal":{}}'],
    ['a journal with something else in it', '{"text":"a","engine":"1","journal":[[1,"a"],["b",1]]}'],
    ['a time before the start', '{"text":"a","engine":"1","journal":[[-1]]}'],
  ])('wrong content: %s', (_, body) => {
    expect(kindOf(packed(body, checksumOf(body)))).toBe('wrong-content')
  })

  test('every error says what, where and what helps', () => {
    for (const fragment of [
      '',
      '#1.',
      '#3.a',
      '#x',
      '1.a*b',
      LINK.slice(0, 99),
      '1._____w',
      packed(''),
      `1.${'A'.repeat(2_000_000)}`,
    ]) {
      const result = decodeLink(fragment)
      expect(result.ok ? '' : result.error.message).toMatch(/\. (?:Copy|Reload|Ask|Make) [^.]*|: .*(?:Copy|Ask)/)
    }
  })
})

describe('damage', () => {
  const lab: LabLink = { text: LAB.text.slice(0, 400), engineVersion: '0.1.0' }
  const link = encodeLink(lab)
  const isSameOrError = (fragment: string): void => {
    const result = decodeLink(fragment)
    if (result.ok) expect(result.value).toEqual(lab)
    else expect(result.error.message).not.toBe('')
  }

  test('a changed, lost, doubled or swapped piece never gives another lab', () => {
    const place = fc.nat(link.length)
    fc.assert(
      fc.property(place, place, fc.string({ maxLength: 5 }), (from, to, replacement) => {
        isSameOrError(link.slice(0, from) + replacement + link.slice(to))
      }),
      { numRuns: 400 },
    )
  })

  test('no single changed character gives another lab', () => {
    for (let at = 2; at < link.length; at++)
      isSameOrError(link.slice(0, at) + (link[at] === 'A' ? 'B' : 'A') + link.slice(at + 1))
  })

  test('every cut gives an error', () => {
    for (let length = 0; length < link.length - 1; length++) expect(kindOf(link.slice(0, length))).not.toBe('ok')
  })

  test('random texts never throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          unicode,
          fc.base64String().map((text) => `1.${text}`),
        ),
        (text) => {
          expect(kindOf(text)).not.toBe('ok')
        },
      ),
    )
  })
})

test('base64url is the one of RFC 4648', () => {
  expect(toBase64url(strToU8('foobar'))).toBe('Zm9vYmFy')
  expect(toBase64url(strToU8('fooba'))).toBe('Zm9vYmE')
  expect(toBase64url(Uint8Array.of(0xfb, 0xff, 0xfe))).toBe('-__-')
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromBase64url(toBase64url(bytes))).toEqual(bytes)
    }),
  )
})

function checksumOf(body: string): number[] {
  let value = hashInteger53(hashBytes(hashInit(), strToU8(body)))
  return Array.from({ length: 6 }, () => {
    const byte = value % 256
    value = Math.floor(value / 256)
    return byte
  })
}
