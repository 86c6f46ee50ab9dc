// The context menu at the pointer, or at the thing that has the focus.
import { DropdownMenu } from 'radix-ui'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useBuilding, useSession } from '../../../lab/context.tsx'
import type { MenuRequest } from '../../../stores/building-store.ts'
import { menuEntries } from './menu-entries.ts'
import type { MenuEntry } from './menu-entry.ts'

export function ContextMenu() {
  const request = useBuilding((state) => state.menu)
  // Each request is a menu of its own, at its own place.
  return request === undefined ? null : <OpenMenu key={`${request.client.x}:${request.client.y}`} request={request} />
}

function OpenMenu({ request }: { readonly request: MenuRequest }) {
  const { t } = useTranslation()
  const session = useSession()
  const entries = useMemo(() => menuEntries(session, request), [session, request])
  const close = (): void => session.building.setState({ menu: undefined })
  if (entries.length === 0) return null
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(isOpen) => !isOpen && close()}>
      <DropdownMenu.Trigger asChild>
        <span className="menu-anchor" style={{ left: request.client.x, top: request.client.y }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align="start"
          collisionPadding={8}
          aria-label={t('building.menu')}
          onCloseAutoFocus={(event) => {
            // What opened the menu gets the focus back, or a dialog or a field that an entry opened keeps it.
            event.preventDefault()
            const { asking, renaming, addressing, setting } = session.building.getState()
            const isTaken = [asking, renaming, addressing, setting].some((each) => each !== undefined)
            if (!isTaken) request.opener?.focus({ preventScroll: true })
          }}
        >
          <Entries entries={entries} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Entries({ entries }: { readonly entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) => <Entry key={index} entry={entry} />)
}

function Entry({ entry }: { readonly entry: MenuEntry }) {
  switch (entry.kind) {
    case 'separator':
      return <DropdownMenu.Separator className="menu__separator" />
    case 'group':
      return (
        <DropdownMenu.Sub>
          <DropdownMenu.SubTrigger className="menu__entry">
            {entry.label}
            <span className="menu__more" aria-hidden="true">
              ›
            </span>
          </DropdownMenu.SubTrigger>
          <DropdownMenu.Portal>
            <DropdownMenu.SubContent className="menu" collisionPadding={8}>
              <Entries entries={entry.entries} />
            </DropdownMenu.SubContent>
          </DropdownMenu.Portal>
        </DropdownMenu.Sub>
      )
    case 'action':
      return <Action entry={entry} />
  }
}

function Action({ entry }: { readonly entry: Extract<MenuEntry, { kind: 'action' }> }) {
  const { label, keys, isDanger, isDisabled, isChosen, run } = entry
  const name = `menu__entry${isDanger === true ? ' menu__entry--danger' : ''}`
  const content = (
    <>
      {label}
      {keys !== undefined && <kbd>{keys}</kbd>}
    </>
  )
  if (isChosen !== undefined) {
    return (
      <DropdownMenu.CheckboxItem className={name} checked={isChosen} onSelect={() => void run()}>
        {isChosen && (
          <span className="menu__check" aria-hidden="true">
            ✓
          </span>
        )}
        {content}
      </DropdownMenu.CheckboxItem>
    )
  }
  return (
    <DropdownMenu.Item className={name} disabled={isDisabled === true} onSelect={() => void run()}>
      {content}
    </DropdownMenu.Item>
  )
}
