// How the script looks: the page's own colours, which reach into the editor as custom properties.
import { tags } from '@lezer/highlight'

export const TAGS = [
  { tag: [tags.comment, tags.meta], color: 'var(--text-muted)' },
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.standard(tags.variableName), tags.attributeName], color: 'var(--accent)' },
] as const

export const THEME = {
  '&': { height: '100%', background: 'var(--surface)', color: 'var(--text-main)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', fontSize: '12px', lineHeight: '1.5' },
  '.cm-gutters': { borderRight: '1px solid var(--line)', background: 'var(--surface)', color: 'var(--text-muted)' },
  '.cm-activeLine, .cm-activeLineGutter': {
    background: 'color-mix(in srgb, var(--surface-hover) 60%, transparent)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--text-main)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    background: 'var(--surface-raised)',
    color: 'var(--text-main)',
  },
  '.cm-panels': { background: 'var(--surface-raised)', color: 'var(--text-main)' },
  '.script-meaning': { maxWidth: '60ch', padding: '6px 8px', fontFamily: 'var(--font-sans)', fontSize: 'var(--text)' },
  '.script-meaning p': { margin: '0' },
  '.cm-diagnostic': { fontFamily: 'var(--font-sans)' },
} as const
