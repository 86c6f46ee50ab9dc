// Parts of the page that are loaded when they are first needed. React's own `lazy` shows what it has loaded at the lowest
// priority, which waits for as long as the cursor moves with every frame of a playing trace; these show it at once.
import { useEffect, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { loadLaterTexts } from '../../i18n/i18n.ts'

interface Loading<Props> {
  readonly part: React.ComponentType<Props> | undefined
  readonly hasFailed: boolean
}

/** A component that loads another and shows nothing meanwhile; `preload` fetches it before it is needed. */
export function lazyPart<Props extends object>(
  load: () => Promise<{ readonly default: React.ComponentType<Props> }>,
): React.ComponentType<Props> & { readonly preload: () => void } {
  const listeners = new Set<() => void>()
  let state: Loading<Props> = { part: undefined, hasFailed: false }
  let isLoading = false
  const become = (next: Loading<Props>): void => {
    isLoading = false
    state = next
    for (const listener of listeners) listener()
  }
  const preload = (): void => {
    if (isLoading || state.part !== undefined) return
    isLoading = true
    Promise.all([load(), loadLaterTexts()]).then(
      ([module]) => become({ part: module.default, hasFailed: false }),
      // Offline, or the host has a newer build: the next one who needs the part tries again.
      () => become({ part: undefined, hasFailed: true }),
    )
  }
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  function LazyPart(props: Props) {
    const { part: Part, hasFailed } = useSyncExternalStore(subscribe, () => state)
    useEffect(preload, [])
    if (Part !== undefined) return <Part {...props} />
    return hasFailed ? <NotLoaded /> : null
  }
  return Object.assign(LazyPart, { preload })
}

function NotLoaded() {
  const { t } = useTranslation()
  return (
    <p role="alert" className="panel-empty">
      {t('common.notLoaded')}
    </p>
  )
}
