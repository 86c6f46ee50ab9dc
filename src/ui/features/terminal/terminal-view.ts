// A terminal's screen. It outlives the panel that shows it: another tab of the dock takes the panel away, not what was printed.
import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import type { ITheme } from '@xterm/xterm'
import { t } from '../../../i18n/i18n.ts'
import { closeTerminal } from '../../lab/terminals.ts'
import type { LabSession } from '../../lab/session.ts'
import type { TerminalTab } from '../../stores/terminals-store.ts'
import { withAdoptedStyles } from './adopted-styles.ts'
import { TerminalConnection } from './terminal-connection.ts'

export interface TerminalView {
  /** Shows the screen in an element; returns what takes it away again. */
  readonly show: (parent: HTMLElement, onLeave: () => void) => () => void
  readonly focus: () => void
}

/** By then most lines that were entered have shown what they wrote. */
const EMPTY_FIELD_MS = 150

type Views = Map<number, TerminalView & { readonly dispose: () => void }>

const viewsOf = new WeakMap<LabSession, Views>()

/** The screen of a tab, made when it is first asked for. It ends with the tab. */
export function terminalView(session: LabSession, tab: TerminalTab): TerminalView {
  const views = viewsOf.get(session) ?? startViews(session)
  let view = views.get(tab.key)
  if (view === undefined) views.set(tab.key, (view = createView(session, tab)))
  return view
}

/** Ends each screen with its tab. */
function startViews(session: LabSession): Views {
  const views: Views = new Map()
  viewsOf.set(session, views)
  session.terminals.subscribe(({ tabs }) => {
    for (const [key, view] of views) {
      if (tabs.some((each) => each.key === key)) continue
      views.delete(key)
      view.dispose()
    }
  })
  return views
}

function createView(session: LabSession, tab: TerminalTab): TerminalView & { readonly dispose: () => void } {
  const host = document.createElement('div')
  host.className = 'terminal__screen'
  const styles = getComputedStyle(document.documentElement)
  const terminal = new Terminal({
    fontFamily: styles.getPropertyValue('--font-mono'),
    fontSize: 12,
    lineHeight: 1.25,
    cursorBlink: false,
    screenReaderMode: true,
    scrollback: 5000,
    theme: themeNow(),
  })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  let leave = (): void => undefined
  const connection = new TerminalConnection({
    session,
    tab,
    screen: () => ({ columns: terminal.cols, rows: terminal.rows, write: (text) => terminal.write(text) }),
    onEnd: () => closeTerminal(session, tab.key),
    onLeave: () => leave(),
  })
  terminal.onData((data) => connection.type(data))
  terminal.onResize(({ cols, rows }) => connection.resize(cols, rows))
  terminal.attachCustomKeyEventHandler((event) => isOurs(terminal, event))
  const resized = new ResizeObserver(() => {
    if (host.offsetHeight > 0) fit.fit()
  })
  const themed = new MutationObserver(() => (terminal.options.theme = themeNow()))
  themed.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  const stop = session.lab.subscribe(({ generation }, before) => {
    if (generation !== before.generation) void connection.reopen(t('terminal.rebuilt'))
  })
  let isOpen = false
  const open = (): void => {
    isOpen = true
    withAdoptedStyles(document, () => terminal.open(host))
    // Pasted text arrives in one piece, told apart from keys.
    terminal.write('\u001b[?2004h')
    fit.fit()
    void connection.open()
  }
  return {
    show: (parent, onLeave) => {
      leave = onLeave
      parent.append(host)
      resized.observe(host)
      if (isOpen) fit.fit()
      else open()
      terminal.textarea?.setAttribute('aria-label', t('terminal.screen', { name: tab.title }))
      return () => {
        resized.unobserve(host)
        host.remove()
      }
    },
    focus: () => terminal.focus(),
    dispose: () => {
      stop()
      resized.disconnect()
      themed.disconnect()
      connection.dispose()
      terminal.dispose()
    },
  }
}

/** Copying and pasting stay the browser's; every other key is the terminal's. */
function isOurs(terminal: Terminal, event: KeyboardEvent): boolean {
  if (isEnter(event)) {
    event.preventDefault()
    enter(terminal)
    return false
  }
  if (!event.ctrlKey || event.altKey) return true
  const key = event.key.toLowerCase()
  if (key === 'v') return false
  if (key !== 'c' || !(event.shiftKey || terminal.hasSelection())) return true
  if (event.type === 'keydown') {
    event.preventDefault()
    void navigator.clipboard.writeText(terminal.getSelection())
    terminal.clearSelection()
  }
  return false
}

function isEnter({ type, key, isComposing, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return type === 'keydown' && key === 'Enter' && !isComposing && !altKey && !ctrlKey && !metaKey
}

/** As xterm.js enters a line, but it would first empty the field that it is typed into, and the output would wait for a picture of that. */
function enter(terminal: Terminal): void {
  terminal.input('\r')
  setTimeout(() => {
    if (terminal.textarea !== undefined) terminal.textarea.value = ''
  }, EMPTY_FIELD_MS)
}

/** The page's colours. */
function themeNow(): ITheme {
  const styles = getComputedStyle(document.documentElement)
  const colour = (name: string): string => styles.getPropertyValue(name).trim()
  return {
    background: colour('--surface'),
    foreground: colour('--text-main'),
    cursor: colour('--accent'),
    cursorAccent: colour('--surface'),
    selectionBackground: colour('--accent-soft'),
    red: colour('--bad'),
    green: colour('--good'),
    yellow: colour('--warn'),
    blue: colour('--accent'),
  }
}
