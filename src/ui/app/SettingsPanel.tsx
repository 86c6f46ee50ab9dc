// Theme, language and motion, in a panel that the browser opens and closes itself.
import { useTranslation } from 'react-i18next'
import { useSession, useSettings } from '../lab/context.tsx'
import { LANGUAGES, THEMES } from '../stores/settings-store.ts'
import type { Language } from '../stores/settings-store.ts'

/** Each language by its own name. */
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' }

export function SettingsPanel({ id }: { readonly id: string }) {
  const { t } = useTranslation()
  const { settings } = useSession()
  const { theme, language, motion } = useSettings((state) => state)
  return (
    <div id={id} popover="auto" className="settings" role="dialog" aria-label={t('settings.title')}>
      <fieldset>
        <legend>{t('settings.theme')}</legend>
        {THEMES.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="theme"
              checked={theme === each}
              onChange={() => settings.setState({ theme: each })}
            />
            {t(`settings.theme_${each}`)}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{t('settings.language')}</legend>
        {LANGUAGES.map((each) => (
          <label key={each} lang={each}>
            <input
              type="radio"
              name="language"
              checked={language === each}
              onChange={() => settings.setState({ language: each })}
            />
            {LANGUAGE_NAMES[each]}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{t('settings.motion')}</legend>
        <label>
          <input
            type="checkbox"
            checked={motion === 'reduced'}
            onChange={(event) => settings.setState({ motion: event.target.checked ? 'reduced' : 'system' })}
          />
          {t('settings.reduced')}
        </label>
      </fieldset>
    </div>
  )
}
