// The editor around a lab's text: CodeMirror with shell colours, problems on their lines, and what a line does on hover.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { shell } from '@codemirror/legacy-modes/mode/shell'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import type { Diagnostic } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Annotation, EditorState } from '@codemirror/state'
import { EditorView, drawSelection, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from '@codemirror/view'
import type { LabProblem } from '../../../contract/protocol.ts'
import { smallestChange } from './smallest-change.ts'
import { TAGS, THEME } from './script-theme.ts'

/** Marks a change that came from outside, so that it is not taken for typing. */
const fromOutside = Annotation.define<boolean>()

export interface ScriptEditorOptions {
  readonly parent: HTMLElement
  readonly text: string
  readonly label: string
  /** What one types, as it is typed. */
  readonly onChange: (text: string) => void
  /** Sentences about a line, 1-based. */
  readonly explain: (text: string, line: number) => readonly string[]
}

/**
 * Starts an editor, in a shadow tree of its parent: there the editor's styles are constructed sheets, which the page's
 * content security policy allows, and not `<style>` elements, which it does not.
 */
export function createScriptEditor({ parent, text, label, onChange, explain }: ScriptEditorOptions): EditorView {
  const onUpdate = EditorView.updateListener.of(({ docChanged, transactions, state }) => {
    const isTyping = transactions.some((transaction) => transaction.annotation(fromOutside) !== true)
    if (docChanged && isTyping) onChange(state.doc.toString())
  })
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' })
  return new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        StreamLanguage.define(shell),
        syntaxHighlighting(HighlightStyle.define([...TAGS])),
        EditorView.theme(THEME),
        explanation(explain),
        // Tab leaves the editor, as it leaves every field: who works by keyboard must not be caught in it.
        keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        onUpdate,
      ],
    }),
  })
}

/** Shows another text with the smallest change, so that the cursor and what is folded stay where they are. */
export function showText(view: EditorView, text: string): void {
  const change = smallestChange(view.state.doc.toString(), text)
  if (change !== undefined) view.dispatch({ changes: change, annotations: fromOutside.of(true) })
}

/** Marks problems on their lines. */
export function showProblems(view: EditorView, problems: readonly LabProblem[]): void {
  const { doc } = view.state
  const diagnostics = problems.flatMap(({ line, message, severity }): Diagnostic[] => {
    if (line < 1 || line > doc.lines) return []
    const { from, to } = doc.line(line)
    return [{ from, to, severity, message }]
  })
  view.dispatch(setDiagnostics(view.state, diagnostics))
}

function explanation(explain: ScriptEditorOptions['explain']) {
  return hoverTooltip((view, position) => {
    const line = view.state.doc.lineAt(position)
    const sentences = explain(view.state.doc.toString(), line.number)
    if (sentences.length === 0) return null
    return {
      pos: line.from,
      end: line.to,
      above: true,
      create: () => {
        const dom = document.createElement('div')
        dom.className = 'script-meaning'
        for (const sentence of sentences) {
          const paragraph = document.createElement('p')
          paragraph.textContent = sentence
          dom.append(paragraph)
        }
        return { dom }
      },
    }
  })
}
