/** Commands for files: cp, mv, rm, mkdir, touch, ln, readlink, chmod and the like. */
import type { Command, ProcessContext } from '../../process/context.ts'
import { resolvePath } from '../../process/files.ts'
import { nameNetns, netnsLink, netnsOfPath } from '../../process/namespaces.ts'
import { openForWriting, readTextFile } from '../../process/open.ts'
import { netClassLink } from '../../process/virtual-files.ts'
import { command } from '../command-error.ts'
import { getopt } from '../getopt.ts'

/** The last part of a path. */
function baseName(path: string): string {
  const name = path.replace(/\/+$/, '').replace(/^.*\//, '')
  return name === '' ? '/' : name
}

/** Where a copy goes: into a folder under its own name, or to the name itself. */
function targetOf(ctx: ProcessContext, source: string, target: string): string {
  const path = resolvePath(target, ctx.cwd)
  return ctx.machine.files.isDirectory(path) ? `${path === '/' ? '' : path}/${baseName(source)}` : path
}

const transfer = (name: 'cp' | 'mv', summary: string): Command =>
  command(name, summary, async (ctx) => {
    const { operands, problem } = getopt(ctx.args, 'afipruvnRT')
    if (problem !== undefined) return ctx.fail(`${name}: ${problem}`)
    const target = operands.at(-1)
    if (target === undefined) return ctx.fail(`${name}: missing file operand`)
    if (operands.length < 2) return ctx.fail(`${name}: missing destination file operand after '${target}'`)
    let status = 0
    for (const source of operands.slice(0, -1)) {
      const path = resolvePath(source, ctx.cwd)
      const bytes = ctx.machine.files.read(path)
      const text = bytes === undefined && name === 'cp' ? readTextFile(ctx, source) : undefined
      const to = targetOf(ctx, source, target)
      const wrote =
        bytes !== undefined
          ? ctx.machine.files.write(to, bytes)
          : text?.ok === true && ctx.machine.files.writeText(to, text.value)
      if (bytes === undefined && text?.ok !== true)
        status = await ctx.fail(`${name}: cannot stat '${source}': No such file or directory`)
      else if (!wrote)
        status = await ctx.fail(`${name}: cannot create regular file '${target}': No such file or directory`)
      else if (name === 'mv' && to !== path) ctx.machine.files.remove(path)
    }
    return status
  })

const rm = command('rm', 'remove files', async (ctx) => {
  const { options, operands } = getopt(ctx.args, 'rRfivd')
  const has = (letters: string): boolean => options.some(([letter]) => letters.includes(letter))
  let status = 0
  for (const name of operands) {
    const path = resolvePath(name, ctx.cwd)
    if (ctx.machine.files.isDirectory(path)) {
      if (has('rR')) ctx.machine.files.removeTree(path)
      else status = await ctx.fail(`rm: cannot remove '${name}': Is a directory`)
    } else if (!ctx.machine.files.remove(path) && !has('f'))
      status = await ctx.fail(`rm: cannot remove '${name}': No such file or directory`)
  }
  return status
})

const rmdir = command('rmdir', 'remove empty folders', async (ctx) => {
  let status = 0
  for (const name of ctx.args.filter((word) => !word.startsWith('-'))) {
    const path = resolvePath(name, ctx.cwd)
    const { files } = ctx.machine
    const reason = !files.exists(path)
      ? 'No such file or directory'
      : !files.isDirectory(path)
        ? 'Not a directory'
        : files.list(path).length > 0
          ? 'Directory not empty'
          : undefined
    if (reason === undefined) files.removeTree(path)
    else status = await ctx.fail(`rmdir: failed to remove '${name}': ${reason}`)
  }
  return status
})

const mkdir = command('mkdir', 'make folders', async (ctx) => {
  const { options, operands } = getopt(ctx.args, 'pvm:')
  const withParents = options.some(([letter]) => letter === 'p')
  let status = 0
  for (const name of operands) {
    const path = resolvePath(name, ctx.cwd)
    const parents = path
      .split('/')
      .slice(1, -1)
      .map((_, k, parts) => `/${parts.slice(0, k + 1).join('/')}`)
    if (withParents) for (const parent of parents) ctx.machine.files.makeDirectory(parent)
    if (ctx.machine.files.makeDirectory(path) || (withParents && ctx.machine.files.isDirectory(path))) continue
    const reason = ctx.machine.files.exists(path) ? 'File exists' : 'No such file or directory'
    status = await ctx.fail(`mkdir: cannot create directory ‘${name}’: ${reason}`)
  }
  return status
})

const touch = command('touch', 'make empty files', async (ctx) => {
  let status = 0
  for (const name of ctx.args.filter((word) => !word.startsWith('-'))) {
    const opened = openForWriting(ctx, name, true)
    if (!opened.ok) status = await ctx.fail(`touch: cannot touch '${name}': ${opened.error}`)
  }
  return status
})

/** A link to /proc/PID/ns/net in /run/netns names the namespace. There are no other links. */
const ln = command('ln', 'name a process’s namespace: ln -s /proc/PID/ns/net /run/netns/NAME', async (ctx) => {
  const { operands, problem } = getopt(ctx.args, 'sfnvT')
  if (problem !== undefined) return ctx.fail(`ln: ${problem}`)
  const [target = '', name = baseName(target)] = operands
  const path = targetOf(ctx, target, name)
  const netns = netnsOfPath(ctx, target)
  if (!path.startsWith('/run/netns/') || !target.startsWith('/proc/'))
    return ctx.fail('ln: not modelled in vethlab but for /proc/PID/ns/net in /run/netns. Copy the file with cp.')
  if (netns === undefined)
    return ctx.fail(`ln: failed to create symbolic link '${name}': there is no process behind ${target}`)
  const refusal = nameNetns(ctx, netns, baseName(path))
  return refusal === undefined ? 0 : ctx.fail(refusal)
})

const readlink = command('readlink', 'what a link points to', async (ctx) => {
  const { options, operands } = getopt(ctx.args, 'fenmqsv')
  let status = 0
  for (const name of operands) {
    const path = resolvePath(name, ctx.cwd)
    const netns = /^\/proc\/(?:self|\d+)\/ns\/net$/.test(path) ? netnsOfPath(ctx, path) : undefined
    const target = netClassLink(ctx.read, ctx.netns, path)
    const isWhole = options.some(([letter]) => 'fem'.includes(letter))
    if (netns !== undefined) await ctx.out(`${netnsLink(netns)}\n`)
    else if (target !== undefined)
      await ctx.out(`${isWhole ? `/sys/devices/virtual/net/${baseName(target)}` : target}\n`)
    else if (isWhole) await ctx.out(`${path}\n`)
    else status = 1
  }
  return status
})

const pathPart = (name: string, summary: string, part: (path: string) => string): Command =>
  command(name, summary, async (ctx) => {
    const [path, suffix = ''] = ctx.args
    if (path === undefined) return ctx.fail(`${name}: missing operand\nTry '${name} --help' for more information.`)
    const text = part(path)
    await ctx.out(
      `${suffix !== '' && text !== suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text}\n`,
    )
    return 0
  })

function folderName(path: string): string {
  const bare = path.replace(/\/+$/, '')
  if (!bare.includes('/')) return bare === '' && path !== '' ? '/' : '.'
  const folder = bare.replace(/\/+[^/]*$/, '')
  return folder === '' ? '/' : folder
}

const mktemp = command('mktemp', 'make a file under a new name', async (ctx) => {
  const { options } = getopt(ctx.args, 'dqup:t')
  const isFolder = options.some(([letter]) => letter === 'd')
  for (let number = 1; ; number++) {
    const path = `/tmp/tmp.${String(number).padStart(10, '0')}`
    if (ctx.machine.files.exists(path)) continue
    const isMade = isFolder ? ctx.machine.files.makeDirectory(path) : ctx.machine.files.writeText(path, '')
    if (!isMade) return ctx.fail('mktemp: failed to create file: No space left on device')
    await ctx.out(`${path}\n`)
    return 0
  }
})

/** Rights and owners: everybody is root, and every file may be run. */
const withoutEffect = (name: string, summary: string): Command =>
  command(name, summary, async (ctx) => {
    const [, ...files] = ctx.args.filter((word) => !/^-[a-zA-Z]+$/.test(word) || /^-[rwx]+$/.test(word))
    let status = 0
    for (const file of files) {
      if (!ctx.machine.files.exists(resolvePath(file, ctx.cwd)))
        status = await ctx.fail(`${name}: cannot access '${file}': No such file or directory`)
    }
    return status
  })

export const FILE_COMMANDS: readonly Command[] = [
  transfer('cp', 'copy files'),
  transfer('mv', 'rename files'),
  rm,
  rmdir,
  mkdir,
  touch,
  ln,
  readlink,
  pathPart('basename', 'the last part of a path', baseName),
  pathPart('dirname', 'a path without its last part', folderName),
  mktemp,
  withoutEffect('chmod', 'change rights, which do nothing here'),
  withoutEffect('chown', 'change owners, which do nothing here'),
]
