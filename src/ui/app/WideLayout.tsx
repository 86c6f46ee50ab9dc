// Tree, canvas and inspector above, the dock below. Sizes are kept in the browser.
import { Tabs } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { Group, Panel, useDefaultLayout } from 'react-resizable-panels'
import { InTurn } from '../components/in-turn.tsx'
import { Canvas } from '../features/canvas/Canvas.tsx'
import { Inspector } from '../features/inspector/Inspector.tsx'
import { Palette } from '../features/palette/Palette.tsx'
import { PlaybackBar } from '../features/playback/PlaybackBar.tsx'
import { LabTree } from '../features/tree/LabTree.tsx'
import { useSession, useView } from '../lab/context.tsx'
import type { DockTab } from '../stores/view-store.ts'
import { DOCK_PANELS, Divider, DockTabLabel, TitledPanel } from './panels.tsx'

const LEFT_TABS = ['timeline', 'actions', 'terminal', 'script', 'problems'] as const satisfies readonly DockTab[]

export function WideLayout() {
  const { t } = useTranslation()
  const rows = useKeptSizes('vethlab.rows')
  const columns = useKeptSizes('vethlab.columns')
  const dock = useKeptSizes('vethlab.dock')
  return (
    <Group orientation="vertical" {...rows}>
      <Panel id="bench" minSize={160}>
        <Group orientation="horizontal" {...columns}>
          <Panel id="tree" defaultSize={264} minSize={140} groupResizeBehavior="preserve-pixel-size">
            <div className="left-column">
              <InTurn turn={3}>
                <Palette />
              </InTurn>
              <TitledPanel title={t('tree.title')}>
                <InTurn turn={2}>
                  <LabTree />
                </InTurn>
              </TitledPanel>
            </div>
          </Panel>
          <Divider between="columns" label={t('divider.tree')} />
          <Panel id="canvas" minSize={240}>
            <section className="panel" aria-label={t('canvas.title')}>
              <InTurn turn={1}>
                <Canvas />
              </InTurn>
            </section>
          </Panel>
          <Divider between="columns" label={t('divider.inspector')} />
          <Panel id="inspector" defaultSize={372} minSize={200} groupResizeBehavior="preserve-pixel-size">
            <TitledPanel title={t('inspector.title')}>
              <InTurn turn={4}>
                <Inspector />
              </InTurn>
            </TitledPanel>
          </Panel>
        </Group>
      </Panel>
      <Divider between="rows" label={t('divider.dock')} />
      <Panel id="dock" defaultSize="40" minSize={80}>
        <Group orientation="horizontal" {...dock}>
          <Panel id="dock-left" minSize={320}>
            <InTurn turn={3}>
              <DockTabs />
            </InTurn>
          </Panel>
          <Divider between="columns" label={t('divider.packet')} />
          <Panel id="dock-right" defaultSize="33" minSize={200}>
            <TitledPanel title={t('dock.packet')}>{DOCK_PANELS.packet()}</TitledPanel>
          </Panel>
        </Group>
      </Panel>
    </Group>
  )
}

function DockTabs() {
  const { t } = useTranslation()
  const { view } = useSession()
  const chosen = useView((state) => state.dockTab)
  const tab = LEFT_TABS.find((each) => each === chosen) ?? 'timeline'
  return (
    <Tabs.Root
      className="tabs"
      role="region"
      aria-label={t('dock.title')}
      value={tab}
      onValueChange={(value) => view.setState({ dockTab: LEFT_TABS.find((each) => each === value) ?? 'timeline' })}
    >
      <div className="tabs__bar">
        <Tabs.List className="tabs__list" aria-label={t('dock.title')}>
          {LEFT_TABS.map((each) => (
            <Tabs.Trigger key={each} value={each} className="tabs__tab">
              <DockTabLabel tab={each} />
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <PlaybackBar />
      </div>
      {LEFT_TABS.map((each) => (
        <Tabs.Content key={each} value={each} className="tabs__content">
          {DOCK_PANELS[each]()}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}

/** Sizes that come back at the next visit; where the browser keeps nothing, the defaults. */
function useKeptSizes(id: string) {
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id, storage: KEEPER })
  return { onLayoutChanged, ...(defaultLayout === undefined ? {} : { defaultLayout }) }
}

const KEEPER = {
  getItem: (key: string): string | null => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  },
  setItem: (key: string, value: string): void => {
    try {
      localStorage.setItem(key, value)
    } catch {
      // Forbidden or full: the sizes live as long as the page.
    }
  },
}
