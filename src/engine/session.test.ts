import { describe, expect, test } from 'vitest'
import type { LabPush, Requests } from '../contract/protocol.ts'
import { sessionProbe, type SessionProbe } from '../testing/session-probe.ts'
import { RequestRefused } from './request-refused.ts'
import { LabSession } from './session.ts'

const LAB = `# Two machines on a cable.
ip netns add a
ip netns add b
ip -n a link set lo up
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
#%% run
ip netns exec a ping -c 1 10.0.0.2
ip netns exec a ping -c 1 -W 1 10.9.9.9
`

async function opened(text = LAB): Promise<SessionProbe> {
  const lab = sessionProbe()
  await lab.ask<'open'>({ kind: 'open', text })
  return lab
}

describe('a session', () => {
  test('opens a lab: namespaces, links, actions, no problem', async () => {
    const lab = sessionProbe()
    const answer = await lab.ask<'open'>({ kind: 'open', text: LAB })
    expect(answer.problems).toEqual([])
    expect(answer.actions.map(({ line }) => line)).toEqual([11, 12])
    expect(answer.network.namespaces.map(({ name }) => name)).toEqual(['', 'a', 'b'])
  })

  test('tells how much of a setup has run, between its slices of work', async () => {
    const pushes: LabPush[] = []
    const host = { clone: <T>(value: T): T => structuredClone(value), isSliceOver: () => true, breathe: async () => {} }
    const session = new LabSession(host, (push) => pushes.push(push))
    await session.handle({ kind: 'open', text: LAB })
    const told = pushes.flatMap((push) => (push.kind === 'building' ? [push] : []))
    expect(told.every(({ total }) => total === 8)).toBe(true)
    expect(new Set(told.map(({ done }) => done))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]))
  })

  test('begins a command at the moment that it is told, or at once when that is past, and refuses to wait for ever', async () => {
    const lab = await opened()
    const { now } = await lab.ask<'status'>({ kind: 'status' })
    const command = 'ip netns exec a ping -c 1 10.0.0.2'
    const later = await lab.ask<'run'>({ kind: 'run', command, atNs: now + 3e9 })
    expect([later.beganAt, later.exit]).toEqual([now + 3e9, 0])
    const after = await lab.ask<'status'>({ kind: 'status' })
    const atOnce = await lab.ask<'run'>({ kind: 'run', command, atNs: now })
    expect(atOnce.beganAt).toBe(after.now)
    await expect(lab.ask<'run'>({ kind: 'run', command, atNs: 1e18 })).rejects.toThrow(RequestRefused)
  })

  test('gives what interfaces saw as a capture file, of all or of one', async () => {
    const lab = await opened()
    const { network } = await lab.ask<'open'>({ kind: 'open', text: LAB })
    await lab.ask<'play'>({ kind: 'play', count: 1 })
    const all = await lab.ask<'capture'>({ kind: 'capture' })
    const device =
      network.namespaces.find(({ name }) => name === 'b')?.links.find(({ name }) => name === 'eth0')?.device ?? 0
    const one = await lab.ask<'capture'>({ kind: 'capture', device })
    const names = (file: Uint8Array): string[] => new TextDecoder('latin1').decode(file).match(/[ab]\/\w+/g) ?? []
    expect(new Set(names(all))).toEqual(new Set(['a/eth0', 'b/eth0']))
    expect(names(one)).toEqual(['b/eth0'])
    expect(one.length * 2).toBeGreaterThan(all.length - 200)
    expect(one.length).toBeLessThan(all.length)
  })

  test('names the line of what it could not use, and keeps the rest', async () => {
    const lab = sessionProbe()
    const answer = await lab.ask<'open'>({ kind: 'open', text: LAB.replace('add eth0 type', 'add eth0 typo') })
    expect(answer.problems[0]).toMatchObject({ severity: 'error', line: 5 })
    expect(answer.network.namespaces.map(({ name }) => name)).toEqual(['', 'a', 'b'])
  })

  test('plays an action; every sighting but the first of a chain has a cause that lies before it', async () => {
    const lab = await opened()
    const [action] = await lab.ask<'play'>({ kind: 'play', count: 1 })
    expect(action?.exit).toBe(0)
    const { columns } = await lab.ask<'sightings'>({ kind: 'sightings', fromNs: 0, toNs: 1e12 })
    expect(columns.count).toBeGreaterThanOrEqual(8)
    for (let k = 0; k < columns.count; k++) expect(columns.causeSeq[k]).toBeLessThan(columns.seq[k] ?? 0)
    expect([...columns.causeSeq].filter((cause) => cause === 0)).toHaveLength(1)
  })

  test('shows the tables as they were at a moment', async () => {
    const lab = await opened()
    const status = await lab.ask<'status'>({ kind: 'status' })
    await lab.ask<'play'>({ kind: 'play', count: 1 })
    const neighbours = async (at: number | undefined): Promise<number> => {
      const view = await lab.ask<'network'>(at === undefined ? { kind: 'network' } : { kind: 'network', at })
      return view.namespaces.flatMap((ns) => ns.neighbours).length
    }
    expect(await neighbours(status.now)).toBe(0)
    expect(await neighbours(undefined)).toBe(2)
  })

  test('explains an answer by ARP with the checks that led to it', async () => {
    const lab = await opened()
    await lab.ask<'play'>({ kind: 'play', count: 1 })
    const { columns } = await lab.ask<'sightings'>({ kind: 'sightings', fromNs: 0, toNs: 1e12 })
    const reply = [...columns.glyph].indexOf(1)
    const frame = await lab.ask<'frame'>({ kind: 'frame', seq: columns.seq[reply] ?? 0 })
    expect(frame.line).toContain('Reply 10.0.0.2 is-at')
    const explanation = await lab.ask<'explain'>({ kind: 'explain', seq: frame.event.cause })
    expect(explanation.checks.map(({ id }) => id)).toContain('arp.frame_is_for_us')
    expect(explanation.checks.every(({ ok }) => ok)).toBe(true)
  })

  test('says what stopped a failed action', async () => {
    const lab = await opened()
    await lab.ask<'play'>({ kind: 'play', count: 2 })
    expect(await lab.ask<'why'>({ kind: 'why', action: 0 })).toMatchObject({ ok: true })
    expect(await lab.ask<'why'>({ kind: 'why', action: 1 })).toMatchObject({ ok: false, key: 'no-route-at-sender' })
  })

  test('runs a typed command and answers queries meanwhile', async () => {
    const lab = await opened()
    const run = lab.ask<'run'>({ kind: 'run', command: 'ip netns exec b ping -c 3 10.0.0.1' })
    const status = await lab.ask<'status'>({ kind: 'status' })
    expect(status.actionCount).toBe(2)
    expect((await run).exit).toBe(0)
  })

  test('an action that does not heed its end is ended all the same', async () => {
    const lab = sessionProbe()
    await lab.ask<'open'>({ kind: 'open', text: 'ip link set lo up\n' })
    const action = await lab.ask<'run'>({ kind: 'run', command: 'trap : TERM; while sleep 1; do :; done' })
    expect(action).toMatchObject({ exit: 124, endedAt: expect.any(Number) as number })
  })

  test('a statement of the setup that never ends is stopped after ten minutes of the lab, and told of; what follows runs', async () => {
    const lab = sessionProbe()
    const opened = await lab.ask<'open'>({
      kind: 'open',
      text: 'ip link set lo up\nping 127.0.0.1\nip link add dum0 type dummy\n',
    })
    expect(opened.problems).toMatchObject([{ severity: 'error', line: 2, command: 'ping 127.0.0.1' }])
    expect(opened.problems[0]?.message).toContain('Give ping a count')
    expect(opened.network.namespaces.flatMap(({ links }) => links.map(({ name }) => name))).toEqual(['lo', 'dum0'])
  })

  test('Ctrl-C ends an endless command, and a replay with its moment gives the same run', async () => {
    const lab = await opened()
    const command = 'ip netns exec a ping 10.0.0.2'
    const { now } = await lab.ask<'status'>({ kind: 'status' })
    const typed = await lab.ask<'run'>({ kind: 'run', command, atNs: now + 1e6, interruptAtNs: now + 2.5e9 })
    expect(typed).toMatchObject({ exit: 0, interruptedAt: now + 2.5e9 })
    expect(typed.output).toContain('3 packets transmitted, 3 received')
    const again = await opened()
    const { beganAt, interruptedAt = 0 } = typed
    expect(await again.ask<'run'>({ kind: 'run', command, atNs: beganAt, interruptAtNs: interruptedAt })).toEqual(typed)
  })

  test('a command that begins late gets its Ctrl-C as late', async () => {
    const lab = await opened()
    await lab.ask<'run'>({ kind: 'run', command: 'sleep 2', settleNs: 0 })
    const { now } = await lab.ask<'status'>({ kind: 'status' })
    const command = 'ip netns exec a ping 10.0.0.2'
    const run = await lab.ask<'run'>({ kind: 'run', command, atNs: 1e9, interruptAtNs: 2.5e9 })
    expect([run.beganAt, run.interruptedAt]).toEqual([now, now + 1.5e9])
  })

  test('Ctrl-C that is told while a command runs lands at the live edge', async () => {
    let isTold = false
    let isOpen = false
    const session = new LabSession(
      {
        clone: structuredClone,
        isSliceOver: () => isOpen && !isTold && tell(),
        breathe: () => Promise.resolve(),
      },
      () => undefined,
    )
    const tell = (): boolean => {
      const status = session.handle({ kind: 'status' })
      void status.then(async (answer) => {
        const { now, running } = answer as { now: number; running: boolean }
        if (!running || isTold || now < 5e9) return
        isTold = true
        await session.handle({ kind: 'interrupt' })
      })
      return true
    }
    await session.handle({ kind: 'open', text: LAB })
    isOpen = true
    const run = { kind: 'run', command: 'ip netns exec a ping 10.0.0.2' } as const
    const action = (await session.handle(run)) as Requests['run']['answer']
    expect(action.exit).toBe(0)
    expect(action.interruptedAt).toBeGreaterThan(5e9)
    // What had been sent by then is still let through.
    expect((action.endedAt ?? 0) - (action.interruptedAt ?? 0)).toBeLessThan(1e6)
  })

  test('Ctrl-C to a command that has ended meanwhile does nothing to the next one', async () => {
    const lab = await opened()
    const ended = await lab.ask<'run'>({ kind: 'run', command: 'true', interruptAtNs: 60e9 })
    expect(ended.interruptedAt).toBeUndefined()
    const next = await lab.ask<'run'>({ kind: 'run', command: 'sleep 50 && echo done', atNs: 20e9 })
    expect(next).toMatchObject({ exit: 0, output: 'done\n', interruptedAt: undefined })
  })

  test('a lab that cannot be read leaves the one before it open', async () => {
    const lab = await opened()
    await lab.ask<'open'>({ kind: 'open', text: 'ip netns add ((((' })
    await lab.ask<'open'>({ kind: 'open', text: LAB })
    expect((await lab.ask<'status'>({ kind: 'status' })).actionCount).toBe(2)
  })

  test('refuses questions before a lab is open, in words for people', async () => {
    await expect(sessionProbe().ask<'status'>({ kind: 'status' })).rejects.toThrow(RequestRefused)
  })

  test(
    'a storm in a loop of bridges stops at the limit and names the bridges; the lab goes on without its frames',
    { timeout: 60_000 },
    async () => {
      const loop = `ip netns add s
${['x', 'y'].map((br) => `ip -n s link add ${br} type bridge\nip -n s link set ${br} up`).join('\n')}
${[1, 2].map((k) => `ip -n s link add x${k} type veth peer name y${k}\nip -n s link set x${k} master x\nip -n s link set y${k} master y\nip -n s link set x${k} up\nip -n s link set y${k} up`).join('\n')}
ip -n s addr add 10.0.0.1/24 dev x
#%% run
ip netns exec s ping -c 1 -W 1 10.0.0.9
`
      const lab = await opened(loop)
      await lab.ask<'play'>({ kind: 'play', count: 1 })
      expect(lab.pushes).toContainEqual(
        expect.objectContaining({
          kind: 'limit',
          message: expect.stringMatching(/Broadcast storm.*s\/x, s\/y/) as string,
          bridges: ['s/x', 's/y'],
        }),
      )
      expect((await lab.ask<'network'>({ kind: 'network' })).namespaces).toHaveLength(2)
      const told = lab.pushes.length
      const stoppedAt = (await lab.ask<'status'>({ kind: 'status' })).now
      const cut = await lab.ask<'run'>({ kind: 'run', command: 'ip -n s link set x2 nomaster' })
      expect(cut).toMatchObject({ beganAt: stoppedAt, exit: 0 })
      const ping = await lab.ask<'run'>({ kind: 'run', command: 'ip netns exec s ping -c 1 -W 1 10.0.0.9' })
      expect(ping.output).toContain('1 packets transmitted, 0 received')
      expect(lab.pushes.slice(told).filter(({ kind }) => kind === 'limit')).toEqual([])
      expect((await lab.ask<'frame'>({ kind: 'frame', seq: cut.firstSeq - 1 })).drop).toBe('storm.ended')
      // Looking back passes the end of the storm as it happened.
      const { now } = await lab.ask<'status'>({ kind: 'status' })
      const before = await lab.ask<'network'>({ kind: 'network', at: now - 1 })
      const links = before.namespaces.find(({ name }) => name === 's')?.links ?? []
      expect(links.filter(({ master }) => master !== 0).map(({ name }) => name)).not.toContain('x2')
      expect((await lab.ask<'explain'>({ kind: 'explain', seq: ping.firstSeq + 3 })).seq).toBe(ping.firstSeq + 3)
    },
  )
})
