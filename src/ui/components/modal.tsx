// A dialog of the page, on the browser's own <dialog>: it traps the focus, closes on Escape and gives the focus back.
import { X } from 'lucide-react'
import { useId, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import './modal.css'

interface ModalProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: React.ReactNode
  readonly width?: 'narrow' | 'medium' | 'wide'
}

/** Opens when it is mounted. */
export function Modal({ title, onClose, children, width = 'narrow' }: ModalProps) {
  const { t } = useTranslation()
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  // Closed while it is still in the page: the browser gives the focus back only then.
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    // React's autoFocus comes too early, while the dialog is still closed; what one types into goes before the close button.
    element?.querySelector<HTMLElement>('input[type="search"], [role="combobox"], textarea, select')?.focus()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={`modal modal--${width}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => {
        // The dialog's box is filled by its content, so a press on the dialog itself is a press on the backdrop.
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className="modal__body">
        <header className="modal__header">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="button button--icon" aria-label={t('common.close')} onClick={onClose}>
            <X size={16} />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
