/** Expansion of patterns to the names of files: the machine's, and those of /proc/sys and /sys/class/net. */
import type { ProcessContext } from '../process/context.ts'
import { resolvePath } from '../process/files.ts'
import { listFolder } from '../process/folders.ts'
import { pathExists } from '../process/open.ts'
import { hasPattern, matchesPattern, plainText } from './pattern.ts'

/** Names that one pattern may stand for. */
const MOST_NAMES = 5000

/** The paths that a pattern matches, sorted; none where nothing does. */
export function matchingPaths(ctx: ProcessContext, pattern: string): readonly string[] {
  const segments = pattern.split('/')
  let found: readonly string[] = [segments[0] === '' ? '/' : '']
  for (const [k, segment] of segments.entries()) {
    if (segment === '') continue
    const isLast = segments.slice(k + 1).every((rest) => rest === '')
    found = found.flatMap((folder) => step(ctx, folder, segment)).slice(0, MOST_NAMES)
    if (!isLast) found = found.map((path) => `${path}/`)
  }
  const end = pattern.endsWith('/') ? '/' : ''
  return found.filter((path) => pathExists(ctx, resolvePath(path, ctx.cwd))).map((path) => path + end)
}

/** The paths that one part of a pattern leads to from a folder. */
function step(ctx: ProcessContext, folder: string, segment: string): readonly string[] {
  if (!hasPattern(segment)) return [folder + plainText(segment)]
  const names = listFolder(ctx, resolvePath(folder === '' ? '.' : folder, ctx.cwd)) ?? []
  return names
    .filter((name) => (!name.startsWith('.') || segment.startsWith('.')) && matchesPattern(name, segment))
    .map((name) => folder + name)
}
