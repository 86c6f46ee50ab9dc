import { describe, expect, test } from 'vitest'
import type { TerminalPlace } from '../contract/protocol.ts'
import { TerminalBench } from '../testing/terminal-bench.ts'

const LAB = `ip netns add a
ip netns add ctr
ip netns add b
ip -n a link set lo up
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a link add c0 type veth peer name eth0 netns ctr
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
`

const ON_A: TerminalPlace = { machine: 'a', namespace: 'a', visible: [['ns0', 'ctr']] }
const BENCH: TerminalPlace = { machine: 'bench', namespace: '' }

describe('a terminal on a machine', () => {
  test('prompts, runs a command in its namespace, and the journal has it as the bench would run it', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    expect(seat.prompt()).toBe('root@a:~# ')
    await seat.type('ping -c 1 10.0.0.2\n')
    expect(seat.screen()).toContain('1 packets transmitted, 1 received')
    expect(seat.prompt()).toBe('root@a:~# ')
    expect(await bench.actions()).toMatchObject([
      { command: 'ip netns exec a ping -c 1 10.0.0.2', line: 0, exit: 0, output: seat.screen() },
    ])
  })

  test('sees its own namespaces by their aliases, and no others', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('ip netns\n')
    await seat.type('ip -n b link\n')
    expect(seat.screen()).toBe('ns0 (id: 1)\nCannot open network namespace "b": No such file or directory\n')
    const other = await bench.sit(BENCH)
    await other.type('ip netns\n')
    expect(other.screen()).toBe('b\nctr\na\n')
  })

  test('shells push a place, exit and Ctrl-D pop it; opening a shell is no action', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('ip netns exec ns0 bash\n')
    expect(seat.prompt()).toBe('root@ns0:~# ')
    await seat.type('ip link set lo up\n')
    await seat.type('sudo -i\n')
    await seat.type('nsenter --net=ns0\n')
    expect(seat.prompt()).toBe('root@ns0:~# ')
    await seat.type('exit\n')
    await seat.type('')
    await seat.type('exit 3\n')
    expect(seat.prompt()).toBe('root@a:~# ')
    await seat.type('echo $?\n')
    expect(seat.screen()).toBe('exit\n3\n')
    expect(await bench.commands()).toEqual(['ip netns exec ctr ip link set lo up', "ip netns exec a bash -c 'echo $?'"])
    await seat.type('')
    expect(seat.isEnded()).toBe(true)
    await expect(seat.type('x\n')).rejects.toThrow('the terminal has ended')
  })

  test('a shell in a namespace of its own is replayed: something holds the namespace as long as the shell was open', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(BENCH)
    for (const line of ['unshare -n bash', 'ip link set lo up', 'ping -c 1 127.0.0.1', 'exit', 'ip netns']) {
      await seat.type(`${line}\n`)
    }
    expect(seat.screen()).toContain('1 received')
    const actions = await bench.actions()
    expect(actions.map(({ command }) => command)).toEqual([
      'unshare -n sleep infinity',
      'ip netns exec unshared-1 ip link set lo up',
      'ip netns exec unshared-1 ping -c 1 127.0.0.1',
      'ip netns',
    ])
    const inputs = actions.map(({ command, beganAt, interruptedAt }) => ({
      kind: 'command' as const,
      command,
      atNs: beganAt,
      ...(interruptedAt === undefined ? {} : { interruptAtNs: interruptedAt }),
    }))
    const again = await TerminalBench.open(LAB)
    await again.ask<'replay'>({ kind: 'replay', inputs })
    const replayed = await again.actions()
    expect(replayed.slice(1).map(({ output }) => output)).toEqual(actions.slice(1).map(({ output }) => output))
  })

  test('what the shell remembers goes with a command into the journal', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('peer=10.0.0.2\n')
    await seat.type('ping -c 1 -q $peer | tail -1\n')
    const last = (await bench.actions()).at(-1)
    expect(last?.command).toBe("ip netns exec a bash -c 'peer=10.0.0.2; ping -c 1 -q $peer | tail -1'")
    const again = await TerminalBench.open(LAB)
    const run = await again.ask<'run'>({ kind: 'run', command: last?.command ?? '', atNs: last?.beganAt ?? 0 })
    expect([run.exit, run.output]).toEqual([0, last?.output])
  })

  test('what exec redirects stays so from line to line, and an EXIT trap waits for the shell to end', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type("trap 'echo bye' EXIT\n")
    await seat.type('exec 3>&1 >/tmp/log\n')
    await seat.type('echo first\n')
    await seat.type('echo second >&3\n')
    await seat.type('exec >&3 3>&-\n')
    expect(seat.screen()).toBe('second\n')
    await seat.type('cat /tmp/log\n')
    expect(seat.screen()).toBe('second\nfirst\n')
    await seat.type('exit\n')
    expect(seat.screen()).toContain('bye\n')
    expect(seat.isEnded()).toBe(true)
  })

  test('files are the machine’s, also for its next terminal', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('echo kept > /tmp/note\n')
    const second = await bench.sit({ ...ON_A, namespace: 'ctr' })
    await second.type('cat /tmp/note\n')
    expect([second.screen(), second.prompt()]).toEqual(['kept\n', 'root@ns0:~# '])
    const other = await bench.sit({ machine: 'b', namespace: 'b', visible: [] })
    await other.type('cat /tmp/note\n')
    expect(other.screen()).toContain('No such file or directory')
  })
})

describe('input', () => {
  test('a paste runs line by line, each line shown behind its prompt', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('true\nfor i in 1 2; do\n  echo $i\ndone\necho end\n')
    expect(seat.screen()).toBe('root@a:~# for i in 1 2; do\n>   echo $i\n> done\n1\n2\nroot@a:~# echo end\nend\n')
    expect(await bench.commands()).toHaveLength(3)
  })

  test('two hundred pasted lines build their lab', async () => {
    const bench = await TerminalBench.open('')
    const seat = await bench.sit(BENCH)
    const lines = Array.from({ length: 100 }, (_, k) => `ip netns add n${k}\nip -n n${k} link set lo up\n`)
    await seat.type(lines.join(''))
    const { namespaces } = await bench.ask<'network'>({ kind: 'network' })
    expect(namespaces.filter(({ name, links }) => name !== '' && links[0]?.up === true)).toHaveLength(100)
    expect(await bench.commands()).toHaveLength(200)
  })

  test('a program that reads gets what is typed, and its end', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('cat\n')
    expect(seat.prompt()).toBeUndefined()
    await seat.type('hello\n')
    await seat.type('')
    expect([seat.screen(), seat.prompt()]).toEqual(['hello\n', 'root@a:~# '])
  })

  test('Ctrl-C at the prompt gives a new one and forgets a half command', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('if true\n')
    expect(seat.prompt()).toBe('> ')
    await seat.interrupt()
    expect([seat.screen(), seat.prompt()]).toEqual(['^C\n', 'root@a:~# '])
  })

  test('a loop without end ends in a message, and the next command has a budget of its own', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('while true; do :; done\n')
    expect(seat.screen()).toMatch(/^bash: line 1: this loop has run 10,000 commands without end\n$/)
    await seat.type('echo fine\n')
    expect(seat.screen()).toMatch(/fine\n$/)
    expect(seat.prompt()).toBe('root@a:~# ')
  })

  test('pipes stream; a background job is announced when it is done', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('while true; do echo y; done | head -2\n')
    expect(seat.screen()).toBe('y\ny\n')
    await seat.type('sleep 2 &\n')
    expect(seat.screen()).toMatch(/\[1\] \d+\n$/)
    const { isPaced, now } = await bench.ask<'status'>({ kind: 'status' })
    expect(isPaced).toBe(true)
    for (let at = now; at < now + 3e9; at += 1e8) await bench.pace(at)
    await seat.type('true\n')
    expect(seat.screen()).toMatch(/\[1\]\+ {2}Done +sleep 2\n$/)
  })
})

describe('what goes on until it is stopped', () => {
  test('time passes only as far as the page allows, and Ctrl-C lands there', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    const began = await bench.now()
    await seat.type('ping 10.0.0.2\n')
    expect(await bench.now()).toBe(began)
    for (let at = began; at <= began + 2.5e9; at += 1e8) {
      const { now, isPaced } = await bench.pace(at)
      expect([now <= at, isPaced]).toEqual([true, true])
    }
    expect(seat.screen().match(/icmp_seq/g)).toHaveLength(3)
    await seat.interrupt()
    expect(seat.screen()).toContain('^C\n--- 10.0.0.2 ping statistics ---\n3 packets transmitted, 3 received')
    expect(seat.prompt()).toBe('root@a:~# ')
    const [action] = await bench.actions()
    expect(action).toMatchObject({ exit: 0, beganAt: began, interruptedAt: began + 2.5e9 })
    const again = await TerminalBench.open(LAB)
    const { command, beganAt, interruptedAt = 0 } = action!
    const run = await again.ask<'run'>({ kind: 'run', command, atNs: beganAt, interruptAtNs: interruptedAt })
    expect(run.output).toBe(action?.output)
  })

  test.each(['tcpdump -n -i eth0', 'ip monitor', 'sleep infinity', 'nc -l -p 80', 'cat'])(
    '%s waits beside it, and no time runs away',
    async (command) => {
      const bench = await TerminalBench.open(LAB)
      const endless = await bench.sit(ON_A)
      const waiting = await bench.sit({ machine: 'b', namespace: 'b', visible: [] })
      await endless.type('ping 10.0.0.2\n')
      const began = await bench.now()
      await waiting.type(`${command}\n`)
      expect(await bench.now()).toBe(began)
      expect(waiting.prompt()).toBeUndefined()
      await waiting.interrupt()
      expect(waiting.prompt()).toBe('root@b:~# ')
      expect(await bench.now()).toBe(began)
    },
  )

  test('a finite command beside it runs to its end; each has its own frames', async () => {
    const bench = await TerminalBench.open(LAB)
    const endless = await bench.sit(ON_A)
    const finite = await bench.sit({ machine: 'b', namespace: 'b', visible: [] })
    const began = await bench.now()
    await endless.type('ping 10.0.0.2\n')
    await finite.type('ping -c 3 10.0.0.1\n')
    expect(finite.screen()).toContain('3 packets transmitted, 3 received')
    expect(finite.prompt()).toBe('root@b:~# ')
    expect(endless.prompt()).toBeUndefined()
    expect(await bench.now()).toBeLessThan(began + 3e9)
    await endless.interrupt()
    const actions = await bench.actions()
    expect(actions.map(({ exit }) => exit)).toEqual([0, 0])
    const { columns } = await bench.ask<'sightings'>({ kind: 'sightings', fromNs: 0, toNs: 1e12 })
    expect(columns.count).toBeGreaterThan(20)
  })

  test('a server waits without time passing; its client ends it', async () => {
    const bench = await TerminalBench.open(LAB)
    const server = await bench.sit({ machine: 'b', namespace: 'b', visible: [] })
    const began = await bench.now()
    await server.type('nc -l 8080\n')
    expect([server.prompt(), await bench.now()]).toEqual([undefined, began])
    const client = await bench.sit(ON_A)
    await client.type('echo hi | nc -N 10.0.0.2 8080\n')
    for (let at = await bench.now(); server.prompt() === undefined && at < began + 20e9; at += 1e8) await bench.pace(at)
    expect(server.screen()).toBe('hi\n')
  })

  test('closing the terminal ends what runs in it', async () => {
    const bench = await TerminalBench.open(LAB)
    const seat = await bench.sit(ON_A)
    await seat.type('ping 10.0.0.2\n')
    await bench.ask<'terminalClose'>({ kind: 'terminalClose', terminal: seat.id })
    expect((await bench.ask<'status'>({ kind: 'status' })).isPaced).toBe(false)
    expect(seat.isEnded()).toBe(true)
    expect((await bench.actions())[0]?.endedAt).toBeDefined()
  })
})

describe('Tab', () => {
  const complete = async (place: TerminalPlace, line: string): Promise<{ from: number; words: readonly string[] }> => {
    const bench = await TerminalBench.open(LAB)
    const { id: terminal } = await bench.sit(place)
    return bench.ask<'terminalComplete'>({ kind: 'terminalComplete', terminal, line, cursor: line.length })
  }

  test.each([
    ['pi', 0, ['ping ']],
    ['sudo arpi', 5, ['arping ']],
    ['true && brid', 8, ['bridge ']],
    ['ip ro', 3, ['route ']],
    ['ip route a', 9, ['add ', 'append ']],
    ['ip link add x type mac', 19, ['macvlan ']],
    ['ip link set e', 12, ['eth0 ']],
    ['ip r add default dev c', 21, ['c0 ']],
    ['ip netns exec n', 14, ['ns0 ']],
    ['ip netns exec ns0 ip link show dev ', 35, ['eth0 ', 'lo ']],
    ['ip -n ns0 addr show e', 20, ['eth0 ']],
    ['ping -I et', 8, ['eth0 ']],
    ['bridge fdb sh', 11, ['show ']],
    ['sysctl net.ipv4.conf.eth0.proxy_arp_p', 7, ['net.ipv4.conf.eth0.proxy_arp_pvlan']],
    ['cat /etc/host', 9, ['hostname ', 'hosts ']],
    ['echo x >/et', 9, ['etc/']],
    ['echo $HO', 6, ['HOME']],
  ])('%s', async (line, from, words) => {
    const found = await complete(ON_A, line)
    expect(found.from).toBe(from)
    expect(found.words).toEqual(expect.arrayContaining(words))
    expect(found.words).toHaveLength(words.length)
  })
})
