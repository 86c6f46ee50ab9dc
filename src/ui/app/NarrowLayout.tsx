// A narrow window shows the canvas above and one panel below, chosen by tabs.
import { Tabs } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { Group, Panel } from 'react-resizable-panels'
import { Canvas } from '../features/canvas/Canvas.tsx'
import { Inspector } from '../features/inspector/Inspector.tsx'
import { Palette } from '../features/palette/Palette.tsx'
import { PlaybackBar } from '../features/playback/PlaybackBar.tsx'
import { LabTree } from '../features/tree/LabTree.tsx'
import { useSession, useView } from '../lab/context.tsx'
import type { NarrowTab } from '../stores/view-store.ts'
import { DOCK_PANELS, Divider, DockTabLabel } from './panels.tsx'

const TABS = [
  'timeline',
  'packet',
  'actions',
  'terminal',
  'lab',
  'inspector',
  'script',
  'problems',
] as const satisfies readonly NarrowTab[]

export function NarrowLayout() {
  const { t } = useTranslation()
  const { view } = useSession()
  const chosen = useView((state) => state.narrowTab)
  const tab = TABS.find((each) => each === chosen) ?? 'timeline'
  return (
    <Group orientation="vertical">
      <Panel id="narrow-canvas" defaultSize="50" minSize={120}>
        <section className="panel" aria-label={t('canvas.title')}>
          <Canvas />
        </section>
      </Panel>
      <Divider between="rows" label={t('divider.dock')} />
      <Panel id="narrow-panels" minSize={120}>
        <Tabs.Root
          className="tabs"
          role="region"
          aria-label={t('dock.title')}
          value={tab}
          onValueChange={(value) => view.setState({ narrowTab: TABS.find((each) => each === value) ?? 'timeline' })}
        >
          <div className="tabs__bar">
            <PlaybackBar />
          </div>
          <Tabs.List className="tabs__list tabs__list--narrow" aria-label={t('dock.title')}>
            {TABS.map((each) => (
              <Tabs.Trigger key={each} value={each} className="tabs__tab">
                {each === 'lab' || each === 'inspector' ? t(`dock.${each}`) : <DockTabLabel tab={each} />}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {TABS.map((each) => (
            <Tabs.Content key={each} value={each} className="tabs__content">
              <h2 className="visually-hidden">{t(`dock.${each}`)}</h2>
              {each === 'lab' ? <LabWithPalette /> : each === 'inspector' ? <Inspector /> : DOCK_PANELS[each]()}
            </Tabs.Content>
          ))}
        </Tabs.Root>
      </Panel>
    </Group>
  )
}

function LabWithPalette() {
  return (
    <>
      <Palette />
      <LabTree />
    </>
  )
}
