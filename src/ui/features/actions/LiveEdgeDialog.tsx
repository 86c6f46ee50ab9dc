// Asked before anything is put in while the cursor is in the past.
import { useTranslation } from 'react-i18next'
import { Modal } from '../../components/modal.tsx'
import { useClock, useSession, useView } from '../../lab/context.tsx'

const SHOWN_COMMANDS = 4

export default function LiveEdgeDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const pending = useView((state) => state.pendingRun)
  const cursor = useClock((state) => state.cursor)
  const now = useClock((state) => state.now)
  const commands = pending?.commands ?? []
  const seconds = (ns: number): string => (ns / 1e9).toFixed(3)
  return (
    <Modal title={t('liveEdge.title')} onClose={onClose}>
      <form
        className="modal__content live-edge"
        onSubmit={(event) => {
          event.preventDefault()
          onClose()
          pending?.run()
        }}
      >
        <p>{t('liveEdge.explanation', { cursor: seconds(cursor), now: seconds(now) })}</p>
        <ul>
          {commands.slice(0, SHOWN_COMMANDS).map((command, index) => (
            <li key={index}>
              <code>{command}</code>
            </li>
          ))}
          {commands.length > SHOWN_COMMANDS && (
            <li className="muted">{t('liveEdge.more', { count: commands.length - SHOWN_COMMANDS })}</li>
          )}
        </ul>
        <p className="live-edge__choice">
          <button type="button" className="button button--outlined" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button
            type="button"
            className="button button--outlined"
            title={t('liveEdge.forkHelp')}
            onClick={() => {
              onClose()
              void import('../../lab/editing.ts')
                .then(({ forkAt }) => forkAt(session, session.clock.getState().cursor))
                .then((isForked) => isForked && pending?.run())
            }}
          >
            {t('liveEdge.fork', { cursor: seconds(cursor) })}
          </button>
          <button type="submit" className="button button--primary" autoFocus>
            {t('liveEdge.run')}
          </button>
        </p>
      </form>
    </Modal>
  )
}
