/** A namespace under another name. Linux has no command for that, so that the words of the lab's text change. */
import { writeDirective } from '../directives.ts'
import type { Directive } from '../directives.ts'
import type { LabDirective, LabDocument } from '../document.ts'
import type { NamespaceRename } from './plan.ts'

/** Words after which a namespace's name stands: `ip -n NS`, `netns NS`, `ip netns exec NS`. */
const PLACES =
  /((?:^|[\s;&|(])(?:-n|-net|-netns|--netns|netns)\s+(?:(?:add|del|delete|exec|set|attach|pids|identify|list-id)\s+)?)/

/** The text with a namespace renamed in all its commands, actions too, and in what the picture says. Comments stay. */
export function renameNamespace({ text, items }: LabDocument, rename: NamespaceRename): string {
  const { from, to } = rename
  let result = ''
  let at = 0
  for (const item of items) {
    const written = text.slice(item.from, item.to)
    const renamed =
      item.kind === 'statement'
        ? renameInCommand(written, rename)
        : item.kind === 'directive'
          ? inDirective(item, written, from, to)
          : written
    result += text.slice(at, item.from) + renamed
    at = item.to
  }
  return result + text.slice(at)
}

/** A command, typed later, with the new name. */
export function renameInCommand(command: string, { from, to }: NamespaceRename): string {
  const name = from.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const word = new RegExp(`${PLACES.source}(["']?)${name}\\2(?=[\\s;&|)]|$)`, 'g')
  const renamed = command.replaceAll(word, (_, before: string, quote: string) => `${before}${quote}${to}${quote}`)
  // A loop over namespaces names them before it says what for.
  const list = /(\bfor\s+(\w+)\s+in\s+)([^;\n]*)/g
  return renamed.replaceAll(list, (whole, head: string, variable: string, words: string) => {
    const isForNamespaces = new RegExp(`${PLACES.source}["']?\\$\\{?${variable}\\b`).test(command)
    if (!isForNamespaces) return whole
    return head + words.replaceAll(new RegExp(`(^|\\s)${name}(?=\\s|$)`, 'g'), (_, before: string) => before + to)
  })
}

function inDirective(
  { directive, from: start, bodyTo }: LabDirective,
  written: string,
  from: string,
  to: string,
): string {
  const line = writeDirective(renamedDirective(directive, from, to))
  if (line === undefined || line === writeDirective(directive)) return written
  return line + written.slice(bodyTo - start)
}

function renamedDirective(directive: Directive, from: string, to: string): Directive {
  const renamed = (name: string): string => (name === from ? to : name)
  switch (directive.kind) {
    case 'machine':
      return { ...directive, name: renamed(directive.name), namespaces: directive.namespaces.map(renamed) }
    case 'role':
    case 'at':
      return { ...directive, name: renamed(directive.name) }
    case 'alias': {
      const pairs = directive.pairs.map(({ alias, namespace }) => ({ alias, namespace: renamed(namespace) }))
      return { ...directive, machine: renamed(directive.machine), pairs }
    }
    default:
      return directive
  }
}
