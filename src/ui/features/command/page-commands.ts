// What the page can do, as a list to choose from.
import type { TFunction } from 'i18next'
import { fileNameOf } from '../share/share-lab.ts'
import { ALIGNMENTS } from '../canvas/align.ts'
import { align, alignKeyText } from '../canvas/align-keys.ts'
import { arrange } from '../canvas/arrange-later.ts'
import { openNewLab, redo, resetLab, undo } from '../../app/commands.ts'
import { playActions } from '../../lab/run-actions.ts'
import { togglePlaying } from '../../lab/playback.ts'
import type { LabSession } from '../../lab/session.ts'
import { LANGUAGES, THEMES } from '../../stores/settings-store.ts'
import type { Language } from '../../stores/settings-store.ts'
import type { PageDialog } from '../../stores/view-store.ts'

export interface PageCommand {
  readonly id: string
  readonly label: string
  readonly keys?: string
  readonly run: (session: LabSession) => unknown
}

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' }

/** In the order of their use. */
export function pageCommands(t: TFunction): readonly PageCommand[] {
  const dialog = (id: PageDialog, label: string, keys?: string): PageCommand => ({
    id,
    label,
    ...(keys === undefined ? {} : { keys }),
    run: ({ view }) => view.setState({ dialog: id }),
  })
  return [
    { id: 'run next', label: t('actions.step'), run: (session) => playActions(session, 1) },
    { id: 'run all', label: t('actions.all'), run: (session) => playActions(session, Infinity) },
    dialog('ping-target', t('shortcut.ping'), 'P'),
    { id: 'play', label: t('playback.play'), keys: 'Space', run: togglePlaying },
    { id: 'undo', label: t('editing.undo'), keys: 'Ctrl+Z', run: undo },
    { id: 'redo', label: t('editing.redo'), keys: 'Ctrl+Shift+Z', run: redo },
    { id: 'new', label: t('header.new'), run: openNewLab },
    { id: 'reset', label: t('header.reset'), run: resetLab },
    dialog('make-start', t('actions.makeStart')),
    { id: 'arrange', label: t('canvas.arrange'), keys: 'L', run: arrange },
    ...ALIGNMENTS.map((alignment) => ({
      id: `align ${alignment}`,
      label: `${t('building.align')}: ${t(`building.align_${alignment}`)}`,
      keys: alignKeyText(alignment),
      run: (session: LabSession) => align(session, alignment),
    })),
    dialog('gallery', t('header.gallery'), 'G'),
    dialog('paste', t('header.paste')),
    dialog('share', t('header.share')),
    ...(['svg', 'png'] as const).map((form) => ({
      id: `picture ${form}`,
      label: t('command.picture', { form: form.toUpperCase() }),
      run: async (session: LabSession) => {
        const { savePicture } = await import('../share/save-picture.ts')
        const { origin, title } = session.lab.getState()
        await savePicture(session, fileNameOf(origin, title), form)
      },
    })),
    dialog('shortcuts', t('shortcut.title'), '?'),
    dialog('unmodelled', t('unmodelled.title')),
    ...(['timeline', 'actions', 'script', 'problems'] as const).map((tab) => ({
      id: `tab ${tab}`,
      label: t('command.show', { panel: t(`dock.${tab}`) }),
      run: ({ view }: LabSession) => view.setState({ dockTab: tab, narrowTab: tab }),
    })),
    ...THEMES.map((theme) => ({
      id: `theme ${theme}`,
      label: `${t('settings.theme')}: ${t(`settings.theme_${theme}`)}`,
      run: ({ settings }: LabSession) => settings.setState({ theme }),
    })),
    ...LANGUAGES.map((language) => ({
      id: `language ${language}`,
      label: `${t('settings.language')}: ${LANGUAGE_NAMES[language]}`,
      run: ({ settings }: LabSession) => settings.setState({ language }),
    })),
  ]
}
