import { expect, test } from 'vitest'
import { FakeKernel } from '../../testing/fake-kernel.ts'
import { Budget } from './budget.ts'
import { ByteQueue } from './byte-queue.ts'
import { ProcessContext } from './context.ts'
import { createMachine } from './machine.ts'
import { FIRST_PID, ProcessRunner, type Program } from './runner.ts'
import { completeLength, decodeUtf8, encodeUtf8 } from './utf8.ts'

function setUp(): { kernel: FakeKernel; runner: ProcessRunner; start: (program: Program) => { ctx: ProcessContext } } {
  const kernel = new FakeKernel()
  const runner = new ProcessRunner(kernel)
  const machine = createMachine('m', 1)
  const start = (program: Program): { ctx: ProcessContext } => {
    const process = runner.create({ name: 'test' })
    const settings = { netns: 1, machine, args: [], env: new Map<string, string>(), cwd: '/', streams: new Map() }
    const ctx = new ProcessContext({ runner, process, commands: () => undefined, budget: new Budget(100), settings })
    runner.start(program, ctx)
    return { ctx }
  }
  return { kernel, runner, start }
}

test('idle resolves when every process waits; pids count up from a fixed number', async () => {
  const { kernel, runner, start } = setUp()
  const log: string[] = []
  const first = start(async (ctx) => {
    log.push('a')
    await ctx.sleep(1000)
    log.push(`a woke at ${ctx.now}`)
    return 0
  })
  start(async (ctx) => {
    log.push('b')
    await ctx.sleep(500)
    log.push(`b woke at ${ctx.now}`)
    return 3
  })
  expect(first.ctx.process.pid).toBe(FIRST_PID)
  await runner.idle()
  expect([log, runner.blockedCount, kernel.nowNs]).toEqual([['a', 'b'], 2, 0])
  await kernel.settle(runner)
  expect(log.slice(2)).toEqual(['b woke at 500', 'a woke at 1000'])
  expect(runner.blockedCount).toBe(0)
})

test('processes run in the order of the notices, not in that of their start', async () => {
  const { kernel, runner, start } = setUp()
  const log: string[] = []
  const wait =
    (name: string, socket: number): Program =>
    async (ctx) => {
      log.push(`${name} ${await ctx.waitReadable(socket, 100)}`)
      return 0
    }
  start(wait('a', 7))
  start(wait('b', 8))
  start(wait('c', 9))
  await runner.idle()
  runner.wake({ kind: 'socket', socket: 9 })
  runner.wake({ kind: 'socket', socket: 7 })
  await runner.idle()
  expect(log).toEqual(['c ready', 'a ready'])
  expect(kernel.callsOf('timer.cancel').length).toBe(2)
  await kernel.settle(runner)
  expect(log.at(-1)).toBe('b timeout')
})

test('a queue holds only so much: the writer waits for the reader, the reader for the writer', async () => {
  const { kernel, runner, start } = setUp()
  const queue = new ByteQueue(runner, 4)
  const [input, output] = [queue.readEnd(), queue.writeEnd()]
  input.retain()
  output.retain()
  const log: string[] = []
  start(async (ctx) => {
    await output.write(ctx.process, encodeUtf8('abcdefghij'))
    log.push('written')
    output.release()
    return 0
  })
  await runner.idle()
  expect([queue.length, log, runner.blockedCount]).toEqual([4, [], 1])
  start(async (ctx) => {
    for (let part = await input.read(ctx.process, 3); part !== undefined; part = await input.read(ctx.process, 3))
      log.push(decodeUtf8(part))
    log.push('end')
    return 0
  })
  await kernel.settle(runner)
  expect(log.filter((entry) => entry !== 'written').join('')).toBe('abcdefghijend')
})

test('writing to a pipe that nobody reads ends the writer with SIGPIPE', async () => {
  const { kernel, runner, start } = setUp()
  const queue = new ByteQueue(runner)
  const { ctx } = start(async (inner) => {
    await queue.writeEnd().write(inner.process, encodeUtf8('x'))
    return 0
  })
  await kernel.settle(runner)
  expect(ctx.process.status).toBe(141)
})

test('a signal ends a waiting process, wakes one that catches it, and passes one that ignores it', async () => {
  const { kernel, runner, start } = setUp()
  const sleeper: Program = async (ctx) => ((await ctx.sleep(10)) === 'interrupted' ? 5 : 0)
  const plain = start(sleeper).ctx.process
  const catching = start(async (ctx) => {
    ctx.catchInterrupts()
    return sleeper(ctx)
  }).ctx.process
  const ignoring = start(sleeper).ctx.process
  ignoring.onInterrupt = 'ignore'
  await runner.idle()
  for (const process of [plain, catching, ignoring]) runner.signal(process, 'INT')
  await runner.idle()
  expect([plain.status, catching.status, ignoring.state]).toEqual([130, 5, 'blocked'])
  runner.signal(ignoring, 'TERM')
  await kernel.settle(runner)
  expect(ignoring.status).toBe(143)
})

test('a program that breaks is reported to who waits for idle', async () => {
  const { runner, start } = setUp()
  start(async () => {
    throw new Error('broken')
  })
  await expect(runner.idle()).rejects.toThrow('broken')
  await expect(runner.idle()).resolves.toBeUndefined()
})

test('UTF-8', () => {
  const text = 'aé€😀‘’'
  expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text))
  expect(decodeUtf8(encodeUtf8(text))).toBe(text)
  expect(decodeUtf8(Uint8Array.of(0x61, 0xff, 0xe2, 0x82))).toBe('a\ufffd\ufffd\ufffd')
  expect([1, 2, 3].map((length) => completeLength(encodeUtf8('€').slice(0, length)))).toEqual([0, 0, 3])
})
