// The place of the ordered checks behind a frame's fate. Its data: client.ask('explain', { seq }).
import { useTranslation } from 'react-i18next'

export function WhyCard({ seq }: { readonly seq: number }) {
  const { t } = useTranslation()
  return <p className="panel-empty">{t('why.title', { seq })}</p>
}
