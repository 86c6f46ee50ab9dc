import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { strToU8 } from 'fflate'
import { describe, expect, test } from 'vitest'
import { findPrompt } from './prompt-line.ts'
import { cleanPaste, PASTE_LIMIT_BYTES } from './paste.ts'
import type { PasteError } from './paste.ts'

/** The cleaned text without its last line end, or the error's kind. */
function clean(pasted: string | Uint8Array): string {
  const result = cleanPaste(pasted)
  return result.ok ? result.value.text.slice(0, -1) : `error ${result.error.kind}`
}

function notes(pasted: string | Uint8Array): string[] {
  const result = cleanPaste(pasted)
  return result.ok ? result.value.notes.map(({ code }) => code) : []
}

const SCRIPT = `# Two namespaces.
ip netns add a
for i in 1 2; do
  ip netns add n$i
done

x=1; echo "$x # not a comment"
sudo ip link add br0 type bridge \\
  stp_state 1
cat > /tmp/x <<E
10.0.0.1 a
E
ping -c 1 10.0.0.1 | grep received && echo ok`

describe('what is a script already stays', () => {
  test('a script with loops, comments, pipes and here-documents', () => {
    expect(clean(SCRIPT)).toBe(SCRIPT)
    expect(notes(SCRIPT)).toEqual([])
  })

  test.each(readdirSync('conformance/labs'))('%s, with and without its directives', (file) => {
    const text = readFileSync(`conformance/labs/${file}`, 'utf8').trimEnd()
    expect(clean(text)).toBe(text)
    const bare = text.replaceAll(/^#%%.*\n?/gm, '').trimEnd()
    expect(clean(bare)).toBe(bare)
    expect(notes(bare)).toEqual([])
  })

  test('a lab file keeps what looks like prompts, fences and numbers', () => {
    const lab = '#%% title "T"\n# $ ip a\n$ x\n1 ip a\n```\n“x”'
    expect(clean(lab)).toBe(lab)
  })
})

describe('characters and encodings', () => {
  test('line ends of other systems, a byte order mark, terminal colours', () => {
    expect(clean('\uFEFFip a\r\nip b\rip c\n')).toBe('ip a\nip b\nip c')
    expect(clean('\u001b[1;32mip a\u001b[0m\n\u001b]0;title\u0007ip b')).toBe('ip a\nip b')
    expect(notes('\u001b[1mip a\r\n')).toEqual(['line-ends', 'escapes'])
  })

  test('quotes, dashes and blanks of web pages; comments keep them', () => {
    const page = 'ip\u00a0netns exec a bash \u2013c \u2018ip a\u2019 \u2014help\n# \u201cquoted\u201d\nip\u200b b'
    expect(clean(page)).toBe("ip netns exec a bash -c 'ip a' --help\n# \u201cquoted\u201d\nip b")
    expect(cleanPaste(page)).toMatchObject({ value: { notes: [{ code: 'characters', params: { characters: 6 } }] } })
  })

  test('bytes of a file in UTF-8 and UTF-16', () => {
    const text = '# 网络\nip a'
    const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
    expect(clean(strToU8(text))).toBe(text)
    expect(clean(Uint8Array.from([0xff, 0xfe, ...units.flatMap((unit) => [unit & 255, unit >> 8])]))).toBe(text)
    expect(clean(Uint8Array.from([0xfe, 0xff, ...units.flatMap((unit) => [unit >> 8, unit & 255])]))).toBe(text)
  })
})

describe('fences', () => {
  test('the shell blocks of a page of Markdown, without the text around them', () => {
    const page =
      'First make it:\n\n```bash\nip netns add a\n```\n\nThen the output is\n\n```text\n1: lo\n```\n~~~\nip b\n~~~\n'
    expect(clean(page)).toBe('ip netns add a\nip b')
    expect(notes(page)).toEqual(['fences'])
  })

  test('a block that is never closed goes to the end', () => {
    expect(clean('```sh\nip a\nip b')).toBe('ip a\nip b')
  })
})

describe('prompts', () => {
  test.each([
    ['user@host:~$ ip a', 'ip a'],
    ['user@host:~/lab (main) $ ip a', 'ip a'],
    ['(venv) user@host:/tmp$ ip a', 'ip a'],
    ['root@S3:/home/tao# ip a', 'ip a'],
    ['[root@a ~]# ip a', 'ip a'],
    ['[root@testarp-A ~]#ip a', 'ip a'],
    ['user@mac ~ % ip a', 'ip a'],
    ['bash-5.1# ip a', 'ip a'],
    ['/ # ip a', 'ip a'],
    ['~ $ ip a', 'ip a'],
    ['$ ip a', 'ip a'],
    ['➜  ~ ip a', 'ip a'],
    ['➜  lab git:(main) ✗ ip a', 'ip a'],
    ['➜ sudo ip a', 'sudo ip a'],
    ['❯ ip a', 'ip a'],
    ['~/lab ❯ ip a', 'ip a'],
    ['└─$ ip a', 'ip a'],
    ['% ip a', 'ip a'],
    ['leaf1:~# ip a', 'ip a'],
    ['h1# ip a', 'ip a'],
    ['cumulus@leaf1:mgmt:~$ ip a', 'ip a'],
    ['# ip a', 'ip a'],
    ['5[root@testarp-A ~]# ip a', 'ip a'],
    ['1 | [root@testarp-A ~]# ip a |', 'ip a'],
  ])('%s', (line, command) => {
    expect(clean(line)).toBe(command)
    expect(notes(line)).toContain('prompts')
  })

  test.each(['└── br0', 'eth0: flags=4163<UP>', '➜ see below', 'cost# of a path', '5% packet loss'])(
    'no prompt: %s',
    (line) => {
      expect(findPrompt(line)).toBeUndefined()
    },
  )

  test('output is left out; comments, continued lines and bare commands stay', () => {
    const transcript = [
      'tao@S3:~$ sudo ip link add a type veth \\',
      '> peer name b',
      'tao@S3:~$ ip link show a',
      '18: a@b: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN',
      '    link/ether 06:0f:29:dd:c3:60 brd ff:ff:ff:ff:ff:ff',
      'tao@S3:~$',
      '# now the other',
      'tao@S3:~$ for i in 1 2; do',
      '> echo $i',
      '> done',
      '1',
      '2',
      'ip netns add c',
      'tao@S3:~$ ',
    ].join('\n')
    expect(clean(transcript)).toBe(
      'sudo ip link add a type veth \\\npeer name b\nip link show a\n# now the other\nfor i in 1 2; do\necho $i\ndone\nip netns add c',
    )
    expect(cleanPaste(transcript)).toMatchObject({
      value: { notes: [{ code: 'prompts', params: { commands: 3, linesLeftOut: 4 } }] },
    })
  })

  test('# is a prompt only where it stands before every command', () => {
    expect(clean('# ip netns add a\n# ip netns add b\nRTNETLINK answers: File exists\n# a remark')).toBe(
      'ip netns add a\nip netns add b\n# a remark',
    )
    expect(clean('# ip netns add a\nip netns add b')).toBe('# ip netns add a\nip netns add b')
  })

  test('commands of several machines are told', () => {
    expect(notes('a@one:~$ ip a\na@two:~$ ip a')).toEqual(['prompts', 'several-machines'])
  })
})

describe('line numbers', () => {
  test('before each line', () => {
    expect(clean(' 9  ip a\n10  ip b\n\n11  ip c')).toBe('ip a\nip b\n\nip c')
    expect(clean('1. ip a\n2. ip b')).toBe('ip a\nip b')
    expect(notes('1: ip a\n2: ip b')).toEqual(['line-numbers'])
  })

  test('in a column of their own, also where its ends hang on other lines', () => {
    expect(clean('1\n2\n3\nip a\nip b\nip c')).toBe('ip a\nip b\nip c')
    expect(clean('1\n2\nip a\nip b')).toBe('ip a\nip b')
    expect(clean('# on B:1\n2\n3\n4\n5ip a\nip b\nip c\nip d')).toBe('# on B:1\nip a\nip b\nip c\nip d')
  })

  test('numbers that do not count stay', () => {
    expect(clean('ip a\n1 x\n3 y')).toBe('ip a\n1 x\n3 y')
    expect(clean('cat <<X\n1\n2\n3\nX\nip a')).toBe('cat <<X\n1\n2\n3\nX\nip a')
  })
})

test('commands are taken out of an article without fences or prompts', () => {
  const article = [
    'Bridges in Linux',
    'A bridge is a virtual device. It is used by containers.',
    'First create the bridge:',
    'ip link add br0 type bridge',
    'sudo ip link set br0 up',
    'Then look at it:',
    '+--------+',
    '| bridge |',
    '+--------+',
    '网桥有一个地址。',
    'bridge name bridge id STP enabled',
    'ping -c 1 10.0.0.1',
  ].join('\n')
  expect(clean(article)).toBe('ip link add br0 type bridge\nsudo ip link set br0 up\nping -c 1 10.0.0.1')
  expect(notes(article)).toEqual(['prose'])
})

describe('what is no script', () => {
  test.each<[PasteError['kind'], string, string | Uint8Array]>([
    ['empty', 'nothing', ''],
    ['empty', 'blanks', ' \r\n\t\n'],
    ['too-long', 'a long text', 'a'.repeat(PASTE_LIMIT_BYTES + 1)],
    ['too-long', 'a long file', new Uint8Array(PASTE_LIMIT_BYTES + 1)],
    ['binary', 'NUL in a text', 'ip a\u0000'],
    ['binary', 'an image', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0)],
    ['binary', 'a capture', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0)],
    ['html', 'a page', '<!DOCTYPE html><html><pre>ip a</pre></html>'],
    ['html', 'a piece of a page', '\n<div class="x">ip a</div>'],
    ['recording', 'a recording', readFileSync('conformance/recordings/tcp-hello.json')],
    ['json', 'something in JSON', '{"a":[1]}'],
    ['link', 'a link', `https://vethlab.example/#1.${'Ab-_'.repeat(20)}`],
    ['link', 'a fragment', `#1.${'Ab-_'.repeat(20)}`],
    ['link', 'a fragment of the second form', `#2.${'Ab-_'.repeat(20)}`],
    ['no-commands', 'comments', '# only\n# remarks'],
    ['no-commands', 'prompts', 'a@b:~$\na@b:~$ '],
  ])('%s: %s', (kind, _, pasted) => {
    const result = cleanPaste(pasted)
    expect(result).toMatchObject({ ok: false, error: { kind } })
    expect(result.ok ? '' : result.error.message).toMatch(/^[A-Z].*\.$/)
  })

  test('a capture is called by its name', () => {
    const result = cleanPaste(Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0))
    expect(result).toMatchObject({ error: { message: expect.stringContaining('capture') as unknown } })
  })
})

describe('any paste', () => {
  test('never throws, and a result has Unix line ends and says what was done', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(fc.nat(0x10ffff), { maxLength: 20 }).map((points) => String.fromCodePoint(...points)),
          fc.string(),
          fc.uint8Array(),
        ),
        (pasted) => {
          const result = cleanPaste(pasted)
          if (result.ok) {
            expect(result.value.text).not.toContain('\r')
            expect(result.value.text.endsWith('\n')).toBe(true)
            for (const note of result.value.notes) expect(note.message).toMatch(/\.$/)
          } else {
            expect(result.error.message).not.toBe('')
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test('commands survive any prompt', () => {
    const command = fc.constantFrom(
      'ip netns add a',
      'ip link set lo up',
      'bridge link',
      'ping -c 1 10.0.0.1',
      'x=1',
      'true',
    )
    const prompt = fc.constantFrom('a@b:~$ ', '[root@a ~]# ', '$ ', 'root@b:/tmp# ', '❯ ', 'b:~# ', '└─# ')
    fc.assert(
      fc.property(fc.array(command, { minLength: 1 }), prompt, (commands, before) => {
        const transcript = commands.map((line) => `${before}${line}\nRTNETLINK answers: No such device`).join('\n')
        expect(clean(transcript)).toBe(commands.join('\n'))
      }),
    )
  })
})
