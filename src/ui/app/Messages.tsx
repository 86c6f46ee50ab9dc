// Messages above everything: read out when they come, closed by the reader.
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useMessages } from '../lab/context.tsx'

export function Messages() {
  const { t } = useTranslation()
  const messages = useMessages((state) => state.messages)
  const close = useMessages((state) => state.close)
  return (
    <section className="messages" aria-label={t('messages.title')}>
      {messages.map(({ id, severity, title, details, action }) => (
        <div key={id} className={`message message--${severity}`} role={severity === 'info' ? 'status' : 'alert'}>
          <div className="message__body">
            <p className="message__title">{title}</p>
            {details.map((detail) => (
              <p key={detail}>{detail}</p>
            ))}
            {action !== undefined && (
              <p className="message__actions">
                <button
                  type="button"
                  className="button button--outlined"
                  onClick={() => {
                    close(id)
                    action.run()
                  }}
                >
                  {action.label}
                </button>
              </p>
            )}
          </div>
          <button
            type="button"
            className="button button--icon"
            aria-label={t('messages.close')}
            onClick={() => close(id)}
          >
            <X size={15} />
          </button>
        </div>
      ))}
    </section>
  )
}
