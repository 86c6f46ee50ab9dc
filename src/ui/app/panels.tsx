// The panels by name, so that each layout puts the same ones elsewhere.
import { Separator } from 'react-resizable-panels'
import { useTranslation } from 'react-i18next'
import { lazyPart } from '../components/lazy-part.tsx'
import { PacketPanel } from '../features/packet/PacketPanel.tsx'
import { ProblemsPanel } from '../features/problems/ProblemsPanel.tsx'
import { useActions, useLab } from '../lab/context.tsx'
import type { DockTab } from '../stores/view-store.ts'

/** On its way with the first script, which need not wait for it: the lab has to be built before there are frames to show. */
const TimelinePanel = lazyPart(() => import('../features/timeline/TimelinePanel.tsx'))
TimelinePanel.preload()
const ActionsPanel = lazyPart(() => import('../features/actions/ActionsPanel.tsx'))
/** The editor is large, and not everyone wants to see the text. */
const ScriptPanel = lazyPart(() => import('../features/script/ScriptPanel.tsx'))
/** Loaded when the first terminal is opened: what draws it is large. */
const TerminalPanel = lazyPart(() => import('../features/terminal/TerminalPanel.tsx'))

export const DOCK_PANELS: Readonly<Record<DockTab, () => React.ReactNode>> = {
  timeline: () => <TimelinePanel />,
  packet: () => <PacketPanel />,
  actions: () => <ActionsPanel />,
  terminal: () => <TerminalPanel />,
  script: () => <ScriptPanel />,
  problems: () => <ProblemsPanel />,
}

/** A tab's word, with what waits behind it. */
export function DockTabLabel({ tab }: { readonly tab: DockTab }) {
  const { t } = useTranslation()
  const waiting = useActions(({ actionCount, nextAction }) => actionCount - nextAction)
  const problems = useLab((state) => state.problems.length)
  return (
    <>
      {t(`dock.${tab}`)}
      {tab === 'actions' && waiting > 0 && (
        <span className="tabs__badge" aria-label={t('dock.waiting', { count: waiting })}>
          {waiting}
        </span>
      )}
      {tab === 'problems' && problems > 0 && (
        <span className="tabs__badge tabs__badge--bad" aria-label={t('dock.problemCount', { count: problems })}>
          {problems}
        </span>
      )}
    </>
  )
}

/** A panel with a heading. */
export function TitledPanel({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="panel" aria-label={title}>
      <h2 className="panel__title">{title}</h2>
      {/* Scrollable, so reachable by keyboard even where nothing inside is. */}
      <div className="panel__content" role="group" aria-label={title} tabIndex={0}>
        {children}
      </div>
    </section>
  )
}

/** The line between two panels: drag it, or move it with the arrow keys. */
export function Divider({ between, label }: { readonly between: 'columns' | 'rows'; readonly label: string }) {
  return (
    <Separator
      className={`separator separator--${between === 'columns' ? 'vertical' : 'horizontal'}`}
      aria-label={label}
    />
  )
}
