/** `ls`: files, folders, and the parts of /proc and /sys that show the kernel's tables. */
import { resolvePath } from '../../process/files.ts'
import { isFolder, listFolder } from '../../process/folders.ts'
import { pathExists } from '../../process/open.ts'
import { netClassLink } from '../../process/virtual-files.ts'
import type { ProcessContext } from '../../process/context.ts'
import { command } from '../command-error.ts'
import { getopt } from '../getopt.ts'

/** Everything is root's; what stands behind a name in the long form does not change. */
const OWNER = '1 root root'
const LAB_START = 'Jan  1  1970'

export const ls = command('ls', 'list files', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'alhtr1dAFRSi')
  if (problem !== undefined) return ctx.fail(`ls: ${problem}\nTry 'ls --help' for more information.`, 2)
  const has = (letter: string): boolean => options.some(([each]) => each === letter)
  const names = operands.length === 0 ? ['.'] : operands
  const isInside = (name: string): boolean => !has('d') && isFolder(ctx, resolvePath(name, ctx.cwd))
  const line = (folder: string, name: string): string => (has('l') ? longLine(ctx, folder, name) : `${name}\n`)
  let status = 0
  for (const name of names) {
    if (isInside(name) || pathExists(ctx, resolvePath(name, ctx.cwd))) continue
    status = await ctx.fail(`ls: cannot access '${name}': No such file or directory`, 2)
  }
  const files = names.filter((name) => !isInside(name) && pathExists(ctx, resolvePath(name, ctx.cwd)))
  await ctx.out(files.map((name) => line('', name)).join(''))
  const folders = names.filter(isInside)
  for (const [k, name] of folders.entries()) {
    const path = resolvePath(name, ctx.cwd)
    const inside = listFolder(ctx, path) ?? []
    const gap = k > 0 || files.length > 0 ? '\n' : ''
    const head = names.length > 1 ? `${gap}${name}:\n` : ''
    const total = has('l') ? 'total 0\n' : ''
    await ctx.out(head + total + inside.map((file) => line(`${path}/`, file)).join(''))
  }
  return status
})

function longLine(ctx: ProcessContext, folder: string, name: string): string {
  const path = resolvePath(folder + name, ctx.cwd)
  const target = netClassLink(ctx.read, ctx.netns, path)
  if (target !== undefined) return `lrwxrwxrwx ${OWNER} 0 ${LAB_START} ${name} -> ${target}\n`
  if (isFolder(ctx, path)) return `drwxr-xr-x ${OWNER} 0 ${LAB_START} ${name}\n`
  const length = ctx.machine.files.read(path)?.length ?? 4096
  return `-rw-r--r-- ${OWNER} ${length} ${LAB_START} ${name}\n`
}
