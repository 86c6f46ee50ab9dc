import { expect, test } from 'vitest'
import { FakeKernel } from '../../testing/fake-kernel.ts'
import { createShell } from '../api.ts'

async function run(text: string, options: { maxSteps?: number } = {}): Promise<{ exit: number; output: string }> {
  const kernel = new FakeKernel()
  const shell = createShell({ kernel, ...options })
  const { exit, output } = await kernel.drive(shell.runner, shell.runCommand(text))
  return { exit, output }
}

async function output(text: string): Promise<string> {
  return (await run(text)).output
}

test('words expand as in bash', async () => {
  expect(await output('a=1; b="x  y"; echo $a "$b" $b \'$a\' \\$a "a b"c ""')).toBe('1 x  y x y $a $a a bc \n')
  expect(await output('echo ${x:-no} ${x-no} ${x:=yes} $x ${x:+set} ${#x} ${x%s} ${x#y} ${x/e/E} ${x:1} ${x^^}')).toBe(
    'no no yes yes set 3 ye es yEs es YES\n',
  )
  expect(await output('echo {a,b}{1..3} x{1,2}y')).toBe('a1 a2 a3 b1 b2 b3 x1y x2y\n')
  expect(await output('echo $((1+2*3)) $((2**10)) $(( (1+2)*3 )) $((7/2)) $((0x10)) $((5>3&&1))')).toBe(
    '7 1024 9 3 16 1\n',
  )
  expect(await output('cd /tmp; echo ~ ~/x $PWD; echo $(echo $(echo deep)) `echo old`')).toBe(
    '/root /root/x /tmp\ndeep old\n',
  )
})

test('loops, conditions, functions', async () => {
  expect(await output('for i in a b; do for j in 1 2; do [ $j = 2 ] && continue 2; echo $i$j; done; done')).toBe(
    'a1\nb1\n',
  )
  expect(await output('i=0; while [ $i -lt 5 ]; do i=$((i+1)); [ $i -eq 3 ] && break; done; echo $i')).toBe('3\n')
  expect(await output('for ((i=0;i<3;i++)); do echo $i; done')).toBe('0\n1\n2\n')
  expect(
    await output('if false; then echo a; elif true; then echo b; else echo c; fi; until true; do echo no; done'),
  ).toBe('b\n')
  expect(await output('f() { local v=in; echo $v $1 $#; return 3; }; v=out; f x y; echo $? $v')).toBe('in x 2\n3 out\n')
  expect(await output('case ip-add in ip-*) echo yes;; *) echo no;; esac')).toBe('yes\n')
  expect(await output('[[ eth0 == eth* && ! -z x ]] && echo match; (( 3 > 2 )) && echo more')).toBe('match\nmore\n')
})

test('pipes, redirections and files', async () => {
  expect(await output('echo hello | read x; echo "$x"; echo a b | { read x y; echo $y; }')).toBe('\nb\n')
  expect(await output('echo one > /tmp/f; echo two >> /tmp/f; while read l; do echo "<$l>"; done < /tmp/f')).toBe(
    '<one>\n<two>\n',
  )
  expect(await output('{ echo out; echo err >&2; } 2>/dev/null; { echo out; echo err >&2; } 2>&1')).toBe(
    'out\nout\nerr\n',
  )
  expect(await output('while read a b; do echo $b-$a; done <<EOF\nx $((1+1))\ny z\nEOF\n')).toBe('2-x\nz-y\n')
  expect(await output('echo 1 > /proc/sys/net/ipv4/ip_forward; read x < /proc/sys/net/ipv4/ip_forward; echo $x')).toBe(
    '1\n',
  )
  expect(await run('echo x > /nowhere/f')).toEqual({ exit: 1, output: 'bash: /nowhere/f: No such file or directory\n' })
})

test('a pipe streams: the writer stops when the reader has gone', async () => {
  expect(await output('while true; do echo y; done | { read x; echo got $x; }')).toBe('got y\n')
  const { output: text, exit } = await run('set -o pipefail; while true; do echo y; done | read x; echo $?')
  expect([text, exit]).toEqual(['141\n', 0])
})

test('jobs run side by side in virtual time', async () => {
  const kernel = new FakeKernel()
  const shell = createShell({ kernel })
  const slow = shell.runCommand('(sleep 2; echo slow) & (sleep 1; echo fast) & wait; echo done $!')
  const result = await kernel.drive(shell.runner, slow)
  expect(result.output).toBe('fast\nslow\ndone 103\n')
  expect(kernel.nowNs).toBe(2_000_000_000)
})

test('output of a background job arrives after its shell has ended', async () => {
  const kernel = new FakeKernel()
  const shell = createShell({ kernel })
  const run = shell.runCommand('sleep 1 && echo late &')
  const result = await kernel.drive(shell.runner, run)
  expect(result).toMatchObject({ exit: 0, output: '' })
  await kernel.settle(shell.runner)
  expect(run.output).toBe('late\n')
})

test('Ctrl-C ends what waits', async () => {
  const kernel = new FakeKernel()
  const shell = createShell({ kernel })
  const run = shell.runCommand('sleep 100; echo not reached')
  kernel.at(5_000_000_000, () => run.interrupt())
  expect(await kernel.drive(shell.runner, run)).toMatchObject({ exit: 130, output: '' })
})

test('exit status, set -e, negation', async () => {
  expect(await run('false || exit 7')).toEqual({ exit: 7, output: '' })
  expect(await run('set -e; false || true; ! true; if false; then :; fi; echo on; false; echo off')).toEqual({
    exit: 1,
    output: 'on\n',
  })
  expect(await run('set -u; echo $nothing; echo after')).toEqual({
    exit: 1,
    output: 'bash: nothing: unbound variable\n',
  })
  expect(await output('set -x; a=1; echo "a b" $a')).toBe("+ a=1\n+ echo 'a b' 1\na b 1\n")
})

test('unknown commands and commands that are left out say so', async () => {
  expect(await run('frobnicate -x')).toEqual({ exit: 127, output: 'bash: frobnicate: command not found\n' })
  const left = await run('tc qdisc add dev eth0 root netem delay 10ms')
  expect(left.exit).toBe(127)
  expect(left.output).toMatch(/^tc: not part of vethlab\. /)
  expect(await output("bash -c 'nosuch; echo $0 $1' name arg")).toBe(
    'name: line 1: nosuch: command not found\nname arg\n',
  )
})

test.each([
  ["awk 'BEGIN{while(1){}}'", 'the script has run 10,000 commands without end'],
  ['x=$(yes)', 'the script has run 10,000 commands without end'],
  ['yes > /dev/null', 'the script has run 10,000 commands without end'],
  ['cat /dev/zero > /dev/null', 'the script has written 16 MB without end'],
  ['x=aa; while :; do x=$x$x; done', 'xmalloc: cannot allocate 1048576 bytes'],
  ['set -- a b; while :; do set -- "$@" "$@"; done', 'Argument list too long'],
  ['echo {a..z}{a..z}{a..z}{a..z}{a..z}', 'Argument list too long'],
  ["printf '%999999999s' x", 'printf: 999999999: Numerical result out of range'],
])('%s ends with a message', async (text, message) => {
  const { exit, output: printed } = await run(text)
  expect(exit).toBe(1)
  expect(printed).toMatch(/^bash: /)
  expect(printed.trimEnd().endsWith(message)).toBe(true)
})

test('a loop without end becomes a message that names its line', async () => {
  expect(await run('echo start\nwhile true; do\n  :\ndone')).toEqual({
    exit: 1,
    output: 'start\nbash: line 2: this loop has run 10,000 commands without end\n',
  })
  expect((await run('f() { f; }; f')).output).toMatch(/has called itself 200 times/)
})

test('a script reports each statement, goes on after a failure, and names lines', async () => {
  const kernel = new FakeKernel()
  const shell = createShell({ kernel })
  const reports: string[] = []
  const text = '# comment\nip netns add a\nip netns add a\n\nnosuch one\nif true; then\nip netns add b\n'
  const run = shell.runScript(text, {
    trace: true,
    onStatement: ({ line, exit, errors }) => reports.push(`${line} ${exit} ${errors.trim()}`),
  })
  const result = await kernel.drive(shell.runner, run)
  expect(reports).toEqual([
    '2 0 ',
    '3 1 Cannot create namespace file "/run/netns/a": File exists',
    '5 127 bash: line 5: nosuch: command not found',
    '8 2 bash: line 8: syntax error: line 8, column 1: “if” has no “fi”. Write “fi” where the “if” ends.',
  ])
  expect(result.output).toContain('+ ip netns add a\n')
  expect(result.failures.map(({ line, command }) => `${line} ${command}`)).toEqual([
    '3 ip netns add a',
    '5 nosuch one',
    '8 ',
  ])
})

test('statements of the setup share variables and functions', async () => {
  const kernel = new FakeKernel()
  const shell = createShell({ kernel })
  await kernel.drive(shell.runner, shell.runStatement('n=lab; mk() { ip netns add $n$1; }', { line: 1 }))
  await kernel.drive(shell.runner, shell.runStatement('for i in 1 2; do mk $i; done', { line: 2 }))
  expect(kernel.callsOf('netns.add').map(({ name }) => name)).toEqual(['lab1', 'lab2'])
})

test('timeout, sudo, env, ip netns exec pass through', async () => {
  expect(await run('timeout 1 sleep 5')).toEqual({ exit: 124, output: '' })
  expect(
    await output(
      "ip netns add n; sudo ip netns exec n bash -c 'ip netns identify; X=$1; echo $X' - v; A=1 env B=2 bash -c 'echo $A$B'",
    ),
  ).toBe('n\nv\n12\n')
})
